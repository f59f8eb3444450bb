package io.pinfold.server.engine;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.ReplicaOptions;
import io.pinfold.server.consensus.ReplicaStart;
import io.pinfold.server.consensus.Safeguards;
import io.pinfold.server.consensus.Vote;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.tree.DataTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Engines that are linked with each other; the test decides which message arrives when, and when disks are done. */
final class EngineTeam {
    private static final long MILLI = 1_000_000;

    final TreeMap<Integer, Mate> mates = new TreeMap<>();
    /** Frames under way, by {@code from>to}. */
    private final TreeMap<String, ArrayDeque<byte[]>> wires = new TreeMap<>();

    private final TreeMap<String, PeerLink> links = new TreeMap<>();
    /** Where frames get stuck. */
    final TreeSet<String> blocked = new TreeSet<>();
    /** Members whose disks are not done with anything. */
    final TreeSet<Integer> slow = new TreeSet<>();

    private final Membership configured;
    private final Policy policy;

    /** So many members, of which the first was elected and serves. */
    EngineTeam(int size) {
        this(size, Policy.DEFAULT);
    }

    EngineTeam(int size, Policy policy) {
        this.policy = policy;
        List<Member> members = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            members.add(new Member(id, 0, false, "m" + id, 2881, 3888, "2181"));
        }
        configured = Membership.of(members);
        for (int id = 1; id <= size; id++) {
            mates.put(id, new Mate(id));
        }
        for (int a = 1; a <= size; a++) {
            for (int b = a + 1; b <= size; b++) {
                link(a, b);
            }
        }
        pass(300, 1);
        settle();
        run(50);
    }

    /** Starts one more member, which nobody was told of. */
    void add(int id) {
        mates.put(id, new Mate(id));
        mates.keySet().stream().filter(other -> other != id).forEach(other -> link(other, id));
        run(100);
    }

    /** Ends the turn in which a client of a member said something, and settles. */
    void settleSubmitted(int id) {
        mate(id).turn(() -> {});
        settle();
    }

    Mate mate(int id) {
        return mates.get(id);
    }

    // ---- the network ----

    void link(int a, int b) {
        Mate one = mate(a);
        Mate other = mate(b);
        PeerLink toB = open(a, b);
        PeerLink toA = open(b, a);
        one.turn(() -> one.engine.onPeerUp(b, other.engine.hello(), new byte[32], toB));
        other.turn(() -> other.engine.onPeerUp(a, one.engine.hello(), new byte[32], toA));
    }

    private PeerLink open(int from, int to) {
        ArrayDeque<byte[]> wire = new ArrayDeque<>();
        PeerLink link = new PeerLink() {
            @Override
            public void send(byte[] bytes, int length) {
                wire.add(java.util.Arrays.copyOf(bytes, length));
            }

            @Override
            public void close(String reason) {
                throw new AssertionError(reason);
            }
        };
        wires.put(from + ">" + to, wire);
        links.put(from + ">" + to, link);
        return link;
    }

    void unlink(int a, int b) {
        for (int[] ends : new int[][] {{a, b}, {b, a}}) {
            String wire = ends[0] + ">" + ends[1];
            wires.remove(wire);
            PeerLink link = links.remove(wire);
            Mate mate = mate(ends[0]);
            mate.turn(() -> mate.engine.onPeerDown(ends[1], link, false));
        }
    }

    /** Lets arrive what is under way from one member to another. {@return whether anything was} */
    boolean deliver(String wire) {
        return deliver(wire, Integer.MAX_VALUE);
    }

    private boolean deliver(String wire, int most) {
        ArrayDeque<byte[]> frames = wires.get(wire);
        boolean any = frames != null && !frames.isEmpty();
        int from = Integer.parseInt(wire.substring(0, 1));
        int to = Integer.parseInt(wire.substring(2));
        for (int i = any ? Math.min(most, frames.size()) : 0; i > 0; i--) {
            byte[] frame = frames.remove();
            mate(to).turn(() -> mate(to).engine.onPeerFrame(from, links.get(to + ">" + from), frame, 0, frame.length));
        }
        return any;
    }

    /** Lets arrive only the frame that was sent first. */
    void deliverOne(String wire) {
        if (!deliver(wire, 1)) {
            throw new AssertionError("nothing is under way on " + wire);
        }
    }

    /** Breaks all links of a member. */
    void isolate(int id) {
        for (int other : mates.keySet()) {
            if (links.containsKey(id + ">" + other)) {
                unlink(id, other);
            }
        }
    }

    // ---- time ----

    /** Lets the clocks of some members go on. */
    void pass(long millis, int... ids) {
        for (int id : ids) {
            mate(id).later(millis);
            mate(id).turn(() -> {});
        }
    }

    /** Lets everything arrive and every disk be done, until nothing is left. */
    void settle() {
        boolean more = true;
        while (more) {
            more = step();
        }
    }

    /** Lets arrive what is under way now, and disks do what they were asked for. {@return whether that was anything} */
    boolean step() {
        boolean any = false;
        for (String wire : List.copyOf(wires.keySet())) {
            any |= !blocked.contains(wire) && deliver(wire);
        }
        for (Mate mate : mates.values()) {
            any |= !slow.contains(mate.id) && mate.work();
        }
        return any;
    }

    /** Settles while time goes on for everybody. */
    void run(long millis) {
        for (long passed = 0; passed < millis; passed += 10) {
            settle();
            pass(10, mates.keySet().stream().mapToInt(Integer::intValue).toArray());
        }
        settle();
    }

    /** One member: an engine with a disk that always works, sooner or later. */
    final class Mate implements Effects {
        final List<String> audited = new ArrayList<>();
        boolean auditsEverything;
        final int id;
        final DataTree tree = new DataTree();
        final Engine engine;
        private final ArrayDeque<Runnable> diskWork = new ArrayDeque<>();
        private long nowMillis;
        private boolean again;

        Mate(int id) {
            this.id = id;
            ReplicaOptions replica = new ReplicaOptions(
                    id,
                    100 + id,
                    50 * MILLI,
                    300 * MILLI,
                    8 * MILLI,
                    500 * MILLI,
                    10_000,
                    100_000,
                    1 << 20,
                    1L << 30,
                    () -> 0,
                    Safeguards.ALL);
            ReplicaStart start = new ReplicaStart(
                    new ClusterId(1, 1),
                    true,
                    id <= configured.members().size(),
                    Vote.NONE,
                    configured,
                    false,
                    0,
                    0,
                    List.of(),
                    0);
            EngineOptions options = new EngineOptions(
                    id,
                    new byte[32],
                    1000,
                    2000,
                    20_000,
                    1000,
                    50,
                    1 << 20,
                    1 << 24,
                    100,
                    0,
                    policy,
                    Integer.MAX_VALUE);
            this.engine = new Engine(options, this, new EngineStart(tree, start, replica), 0, 0);
        }

        /** Makes its clock show a later time in its next turn. */
        void later(long millis) {
            nowMillis += millis;
        }

        void turn(Runnable input) {
            engine.advance(nowMillis * MILLI, nowMillis);
            input.run();
            do {
                again = false;
                engine.endOfTurn();
            } while (again);
        }

        /** {@return a client with a session, when everything has settled} */
        EngineClient session() {
            return session(20_000);
        }

        EngineClient session(int timeoutMillis) {
            EngineClient client = connect(timeoutMillis);
            settle();
            client.welcome();
            return client;
        }

        EngineClient connect() {
            return connect(20_000);
        }

        private EngineClient connect(int timeoutMillis) {
            EngineClient client = new EngineClient(engine);
            turn(() -> {
                client.connection = engine.onConnected(client, "127.0.0.1");
                client.greet(0, 0, new byte[16], timeoutMillis);
            });
            return client;
        }

        boolean work() {
            boolean any = !diskWork.isEmpty();
            for (int i = diskWork.size(); i > 0; i--) {
                turn(diskWork.remove());
            }
            return any;
        }

        @Override
        public void append(List<LogEntry> entries) {
            long last = entries.get(entries.size() - 1).zxid();
            diskWork.add(() -> engine.onForced(last));
        }

        @Override
        public void cutAfter(long zxid) {
            diskWork.add(() -> {});
        }

        @Override
        public void saveVote(long epoch, int candidate) {
            diskWork.add(() -> engine.onVoteSaved(epoch));
        }

        @Override
        public void turnAgain() {
            again = true;
        }

        @Override
        public void adopt(ClusterId cluster, byte[] sessionKey, boolean founder) {}

        @Override
        public void readLog(int peer, long afterZxid, int maxBytes) {
            throw new AssertionError("everything is in memory");
        }

        @Override
        public void readSnapshot(int peer, int index) {
            throw new AssertionError("everything is in memory");
        }

        @Override
        public void closeSnapshot(int peer) {}

        @Override
        public void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last) {}

        @Override
        public void beginSnapshot(long zxid) {}

        @Override
        public void snapshotBlock(byte[] bytes) {}

        @Override
        public void commitSnapshot() {}

        @Override
        public void abandonSnapshot() {}

        @Override
        public void membershipChanged(Membership membership) {}

        @Override
        public void statusChanged() {}

        @Override
        public boolean audits(AuditLine.Kind kind) {
            return auditsEverything || kind == AuditLine.Kind.SECURITY;
        }

        @Override
        public void audit(String line) {
            audited.add(line.replace('\t', ' '));
        }

        @Override
        public void fail(String reason, Throwable cause) {
            throw new AssertionError(reason, cause);
        }
    }
}
