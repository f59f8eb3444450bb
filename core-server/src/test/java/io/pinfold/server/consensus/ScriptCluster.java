package io.pinfold.server.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinfold.server.storage.LogEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Replicas to which happens exactly what a script says, and what they then asked for, as lines of text. */
final class ScriptCluster {
    private static final long MILLI = 1_000_000;
    private static final int MOST_ROUNDS = 10_000;

    private final TreeMap<Integer, SmallDisk> disks = new TreeMap<>();
    private final TreeMap<Integer, ScriptMember> members = new TreeMap<>();
    /** Messages under way, by {@code from>to}. */
    private final TreeMap<String, ArrayDeque<Message>> wires = new TreeMap<>();
    /** Members whose disks only work when a script names them. */
    private final TreeSet<Integer> slow = new TreeSet<>();
    /** Where messages get stuck. */
    private final TreeSet<String> blocked = new TreeSet<>();

    private final TreeMap<Long, String> committed = new TreeMap<>();
    private List<String> told = new ArrayList<>();
    private boolean silent;
    private boolean milestonesOnly;
    private Membership configured = Membership.of(List.of());
    private long recentBytes = 1 << 20;
    private long maxCounter = 1L << 30;
    private long directories = 1000;

    Membership configured() {
        return configured;
    }

    /** Without chance: every timeout has its shortest length. */
    ReplicaOptions options(int id, long incarnation) {
        return new ReplicaOptions(
                id,
                incarnation,
                50 * MILLI,
                300 * MILLI,
                8 * MILLI,
                500 * MILLI,
                300,
                1000,
                recentBytes,
                maxCounter,
                () -> 0,
                Safeguards.ALL);
    }

    // ---- what is told ----

    void tell(String line) {
        if (!silent) {
            told.add(line);
        }
    }

    /** Tells something that is left out when much happens at once. */
    void tellDetail(String line) {
        if (!milestonesOnly) {
            tell(line);
        }
    }

    List<String> takeTold() {
        List<String> taken = told;
        told = new ArrayList<>();
        return taken;
    }

    /** Whatever else a script is about: members never commit different entries at one place. */
    void onCommitted(int id, LogEntry entry) {
        String before = committed.putIfAbsent(entry.zxid(), Told.entry(entry));
        assertEquals(before == null ? Told.entry(entry) : before, Told.entry(entry), "committed by member " + id);
    }

    // ---- members ----

    void configure(List<Integer> voters, List<Integer> observers) {
        List<Member> all = new ArrayList<>();
        voters.forEach(id -> all.add(member(id, false)));
        observers.forEach(id -> all.add(member(id, true)));
        configured = Membership.of(all);
    }

    private static Member member(int id, boolean observer) {
        return new Member(id, 0, observer, "m" + id, 1, 2, "");
    }

    void keepInMemory(long bytes) {
        recentBytes = bytes;
    }

    void countUpTo(long counter) {
        maxCounter = counter;
    }

    /** Members with new directories, all linked, of whom the first was elected and has nothing left to do. */
    void settleLedByFirst() {
        silent = true;
        configured.members().forEach(member -> start(member.id()));
        linkAll();
        settle();
        pass(configured.members().get(0).id(), 300);
        settle();
        silent = false;
    }

    ScriptMember member(int id) {
        ScriptMember member = members.get(id);
        if (member == null) {
            throw new AssertionError("Member " + id + " does not run");
        }
        return member;
    }

    List<Integer> running() {
        return List.copyOf(members.keySet());
    }

    void start(int id) {
        SmallDisk disk = disks.computeIfAbsent(id, fresh -> new SmallDisk(++directories));
        ScriptMember member = new ScriptMember(id, disk, this);
        members.put(id, member);
        member.turn(() -> {});
    }

    void crash(int id) {
        members.remove(id);
        for (int other : running()) {
            if (wires.remove(id + ">" + other) != null) {
                wires.remove(other + ">" + id);
                member(other).turn(() -> member(other).replica.onPeerDown(id, true));
            }
        }
    }

    void wipe(int id) {
        disks.remove(id);
    }

    // ---- the network ----

    void linkAll() {
        for (int a : running()) {
            for (int b : running()) {
                if (a < b && !wires.containsKey(a + ">" + b)) {
                    link(a, b);
                }
            }
        }
    }

