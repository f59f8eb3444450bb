package io.pinfold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import io.pinfold.client.Children;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Place;
import io.pinfold.framework.PlaceNames;
import io.pinfold.locks.DistributedLock;
import io.pinfold.locks.DistributedReadWriteLock;
import io.pinfold.locks.DistributedSemaphore;
import io.pinfold.locks.LockView;
import io.pinfold.locks.ReadWriteLockView;
import io.pinfold.locks.ReadWritePlace;
import io.pinfold.locks.SemaphoreView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds out what a path is used for, who is there, and what is wrong with it. Confined to the thread that asks. */
final class Doctor {
    private static final PlaceNames LOCK = new PlaceNames("lock-");
    private static final PlaceNames LATCH = new PlaceNames("latch-");
    private static final PlaceNames READ = new PlaceNames("__READ__");
    private static final PlaceNames WRITE = new PlaceNames("__WRIT__");
    private static final int STRANGERS_NAMED = 5;

    private final PinfoldClient client;
    private final String path;
    private final List<Seat> seats = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    private Doctor(PinfoldClient client, String path) {
        this.client = client;
        this.path = path;
    }

    /** {@return what is the matter at a path, or at its parent if the path is somebody's place} */
    static Diagnosis examine(PinfoldClient client, String path) {
        Optional<Stat> there = client.exists(path);
        boolean place = there.isPresent() && there.get().ephemeralOwner() != 0;
        return new Doctor(client, place ? ZnodePath.parent(path) : path).examine();
    }

    private Diagnosis examine() {
        if (client.exists(path).isEmpty()) {
            String there = path;
            while (!"/".equals(there) && client.exists(there).isEmpty()) {
                there = ZnodePath.parent(there);
            }
            faults.add("there is no such path; " + there + " is there");
            return answer("nothing", "nobody holds or waits");
        }
        Children children = client.childrenWithStat(path);
        Set<String> names = new TreeSet<>(children.names());
        if (names.contains("leases") && names.contains("locks")) {
            return semaphore();
        }
        if (names.contains("items") && names.contains("claims")) {
            return queue();
        }
        return places(names);
    }

    /** A lock, a read-write lock, an election, several of them by mistake, or a group. */
    private Diagnosis places(Set<String> names) {
        boolean locks = uses(names, LOCK);
        boolean written = uses(names, READ) || uses(names, WRITE);
        boolean latches = uses(names, LATCH);
        if (!locks && !written && !latches) {
            return others(names);
        }
        if ((locks ? 1 : 0) + (written ? 1 : 0) + (latches ? 1 : 0) > 1) {
            faults.add("different recipes use this path; they do not keep each other out");
        }
        strangers(names);
        String kind = null;
        String verdict = "";
        if (locks) {
            kind = "lock";
            verdict = lock();
        }
        if (written) {
            kind = kind == null ? "read-write lock" : kind + " and read-write lock";
            verdict = readWriteLock();
        }
        if (latches) {
            kind = kind == null ? "election" : kind + " and election";
            verdict = election();
        }
        return answer(String.valueOf(kind), verdict);
    }

    private String lock() {
        LockView view = DistributedLock.at(client, path).inspect();
        view.holder().ifPresent(holder -> seats.add(Seat.of("holder", holder)));
        view.waiters().forEach(waiter -> seats.add(Seat.of("waiter", waiter)));
        facts.put("note", "elections of Curator's LeaderSelector look the same");
        return view.isFree() ? "free" : "held, " + counted(view.waiters().size(), "waiter", "waiters");
    }

    private String readWriteLock() {
        ReadWriteLockView view = DistributedReadWriteLock.at(client, path).inspect();
        view.holders().forEach(each -> seats.add(Seat.of(role(each, "reader", "writer"), each.place())));
        view.waiters()
                .forEach(each -> seats.add(Seat.of(role(each, "waiting reader", "waiting writer"), each.place())));
        return view.isFree()
                ? "free"
                : counted(view.holders().size(), "holder", "holders") + ", "
                        + counted(view.waiters().size(), "waiter", "waiters");
    }

