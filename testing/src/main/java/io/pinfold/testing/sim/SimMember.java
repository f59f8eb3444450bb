package io.pinfold.testing.sim;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Message;
import io.pinfold.server.consensus.MessageCodec;
import io.pinfold.server.consensus.PeerHello;
import io.pinfold.server.consensus.Role;
import io.pinfold.server.engine.Effects;
import io.pinfold.server.engine.Engine;
import io.pinfold.server.engine.EngineOptions;
import io.pinfold.server.engine.EngineStart;
import io.pinfold.server.engine.Policy;
import io.pinfold.server.engine.Status;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.storage.Storage;
import io.pinfold.server.tree.DataTree;
import io.pinfold.testing.sim.oracle.Fact;
import io.pinfold.testing.sim.oracle.Violation;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * One process of a member: a real engine, driven as the node loop drives it, and everything that it says or does told to the
 * judges. Confined to the world's thread.
 */
final class SimMember implements Effects {
    static final long ELECTION_NANOS = 300 * World.MILLI;
    private static final int DIGEST_EVERY = 16;
    private static final int MOST_ROUNDS = 1000;
    private static final int DEEP_LOOK_ONE_IN = 200;
    /** How long a leader may lead without a majority that answers, by its own clock. */
    private static final long ALONE_LIMIT_MILLIS = 800;

    private static final long SECOND_LOOK_NANOS = 100 * World.MILLI;

    private static final int COUNTER_MARGIN = 200;
    private static final byte ASK = 32;
    private static final byte FENCED = 35;
    private static final byte TAKEN = 36;

    final int id;
    private final Host host;
    private final World world;
    private final Engine engine;
    private final DataTree tree;
    private final MemberDisk disk;
    private final List<ClientLine> lines = new ArrayList<>();
    private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
    /** Everything that was appended and not cut, durable or not. */
    private final TreeMap<Long, LogEntry> log = new TreeMap<>();

    private final TreeMap<Integer, Long> heardNanos = new TreeMap<>();
    private int overdue;
    private boolean again;
    private boolean dead;
    private boolean draining;
    private long pausedUntil;
    private long toldZxid;
    private long toldLeading = -1;
    private long toldServing = -1;
    private Role toldRole = Role.FOLLOWER;
    private long ledSinceNanos;
    private long alarmNanos = Long.MAX_VALUE;

    SimMember(Host host, int number, Storage storage, EngineStart start) {
        this.id = host.id;
        this.host = host;
        this.world = host.world();
        this.tree = start.tree();
        this.toldZxid = start.replica().snapshotZxid();
        this.disk = new MemberDisk(host, this, storage);
        start.replica().tail().forEach(entry -> log.put(entry.zxid(), entry));
        if (toldZxid > 0) {
            world.mark(Mark.STARTED_FROM_SNAPSHOT);
        }
        EngineOptions options = new EngineOptions(
                id,
                storage.metadata().sessionKey(),
                200,
                500,
                20_000,
                1000,
                50,
                1 << 20,
                1 << 24,
                1000,
                world.setup.snapshotEvery(),
                // The judges' model keeps access control lists, and lets everybody do everything.
                new Policy(false, "", false, false, Policy.DEFAULT.removal()),
                Integer.MAX_VALUE);
        engine = new Engine(options, this, start, host.clock(world.nowNanos()), host.wallMillis());
    }

    Engine engine() {
        return engine;
    }

    List<ClientLine> lines() {
        return lines;
    }

    long digest() {
        return tree.digest();
    }

    DataTree tree() {
        return tree;
    }

    long appendedZxid() {
        return log.isEmpty() ? 0 : log.lastKey();
    }

    /** {@return whether the other one belongs to another cluster, so that a link is refused} */
    boolean isForeignTo(SimMember other) {
        PeerHello mine = engine.hello();
        PeerHello theirs = other.engine.hello();
        return mine.adopted() && theirs.adopted() && !mine.cluster().equals(theirs.cluster());
    }

    void die(boolean seen) {
        dead = true;
        lines.forEach(line -> line.lost(seen));
        lines.clear();
    }

    boolean isDead() {
        return dead;
    }

    // ---- turns ----

    void pause(long nanos) {
        pausedUntil = Math.max(pausedUntil, world.nowNanos() + nanos);
        if (nanos > 2 * ELECTION_NANOS && engine.status().role() == Role.LEADER) {
            world.mark(Mark.LONG_PAUSE);
        }
    }

    void resume() {
        pausedUntil = Math.min(pausedUntil, world.nowNanos());
        world.after(0, this::drain); // not when the pause would have ended
    }