    void link(int a, int b) {
        wires.put(a + ">" + b, new ArrayDeque<>());
        wires.put(b + ">" + a, new ArrayDeque<>());
        PeerHello ofA = member(a).replica.hello();
        PeerHello ofB = member(b).replica.hello();
        member(a).turn(() -> member(a).replica.onPeerUp(b, ofB));
        member(b).turn(() -> member(b).replica.onPeerUp(a, ofA));
    }

    void unlink(int a, int b, boolean closed) {
        if (wires.remove(a + ">" + b) != null) {
            wires.remove(b + ">" + a);
            member(a).turn(() -> member(a).replica.onPeerDown(b, closed));
            member(b).turn(() -> member(b).replica.onPeerDown(a, closed));
        }
    }

    void block(String wire) {
        blocked.add(wire);
    }

    void unblock(String wire) {
        blocked.remove(wire);
    }

    void send(int from, int to, Message message) {
        ArrayDeque<Message> wire = wires.get(from + ">" + to);
        if (wire != null) {
            wire.add(message);
        }
    }

    /** Lets what is under way now arrive. {@return whether anything was} */
    boolean deliver(List<String> only) {
        TreeMap<String, Integer> due = new TreeMap<>();
        wires.forEach((wire, messages) -> {
            if (!blocked.contains(wire) && !messages.isEmpty() && (only.isEmpty() || only.contains(wire))) {
                due.put(wire, messages.size());
            }
        });
        for (Map.Entry<String, Integer> entry : due.entrySet()) {
            String[] ends = entry.getKey().split(">");
            ScriptMember to = member(Integer.parseInt(ends[1]));
            for (int i = 0; i < entry.getValue() && wires.containsKey(entry.getKey()); i++) {
                Message message = wires.get(entry.getKey()).remove();
                to.turn(() -> to.replica.onMessage(Integer.parseInt(ends[0]), message));
            }
        }
        return !due.isEmpty();
    }

    // ---- disks and clocks ----

    /** Lets a disk do what it was asked for until now. {@return whether that was anything} */
    boolean work(int id) {
        ScriptMember member = member(id);
        int pieces = member.diskWork.size();
        for (int i = 0; i < pieces; i++) {
            member.turn(member.diskWork.remove().done());
        }
        return pieces > 0;
    }

    /** Lets a disk do the next thing that it was asked for. */
    void workOnce(int id) {
        ScriptMember member = member(id);
        ScriptMember.DiskJob job = member.diskWork.poll();
        if (job == null) {
            tell(id + "'s disk has nothing to do");
        } else {
            tell(id + "'s disk is done with: " + job.what());
            member.turn(job.done());
        }
    }

    void slow(int id, boolean is) {
        if (is) {
            slow.add(id);
        } else {
            slow.remove(id);
        }
    }

    void pass(int id, long millis) {
        ScriptMember member = member(id);
        member.now += millis * MILLI;
        member.turn(() -> {});
    }

    /** Lets everything arrive and every disk work, until nothing is left; tells the milestones only. */
    void settle() {
        milestonesOnly = true;
        boolean more = true;
        for (int round = 0; more; round++) {
            if (round > MOST_ROUNDS) {
                throw new AssertionError("never settles");
            }
            more = deliver(List.of());
            for (int id : running()) {
                more |= !slow.contains(id) && work(id);
            }
        }
        milestonesOnly = false;
    }

    /** Settles again and again while time goes on for everybody. */
    void run(long millis) {
        for (long passed = 0; passed < millis; passed += 10) {
            settle();
            milestonesOnly = true;
            running().forEach(id -> pass(id, 10));
            milestonesOnly = false;
        }
        settle();
    }

    // ---- what a script asks of a member ----

    void propose(int id, List<String> payloads) {
        ScriptMember member = member(id);
        member.turn(() -> {
            for (String payload : payloads) {
                if (member.replica.accepting()) {
                    member.replica.propose(payload.getBytes(StandardCharsets.US_ASCII));
                } else {
                    tell(id + " takes no proposal");
                }
            }
        });
    }

    void change(int id, List<Integer> voters, List<Integer> observers) {
        List<Member> wanted = new ArrayList<>();
        voters.forEach(voter -> wanted.add(member(voter, false)));
        observers.forEach(observer -> wanted.add(member(observer, true)));
        member(id).turn(() -> {
            if (!member(id).replica.changeMembership(Membership.of(wanted))) {
                tell(id + " does not change the membership");
            }
        });
    }
}
