package io.pinfold.testing.sim;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Message;
import io.pinfold.server.consensus.MessageCodec;
import io.pinfold.server.consensus.ReplicaOptions;
import io.pinfold.server.consensus.ReplicaStart;
import io.pinfold.server.consensus.Role;
import io.pinfold.server.consensus.Vote;
import io.pinfold.server.engine.Effects;
import io.pinfold.server.engine.Engine;
import io.pinfold.server.engine.EngineOptions;
import io.pinfold.server.engine.EngineStart;
import io.pinfold.server.engine.Policy;
import io.pinfold.server.engine.Status;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.tree.DataTree;
import io.pinfold.testing.sim.oracle.Fact;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** One life of a member of an {@link EngineWorld}. Confined to the world's thread. */
final class EngineMember implements Effects {
    private static final long MILLI = EngineWorld.MILLI;
    private static final int DIGEST_EVERY = 16;

    final int id;
    final Engine engine;
    final List<EngineLine> lines = new ArrayList<>();
    long pausedUntil;
    private final EngineWorld world;
    private final EngineDisk disk;
    private final DataTree tree = new DataTree();
    private final ArrayDeque<Runnable> diskWork = new ArrayDeque<>();
    /** Everything that was appended and not cut, durable or not. */
    private final TreeMap<Long, LogEntry> log = new TreeMap<>();

    private int overdue;
    private boolean working;
    private boolean again;
    private boolean dead;
    private long toldZxid;
    private long toldLeading = -1;
    private long toldServing = -1;
    private long alarmNanos = Long.MAX_VALUE;

    EngineMember(int id, EngineDisk disk, EngineWorld world) {
        this.id = id;
        this.disk = disk;
        this.world = world;
        disk.log.forEach(entry -> log.put(entry.zxid(), entry));
        ReplicaOptions replica = new ReplicaOptions(
                id,
                disk.incarnation,
                50 * MILLI,
                300 * MILLI,
                8 * MILLI,
                2000 * MILLI,
                4000,
                20_000,
                20_000,
                world.seed % 4 == 0 ? 50 : 3L << 30,
                () -> world.draw("replica" + id),
                world.safeguards);
        // The oracles' model of the tree keeps lists, and lets everybody do everything.
        Policy policy = new Policy(false, "", false, false, Policy.DEFAULT.removal());
        EngineOptions options =
                new EngineOptions(id, disk.key, 200, 500, 20_000, 1000, 50, 1 << 20, 1 << 24, 1000, 0, policy);
        ReplicaStart start = new ReplicaStart(
                disk.cluster,
                disk.adopted,
                disk.founder,
                disk.vote,
                world.configured,
                false,
                0,
                0,
                List.copyOf(disk.log),
                disk.lastZxid());
        engine = new Engine(
                options, this, new EngineStart(tree, start, replica), world.nowNanos(), world.nowNanos() / MILLI);
        world.after(0, () -> turn(() -> {}));
    }

    void die(boolean seen) {
        dead = true;
        lines.forEach(line -> line.lost(seen));
    }

    void turn(Runnable input) {
        if (dead) {
            return;
        }
        if (pausedUntil > world.nowNanos()) {
            world.after(pausedUntil - world.nowNanos(), () -> turn(input));
            return;
        }
        engine.advance(world.nowNanos(), world.nowNanos() / MILLI);
        input.run();
        int rounds = 0;
        do {
            again = false;
            engine.endOfTurn();
            if (++rounds > 1000) {
                throw new AssertionError("member " + id + " never comes to the end of a turn: " + engine.describe());
            }
        } while (again);
        tellState();
        arm();
    }

    private void arm() {
        long deadline = engine.nextDeadlineNanos();
        if (deadline < alarmNanos) {
            alarmNanos = deadline;
            if (deadline <= world.nowNanos() && ++overdue > 1000) {
                throw new AssertionError("member " + id + " is overdue for ever: " + engine.describe());
            } else if (deadline > world.nowNanos()) {
                overdue = 0;
            }
            world.after(Math.max(0, deadline - world.nowNanos()), () -> {
                if (alarmNanos == deadline) {
                    alarmNanos = Long.MAX_VALUE;
                    turn(() -> {});
                }
            });
        }
    }