    void turn(Runnable input) {
        if (dead) {
            return;
        }
        if (pausedUntil > world.nowNanos() || !inbox.isEmpty()) {
            inbox.add(input);
            drainLater();
        } else {
            turnWith(List.of(input));
        }
    }

    private void drainLater() {
        if (!draining) {
            draining = true;
            world.after(Math.max(0, pausedUntil - world.nowNanos()), this::drain);
        }
    }

    /** After a pause everything that waited comes in one turn, as it does from real sockets. */
    private void drain() {
        draining = false;
        if (dead) {
            return;
        }
        if (pausedUntil > world.nowNanos()) {
            drainLater();
            return;
        }
        List<Runnable> inputs = new ArrayList<>(inbox);
        inbox.clear();
        turnWith(inputs);
    }

    private void turnWith(List<Runnable> inputs) {
        engine.advance(host.clock(world.nowNanos()), host.wallMillis());
        for (Runnable input : inputs) {
            input.run();
            if (dead) {
                return;
            }
        }
        int rounds = 0;
        do {
            again = false;
            engine.endOfTurn();
            if (++rounds > MOST_ROUNDS) {
                throw new Violation("Progress", "member " + id + " never ends a turn: " + engine.describe());
            }
        } while (again);
        tellState();
        arm();
    }

    private void arm() {
        long deadline = engine.nextDeadlineNanos();
        if (deadline >= alarmNanos) {
            return;
        }
        alarmNanos = deadline;
        long delay = host.untilClock(deadline);
        overdue = delay == 0 ? overdue + 1 : 0;
        if (overdue > MOST_ROUNDS) {
            throw new Violation("Progress", "member " + id + " is overdue for ever: " + engine.describe());
        }
        world.after(delay, () -> {
            if (alarmNanos == deadline) {
                alarmNanos = Long.MAX_VALUE;
                turn(() -> {});
            }
        });
    }

    // ---- for the judges ----

    private void tellState() {
        Status status = engine.status();
        if (status.appliedZxid() > toldZxid) {
            tellCommitted(status.appliedZxid());
        }
        if (status.role() != toldRole) {
            if (toldRole == Role.LEADER) {
                world.mark(Mark.STEPPED_DOWN);
            }
            toldRole = status.role();
        }
        if (status.role() == Role.LEADER) {
            tellLeading(status);
            requireQuorum();
        }
    }

    private void tellCommitted(long applied) {
        for (LogEntry entry :
                new ArrayList<>(log.subMap(toldZxid, false, applied, true).values())) {
            world.tell(new Fact.Committed(world.nowNanos(), id, entry));
            toldZxid = entry.zxid();
            if (toldZxid == applied && toldZxid % DIGEST_EVERY == 0) {
                world.tell(new Fact.Digested(world.nowNanos(), id, toldZxid, tree.digest()));
            }
        }
    }

    private void tellLeading(Status status) {
        if (toldLeading != status.epoch()) {
            if (toldLeading == status.epoch() - 1) {
                world.mark(Mark.EPOCH_ROLLED);
            }
            toldLeading = status.epoch();
            ledSinceNanos = world.nowNanos();
            world.tell(new Fact.Led(world.nowNanos(), id, toldLeading));
            world.elected(id);
        }
        if (status.serving() && toldServing != status.epoch()) {
            toldServing = status.epoch();
            world.tell(new Fact.Served(world.nowNanos(), id, toldServing));
        }
    }

    /** A leader that no majority answers has to notice; one that was held up may look first at what has arrived meanwhile. */
    private void requireQuorum() {
        long limit = ALONE_LIMIT_MILLIS * World.MILLI;
        long since = world.nowNanos() - limit;
        if (ledSinceNanos >= since || pausedUntil >= world.nowNanos() - SECOND_LOOK_NANOS) {
            return;
        }
        boolean heard = engine.membership()
                .isQuorum(
                        peer -> peer == id || heardNanos.getOrDefault(peer, 0L) >= since,
                        io.pinfold.server.consensus.Safeguards.ALL);
        if (!heard) {
            world.tell(new Fact.Queued(
                    world.nowNanos(), id, "milliseconds as a leader whom no majority answers", ALONE_LIMIT_MILLIS, 0));
        }
    }

    void heard(int peer) {
        heardNanos.put(peer, world.nowNanos());
    }

    /** A client of this member asks for something. */
    void asked(byte[] frame) {
        if (toldRole == Role.LEADER && frame.length > 8 && (frame[7] == 9 || frame[7] == 11)) {
            long since = world.nowNanos() - ELECTION_NANOS;
            boolean heard = engine.membership()
                    .isQuorum(
                            peer -> peer == id || heardNanos.getOrDefault(peer, 0L) >= since,
                            io.pinfold.server.consensus.Safeguards.ALL);
            if (!heard) {
                world.mark(Mark.ASKED_IN_MINORITY);
            }
        }
    }

