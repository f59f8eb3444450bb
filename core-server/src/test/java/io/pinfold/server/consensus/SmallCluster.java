package io.pinfold.server.consensus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.storage.LogEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A few replicas on a network and on disks that do everything by chance, and the promises that must hold throughout. */
final class SmallCluster {
    private static final long MILLI = 1_000_000;

    private record Link(int from, int to) {}

    final SplittableRandom random;
    final Membership configured;
    final Safeguards safeguards;
    final long maxCounter;
    long now;
    private final TreeMap<Integer, SmallDisk> disks = new TreeMap<>();
    private final TreeMap<Integer, SmallMember> members = new TreeMap<>();
    private final Map<Link, ArrayDeque<Message>> wires = new HashMap<>();
    private final TreeMap<Integer, Integer> cut = new TreeMap<>();
    private final Map<Long, Integer> leaders = new HashMap<>();
    private final List<LogEntry> committed = new ArrayList<>();
    private final Map<Long, Long> reads = new HashMap<>();
    private long proposals;
    private long incarnations = 1000;

    SmallCluster(long seed, int size, Safeguards safeguards, long maxCounter) {
        this.random = new SplittableRandom(seed);
        this.safeguards = safeguards;
        this.maxCounter = maxCounter;
        List<Member> all = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            all.add(new Member(id, 0, false, "m" + id, 1, 2, ""));
            disks.put(id, new SmallDisk(++incarnations));
        }
        configured = Membership.of(all);
        for (int id = 1; id <= size; id++) {
            start(id);
        }
    }

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
                400,
                maxCounter,
                random.split()::nextLong,
                safeguards);
    }

    SmallDisk disk(int id) {
        return disks.get(id);
    }

    SmallMember member(int id) {
        return members.get(id);
    }

    /** {@return the member that serves} */
    SmallMember leader() {
        return members.values().stream()
                .filter(m -> m.replica.serving())
                .findFirst()
                .orElseThrow();
    }

    /** {@return how many messages are on their way} */
    int underWay() {
        return wires.values().stream().mapToInt(ArrayDeque::size).sum();
    }

    List<LogEntry> committed() {
        return committed;
    }

    // ---- what happens ----

    /** Lets one thing happen. */
    void step(int faultsPerMille) {
        int dice = random.nextInt(1000);
        if (dice < faultsPerMille) {
            fault();
        } else if (dice < 650) {
            deliver();
        } else if (dice < 850) {
            diskWork();
        } else if (dice < 900) {
            propose();
        } else {
            tick(random.nextInt(10) * MILLI);
        }
        members.values().forEach(this::check);
    }

    void tick(long nanos) {
        now += nanos;
        for (SmallMember member : members.values()) {
            turn(member, () -> {});
        }
    }

    private void turn(SmallMember member, Runnable input) {
        member.replica.advance(now);
        input.run();
        member.replica.endOfTurn();
    }

    private void deliver() {
        List<Link> ready = wires.entrySet().stream()
                .filter(e -> !e.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted((a, b) -> a.from * 100 + a.to - b.from * 100 - b.to)
                .toList();
        if (!ready.isEmpty()) {
            Link link = ready.get(random.nextInt(ready.size()));
            Message message = wires.get(link).poll();
            SmallMember to = members.get(link.to);
            turn(to, () -> to.replica.onMessage(link.from, message));
        }
    }

    private void diskWork() {
        SmallMember member = any();
        if (member != null && !member.diskWork.isEmpty()) {
            turn(member, member.diskWork.poll());
        }
    }

    private SmallMember any() {
        List<SmallMember> all = List.copyOf(members.values());
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    private void propose() {
        SmallMember member = any();
        if (member != null && member.replica.accepting()) {
            turn(member, () -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    if (member.replica.accepting()) {
                        member.replica.propose(
                                ("1" + proposals++).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    }
                }
                reads.put(proposals * 1000 + member.id, (long) committed.size());
                member.replica.readIndex(proposals * 1000 + member.id);
            });
        }
        if (member != null && random.nextInt(10) == 0) {
            member.compact();
        }
    }

    private void fault() {
        int kind = random.nextInt(7);
        int id = 1 + random.nextInt(disks.size());
        if (kind == 0 && members.containsKey(id)) {
            crash(id);
        } else if (kind == 1 && !members.containsKey(id)) {
            start(id);
        } else if (kind == 2) {
            int other = 1 + random.nextInt(disks.size());
            disconnect(id, other, random.nextBoolean());
            cut.put(Math.min(id, other) * 100 + Math.max(id, other), 1);
        } else if (kind == 3) {
            cut.clear();
            connectAll();
        } else if (kind == 4 && members.containsKey(id)) {
            SmallMember member = members.get(id);
            turn(member, member.replica::transferLeadership);
        } else if (kind == 5) {
            connectAll();
        } else if (kind == 6 && !members.containsKey(id)) {
            damage(id);
        }
    }

    /** Takes away the end of the log of a member that is down, of a minority at a time. */
    private void damage(int id) {
        long others = disks.values().stream()
                .filter(d -> d != disks.get(id) && (d.isDamaged() || !d.isVoting()))
                .count();
        if (others < (disks.size() - 1) / 2) {
            disks.get(id).damageAfter(random.nextInt(disks.get(id).log.size() + 1));
        }
    }

    void crash(int id) {
        members.remove(id);
        for (int other = 1; other <= disks.size(); other++) {
            wires.remove(new Link(id, other));
            wires.remove(new Link(other, id));
            SmallMember peer = members.get(other);
            if (peer != null) {
                turn(peer, () -> peer.replica.onPeerDown(id, true));
            }
        }
    }

    void start(int id) {
        members.put(id, new SmallMember(id, disks.get(id), this));
        connectAll();
    }

    void wipe(int id) {
        disks.put(id, new SmallDisk(++incarnations));
    }

    private void connectAll() {
        for (int a : List.copyOf(members.keySet())) {
            for (int b : List.copyOf(members.keySet())) {
                if (a < b && !cut.containsKey(a * 100 + b) && !wires.containsKey(new Link(a, b))) {
                    wires.put(new Link(a, b), new ArrayDeque<>());
                    wires.put(new Link(b, a), new ArrayDeque<>());
                    PeerHello ofA = members.get(a).replica.hello();
                    PeerHello ofB = members.get(b).replica.hello();
                    turn(members.get(a), () -> members.get(a).replica.onPeerUp(b, ofB));
                    turn(members.get(b), () -> members.get(b).replica.onPeerUp(a, ofA));
                }
            }
        }
    }

    private void disconnect(int a, int b, boolean closed) {
        if (wires.remove(new Link(a, b)) != null) {
            wires.remove(new Link(b, a));
            turn(members.get(a), () -> members.get(a).replica.onPeerDown(b, closed));
            turn(members.get(b), () -> members.get(b).replica.onPeerDown(a, closed));
        }
    }

    void send(int from, int to, Message message) {
        ArrayDeque<Message> wire = wires.get(new Link(from, to));
        if (wire != null) {
            wire.add(message);
        }
    }

    /** Ends all faults and waits until every member has everything. */
    void heal() {
        cut.clear();
        for (int id : disks.keySet()) {
            if (!members.containsKey(id)) {
                start(id);
            }
        }
        connectAll();
        for (int i = 0; i < 3_000; i++) {
            for (int k = 0; k < 20; k++) {
                deliver();
                diskWork();
            }
            tick(5 * MILLI);
            members.values().forEach(this::check);
            if (isSettled()) {
                return;
            }
        }
        throw new AssertionError("not settled: "
                + members.values().stream()
                        .map(m -> "\n" + m.id + " " + m.replica)
                        .toList());
    }

    private boolean isSettled() {
        return members.values().stream().anyMatch(m -> m.replica.serving())
                && members.values().stream().allMatch(m -> m.history.size() == committed.size());
    }

    // ---- what must hold ----

    private void check(SmallMember member) {
        if (member.replica.role() == Role.LEADER) {
            Integer known = leaders.putIfAbsent(member.replica.epoch(), member.id);
            assertTrue(known == null || known == member.id, () -> "two leaders of epoch " + member.replica.epoch());
        }
    }

    void onCommitted(SmallMember member, LogEntry entry) {
        int place = member.history.size() - 1;
        if (place == committed.size()) {
            committed.add(entry);
            long copies = disks.values().stream().filter(d -> holds(d, entry)).count();
            assertTrue(copies > disks.size() / 2, "committed without a durable majority: " + entry.zxid());
        }
        assertEquals(committed.get(place).zxid(), entry.zxid(), "another entry was committed at place " + place);
        assertArrayEquals(committed.get(place).payload(), entry.payload());
    }

    private static boolean holds(SmallDisk disk, LogEntry entry) {
        return disk.snapshotZxid >= entry.zxid()
                || disk.log.stream().anyMatch(e -> e.zxid() == entry.zxid())
                || disk.damaged.stream().anyMatch(e -> e.zxid() == entry.zxid());
    }

    void onReadConfirmed(SmallMember member, long token) {
        assertTrue(
                member.history.size() >= reads.get(token),
                "a read index was confirmed by a leader that lacks what was committed before");
    }
}