    private void tellState() {
        Status status = engine.status();
        for (LogEntry entry : List.copyOf(log.subMap(toldZxid, false, Math.max(toldZxid, status.appliedZxid()), true)
                .values())) {
            world.tell(new Fact.Committed(world.nowNanos(), id, entry));
            toldZxid = entry.zxid();
            if (toldZxid == status.appliedZxid() && toldZxid % DIGEST_EVERY == 0) {
                world.tell(new Fact.Digested(world.nowNanos(), id, toldZxid, tree.digest()));
            }
        }
        if (status.role() == Role.LEADER && toldLeading != status.epoch()) {
            toldLeading = status.epoch();
            world.tell(new Fact.Led(world.nowNanos(), id, toldLeading));
        }
        if (status.role() == Role.LEADER && status.serving() && toldServing != status.epoch()) {
            toldServing = status.epoch();
            world.tell(new Fact.Served(world.nowNanos(), id, toldServing));
        }
    }

    long digest() {
        return tree.digest();
    }

    /** Listens in on what it says to a peer. */
    void says(int peer, byte[] frame) {
        if (frame[0] > MessageCodec.LAST_TYPE) {
            return;
        }
        try {
            Message message = MessageCodec.read(new JuteReader(frame));
            if (message instanceof Message.AppendReply reply && reply.accepted()) {
                world.tell(new Fact.Acknowledged(world.nowNanos(), id, reply.durableZxid(), disk.lastZxid()));
            } else if (message instanceof Message.VoteReply reply && reply.granted() && !reply.pre()) {
                voted(reply.epoch(), peer);
            }
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }

    private void voted(long epoch, int candidate) {
        world.tell(new Fact.Voted(world.nowNanos(), id, epoch, candidate, disk.vote.epoch(), disk.vote.candidate()));
    }

    // ---- disk ----

    private void work(Runnable done) {
        diskWork.add(done);
        if (!working) {
            working = true;
            workLater();
        }
    }

    private void workLater() {
        long nanos = 100_000 + world.below("disk" + id, world.below("disk" + id, 50) == 0 ? 200_000_000 : 3_000_000);
        world.after(nanos, () -> {
            if (dead) {
                return;
            }
            diskWork.remove().run();
            if (diskWork.isEmpty()) {
                working = false;
            } else {
                workLater();
            }
        });
    }

    @Override
    public void append(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            log.put(entry.zxid(), entry);
            world.tell(new Fact.Appended(world.nowNanos(), id, entry));
        }
        long last = entries.get(entries.size() - 1).zxid();
        List<LogEntry> copy = List.copyOf(entries);
        work(() -> {
            disk.log.addAll(copy);
            world.tell(new Fact.Kept(world.nowNanos(), id, last));
            turn(() -> engine.onForced(last));
        });
    }

    @Override
    public void cutAfter(long zxid) {
        log.tailMap(zxid, false).clear();
        world.tell(new Fact.Cut(world.nowNanos(), id, zxid));
        work(() -> disk.log.removeIf(entry -> entry.zxid() > zxid));
    }

    @Override
    public void saveVote(long epoch, int candidate) {
        work(() -> {
            disk.vote = new Vote(epoch, candidate);
            turn(() -> engine.onVoteSaved(epoch));
        });
    }

    @Override
    public void adopt(ClusterId cluster, byte[] sessionKey, boolean founder) {
        work(() -> {
            disk.adopted = true;
            disk.cluster = cluster;
            disk.key = sessionKey;
            disk.founder = founder;
            turn(() -> engine.onAdopted(cluster, sessionKey, founder));
        });
    }

    @Override
    public void readLog(int peer, long afterZxid, int maxBytes) {
        work(() -> {
            long previous = 0;
            List<LogEntry> found = new ArrayList<>();
            for (LogEntry entry : disk.log) {
                if (entry.zxid() <= afterZxid) {
                    previous = entry.zxid();
                } else if (found.size() < 20) {
                    found.add(entry);
                }
            }
            long before = previous;
            long chain = disk.chainAt(previous);
            turn(() -> engine.onLogRead(peer, before, chain, found));
        });
    }

    @Override
    public void readSnapshot(int peer, int index) {}

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
    public void turnAgain() {
        again = true;
    }

    @Override
    public void membershipChanged(Membership membership) {}

    @Override
    public void statusChanged() {}

    @Override
    public void fail(String reason, Throwable cause) {
        throw new AssertionError("member " + id + ": " + reason, cause);
    }
}