    private static String role(ReadWritePlace each, String reader, String writer) {
        return each.mode() == ReadWritePlace.Mode.READ ? reader : writer;
    }

    private String election() {
        List<Place> places = Place.readAll(client, path, LATCH).join();
        for (int i = 0; i < places.size(); i++) {
            String[] says = places.get(i).text().split("\0", -1);
            String metadata = says.length == 3 ? says[2] : "";
            seats.add(Seat.of(i == 0 ? "leader" : "candidate", says[0], places.get(i), metadata));
        }
        return places.isEmpty()
                ? "nobody leads"
                : "led, " + counted(places.size() - 1, "other candidate", "other candidates");
    }

    private Diagnosis semaphore() {
        SemaphoreView view = DistributedSemaphore.at(client, path).inspect();
        view.permits().forEach(permit -> seats.add(Seat.of("permit", permit)));
        view.waiters().forEach(waiter -> seats.add(Seat.of("waiter", waiter)));
        int given = view.permits().size();
        if (view.size() == 0) {
            faults.add(
                    "nobody stored how many permits there are: processes may count on different numbers, as those with"
                            + " Curator's semaphore do");
        } else if (view.free() < 0) {
            faults.add(given + " permits are out of " + view.size() + ": the semaphore was made smaller, or processes"
                    + " count on different numbers");
        }
        facts.put("size", String.valueOf(view.size()));
        return answer(
                "semaphore", given + " given out, " + counted(view.waiters().size(), "waiter", "waiters"));
    }

    private Diagnosis queue() {
        return new QueueDoctor(client, path, facts, seats, faults).examine();
    }

    /** Members are there as long as their sessions; everything else is no recipe's. */
    private Diagnosis others(Set<String> names) {
        int orphans = 0;
        for (String name : names) {
            var node = client.exists(ZnodePath.child(path, name));
            if (node.isPresent() && node.get().ephemeralOwner() != 0) {
                byte[] data = client.get(ZnodePath.child(path, name)).data();
                String says = data == null ? "" : new String(data, UTF_8);
                seats.add(new Seat(
                        "member",
                        name,
                        node.get().czxid(),
                        Instant.ofEpochMilli(node.get().ctime()),
                        node.get().ephemeralOwner(),
                        ZnodePath.child(path, name),
                        says));
            } else if (node.isPresent()) {
                orphans++;
            }
        }
        if (seats.isEmpty()) {
            return answer("znode", names.isEmpty() ? "nobody is here" : "no recipe's, as far as its children tell");
        }
        if (orphans > 0) {
            faults.add(counted(orphans, "znode here belongs", "znodes here belong") + " to no session, and will stay");
        }
        return answer("group", counted(seats.size(), "member", "members"));
    }

    private void strangers(Set<String> names) {
        List<String> strangers = names.stream()
                .filter(name -> List.of(LOCK, READ, WRITE, LATCH).stream()
                        .noneMatch(marker -> marker.sequence(name).isPresent()))
                .toList();
        if (!strangers.isEmpty()) {
            faults.add(counted(strangers.size(), "child is", "children are") + " nobody's place, and ignored: "
                    + String.join(", ", strangers.subList(0, Math.min(strangers.size(), STRANGERS_NAMED))));
        }
    }

    private Diagnosis answer(String kind, String verdict) {
        for (Seat seat : seats) {
            if (seat.isOrphan()) {
                faults.add(
                        "orphan: " + seat.path() + " belongs to no session, and keeps its place until it is deleted");
            }
        }
        return new Diagnosis(path, kind, verdict, facts, seats, faults);
    }

    private static boolean uses(Set<String> names, PlaceNames marker) {
        return names.stream().anyMatch(name -> marker.sequence(name).isPresent());
    }

    static String counted(int count, String one, String many) {
        return count == 0 ? "no " + many : count + " " + (count == 1 ? one : many);
    }
}
