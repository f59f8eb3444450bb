package io.pinfold.server.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.engine.PeerLink;
import io.pinfold.server.storage.MemoryDisk;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Three members on disks that can be damaged, with a network that loses nothing, and time that a test lets pass. */
final class DiskEnsemble {
    private static final long STEP_NANOS = 5_000_000;

    final Random random;
    final Membership configured;
    final int snapshotEvery;
    long nowNanos = 1;
    final TreeMap<Integer, MemoryDisk> disks = new TreeMap<>();
    final TreeMap<Integer, DiskMember> members = new TreeMap<>();
    /** What clients were told that it is there. */
    final List<String> acknowledged = new ArrayList<>();

    private final TreeMap<Integer, DiskClient> clients = new TreeMap<>();
    private final List<Pipe> pipes = new ArrayList<>();
    private int written;

    DiskEnsemble(long seed, int snapshotEvery) throws IOException {
        this.random = new Random(seed);
        this.snapshotEvery = snapshotEvery;
        List<Member> all = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            all.add(new Member(id, 0, false, "m" + id, 1, 2, ""));
            disks.put(id, new MemoryDisk());
        }
        configured = Membership.of(all);
        for (int id : disks.keySet()) {
            start(id);
        }
        settle();
    }

    MemoryDisk disk(int id) {
        return disks.get(id);
    }

    DiskMember member(int id) {
        return members.get(id);
    }

    // ---- members ----

    void start(int id) throws IOException {
        DiskMember member = new DiskMember(id, disk(id), this);
        for (DiskMember other : members.values()) {
            pipes.add(new Pipe(member, other));
        }
        members.put(id, member);
    }

    /** Ends a member as kill -9 does; what it had written is there. */
    void kill(int id) {
        lose(id);
        disks.put(id, disk(id).afterKill());
    }

    /** Ends a member by a power failure; of what was not forced, any part is lost. */
    void powerFails(int id) {
        lose(id);
        disks.put(id, disk(id).afterCrash(random));
    }

    private void lose(int id) {
        members.remove(id);
        clients.remove(id);
        for (Pipe pipe : List.copyOf(pipes)) {
            if (pipe.one.id == id || pipe.other.id == id) {
                pipe.drop();
            }
        }
    }

    /** Forgets members that stopped by themselves. */
    private void bury() {
        for (DiskMember member : List.copyOf(members.values())) {
            if (!member.stoppedBecause.isEmpty()) {
                kill(member.id);
            }
        }
    }

    // ---- time ----

    void step() {
        nowNanos += STEP_NANOS;
        for (DiskMember member : List.copyOf(members.values())) {
            member.turn(() -> {});
            member.diskWork();
        }
        for (Pipe pipe : List.copyOf(pipes)) {
            pipe.deliver();
        }
        bury();
    }

    void pass(long millis) {
        for (long end = nowNanos + millis * 1_000_000; nowNanos < end; ) {
            step();
        }
    }

    boolean comesTrue(BooleanSupplier condition, long millis) {
        for (long end = nowNanos + millis * 1_000_000; nowNanos < end && !condition.getAsBoolean(); ) {
            step();
        }
        return condition.getAsBoolean();
    }

    int leader() {
        return members.values().stream()
                .filter(member -> member.engine.status().serving()
                        && member.engine.status().leader() == member.id)
                .mapToInt(member -> member.id)
                .findFirst()
                .orElse(0);
    }

    int follower() {
        return members.keySet().stream()
                .filter(id -> id != leader())
                .findFirst()
                .orElseThrow();
    }

    /** Waits until all members that run serve, have their votes and are equal. */
    void settle() {
        if (!comesTrue(this::isSettled, 60_000)) {
            throw new AssertionError("not settled: "
                    + members.values().stream()
                            .map(m -> "\n" + m.engine.describe() + " " + m.notices)
                            .toList());
        }
    }

    private boolean isSettled() {
        return !members.isEmpty()
                && members.values().stream()
                        .allMatch(member -> member.engine.status().voting()
                                && member.engine.status().serving()
                                && member.storage.damage() == null)
                && members.values().stream()
                                .map(member -> member.tree.digest())
                                .distinct()
                                .count()
                        == 1;
    }

    // ---- clients ----

    /** Lets a client of a member create so many znodes, as far as that works now. */
    void write(int id, int count) {
        if (!members.containsKey(id)) {
            return;
        }
        DiskClient client = clients.computeIfAbsent(id, member -> new DiskClient(member(member)));
        if (!comesTrue(client::isWelcome, 2_000)) {
            return;
        }
        for (int i = 0; i < count; i++) {
            String path = "/n" + written++;
            client.create(path, () -> acknowledged.add(path));
            step();
        }
        comesTrue(client::isIdle, 2_000);
    }

    /** Whatever was acknowledged must be there on every member that runs. */
    void checkNothingIsLost() {
        for (DiskMember member : members.values()) {
            for (String path : acknowledged) {
                assertNotNull(member.tree.get(path), path + " is missing on member " + member.id);
            }
        }
        assertEquals(
                1,
                members.values().stream()
                        .map(member -> member.tree.digest())
                        .distinct()
                        .count());
    }

    /** A link between two members, which keeps the order. */
    private final class Pipe {
        final DiskMember one;
        final DiskMember other;
        private final ArrayDeque<Runnable> underWay = new ArrayDeque<>();
        private final End ofOne;
        private final End ofOther;

        Pipe(DiskMember one, DiskMember other) {
            this.one = one;
            this.other = other;
            this.ofOne = new End(one, other);
            this.ofOther = new End(other, one);
            up(one, other, ofOne);
            up(other, one, ofOther);
        }

        private void up(DiskMember owner, DiskMember peer, PeerLink link) {
            var hello = peer.engine.hello();
            byte[] key = peer.engine.sessionKey();
            underWay.add(() -> owner.engine.onPeerUp(peer.id, hello, key, link));
        }

        void deliver() {
            for (int count = underWay.size(); count > 0; count--) {
                underWay.remove().run();
            }
        }

        void drop() {
            pipes.remove(this);
            underWay.clear();
            one.turn(() -> one.engine.onPeerDown(other.id, ofOne, true));
            other.turn(() -> other.engine.onPeerDown(one.id, ofOther, true));
        }

        private final class End implements PeerLink {
            private final DiskMember owner;
            private final DiskMember peer;

            End(DiskMember owner, DiskMember peer) {
                this.owner = owner;
                this.peer = peer;
            }

            @Override
            public void send(byte[] bytes, int length) {
                byte[] copy = Arrays.copyOf(bytes, length);
                PeerLink back = this == ofOne ? ofOther : ofOne;
                underWay.add(() -> peer.turn(() -> peer.engine.onPeerFrame(owner.id, back, copy, 0, copy.length)));
            }

            @Override
            public void close(String reason) {
                throw new AssertionError("member " + owner.id + " closes the link to " + peer.id + ": " + reason);
            }
        }
    }
}