    /** Listens in on what it says to a peer. */
    void says(int peer, byte[] frame) {
        switch (frame[0]) {
            case ASK -> world.mark(Mark.FORWARDED);
            case FENCED -> world.mark(Mark.FENCED);
            case TAKEN -> world.mark(Mark.SESSION_TAKEN);
            default -> {
                if (frame[0] <= MessageCodec.LAST_TYPE) {
                    try {
                        judge(peer, MessageCodec.read(new JuteReader(frame)));
                    } catch (MalformedFrame e) {
                        throw new Violation("Messages", "member " + id + " says what cannot be read: " + e);
                    }
                }
            }
        }
    }

    private void judge(int peer, Message message) {
        if (message instanceof Message.AppendReply reply) {
            if (reply.accepted()) {
                boolean deep = !host.isDamaged() && world.below("look" + id, DEEP_LOOK_ONE_IN) == 0;
                long kept = deep ? host.durableZxid() : disk.keptZxid();
                world.tell(new Fact.Acknowledged(world.nowNanos(), id, reply.durableZxid(), kept));
            } else {
                world.mark(Mark.CONTINUATION_REFUSED);
            }
        } else if (message instanceof Message.VoteReply reply) {
            if (!reply.granted()) {
                world.mark(Mark.VOTE_REFUSED);
            } else if (!reply.pre() && !host.isDamaged()) {
                long[] vote = host.durableVote();
                world.tell(new Fact.Voted(world.nowNanos(), id, reply.epoch(), peer, vote[0], (int) vote[1]));
            }
        } else if (message instanceof Message.VoteRequest request) {
            if (request.pre() && toldRole == Role.CANDIDATE) {
                world.mark(Mark.ELECTION_REPEATED);
            }
        } else if (message instanceof Message.TimeoutNow) {
            world.mark(Mark.HANDED_OVER);
        }
    }

    // ---- effects ----

    @Override
    public void append(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            log.put(entry.zxid(), entry);
            world.tell(new Fact.Appended(world.nowNanos(), id, entry));
            long counter = entry.zxid() & 0xffffffffL;
            long limit = world.setup.maxCounter() + COUNTER_MARGIN;
            if (counter > limit) {
                world.tell(new Fact.Queued(world.nowNanos(), id, "transactions of one epoch", counter, limit));
            }
        }
        disk.append(List.copyOf(entries));
    }

    @Override
    public void cutAfter(long zxid) {
        world.mark(Mark.CONFLICT_CUT);
        log.tailMap(zxid, false).clear();
        world.tell(new Fact.Cut(world.nowNanos(), id, zxid));
        disk.cutAfter(zxid);
    }

    /** A received snapshot is the state now. */
    void installed(long zxid) {
        world.mark(Mark.SNAPSHOT_INSTALLED);
        log.clear();
        toldZxid = Math.max(toldZxid, zxid);
        world.tell(new Fact.Installed(world.nowNanos(), id, zxid));
    }

    @Override
    public void saveVote(long epoch, int candidate) {
        disk.saveVote(epoch, candidate);
    }

    @Override
    public void adopt(ClusterId cluster, byte[] sessionKey, boolean founder) {
        disk.adopt(cluster, sessionKey, founder);
    }

    @Override
    public void readLog(int peer, long afterZxid, int maxBytes) {
        disk.readLog(peer, afterZxid, maxBytes);
    }

    @Override
    public void readSnapshot(int peer, int index) {
        disk.readSnapshot(peer, index);
    }

    @Override
    public void closeSnapshot(int peer) {
        disk.closeSnapshot(peer);
    }

    @Override
    public void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last) {
        disk.storeSnapshotBlock(zxid, chain, index, block, last);
    }

    @Override
    public void beginSnapshot(long zxid) {
        disk.snapshots().begin(zxid);
    }

    @Override
    public void snapshotBlock(byte[] bytes) {
        disk.snapshots().block(bytes);
    }

    @Override
    public void commitSnapshot() {
        disk.snapshots().commit();
    }

    @Override
    public void abandonSnapshot() {
        disk.snapshots().abandon();
    }

    @Override
    public void turnAgain() {
        again = true;
    }

    @Override
    public void membershipChanged(Membership membership) {
        if (membership.isJoint()) {
            world.mark(Mark.JOINT_MEMBERSHIP);
        }
    }

    @Override
    public void statusChanged() {}

    @Override
    public void fail(String reason, Throwable cause) {
        throw new Violation("EngineInvariant", "member " + id + ": " + reason + ": " + cause.getMessage());
    }
}
