package io.pinfold.testing.sim;

import io.pinfold.server.consensus.ReplicaOptions;
import io.pinfold.server.consensus.ReplicaStart;
import io.pinfold.server.engine.EngineStart;
import io.pinfold.server.recovery.Recovery;
import io.pinfold.server.storage.Metadata;
import io.pinfold.server.storage.Storage;
import io.pinfold.server.storage.StorageException;
import io.pinfold.server.storage.StorageOptions;
import io.pinfold.testing.sim.oracle.Fact;
import io.pinfold.testing.sim.oracle.Violation;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The machine of one member: its disk and its clock, which outlive the member's processes, and the operator who starts them
 * again. Confined to the world's thread.
 */
final class Host {
    private static final long MILLI = World.MILLI;
    private static final long RETRY_NANOS = 300 * MILLI;
    private static final long BOOT_WALL_MILLIS = 1_700_000_000_000L;

    final int id;
    private final World world;
    private final long ppm;
    private SimDisk disk;
    private @Nullable SimMember life;
    private int lives;
    private long wallOffsetMillis;
    private long slowDiskUntil;
    private long firstIncarnation;
    /** Whether something on the disk was damaged on purpose since it was empty. */
    private boolean damaged;

    private boolean heldDown;
    private boolean full;
    /** The last entry that the process had in its log when it ended. */
    private long appendedZxid;

    private long keptZxid;

    Host(int id, World world) {
        this.id = id;
        this.world = world;
        this.ppm = world.setup.driftPpm() == 0
                ? 0
                : world.below("drift" + id, 2 * world.setup.driftPpm()) - world.setup.driftPpm();
        this.disk = newDisk();
    }

    private SimDisk newDisk() {
        return new SimDisk("/member-" + id, world.rules.bug());
    }

    World world() {
        return world;
    }

    SimDisk disk() {
        return disk;
    }

    /** {@return the process that runs, or null} */
    @Nullable
    SimMember life() {
        return life;
    }

    // ---- the clock ----

    /** {@return what the clock that never jumps says when the world's time is this} */
    long clock(long worldNanos) {
        return worldNanos + worldNanos / 1_000_000 * ppm;
    }

    /** {@return how long to wait until the clock shows this} */
    long untilClock(long clockNanos) {
        long missing = clockNanos - clock(world.nowNanos());
        return missing <= 0 ? 0 : missing - missing / 1_000_000 * ppm + 1000;
    }

    long wallMillis() {
        return BOOT_WALL_MILLIS + wallOffsetMillis + clock(world.nowNanos()) / MILLI;
    }

    void jumpWall(long millis) {
        wallOffsetMillis += millis;
    }

    // ---- the disk ----

    long diskNanos() {
        long nanos = 100_000 + world.below("disk" + id, world.below("disk" + id, 50) == 0 ? 100_000_000 : 3_000_000);
        return slowDiskUntil > world.nowNanos() ? nanos * 50 : nanos;
    }

    void slowDisk(long nanos) {
        slowDiskUntil = world.nowNanos() + nanos;
    }

    void fill(long nanos) {
        full = true;
        disk.fill(true);
        world.after(nanos, () -> {
            full = false;
            disk.fill(false);
        });
    }

    /** Flips a bit somewhere. */
    void rot(int choice) {
        var names = disk.list();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get((choice + i) % names.size());
            int size = disk.size(name);
            if (size > 0 && disk.rot(name, world.below("rot" + id, name.startsWith("log-") ? size / 4 : size))) {
                damaged = true;
                return;
            }
        }
    }

    /** Replaces the disk by an empty one; the process must be gone. */
    void wipe() {
        disk = newDisk();
        disk.fill(full);
        damaged = false;
        appendedZxid = 0;
        keptZxid = 0;
        world.mark(Mark.WIPED);
    }

    /** {@return up to where the log would be there if the power went now} */
    long durableZxid() {
        try (Storage storage = Storage.open(disk.durableCopy(""), options())) {
            return storage.lastZxid();
        } catch (IOException e) {
            return 0;
        }
    }

    /** {@return the epoch of the last vote that would be there if the power went now, and whom it was for} */
    long[] durableVote() {
        try {
            Metadata metadata = Storage.metadataOf(disk.durableCopy("metadata-"));
            return new long[] {metadata.epoch(), metadata.votedFor()};
        } catch (IOException e) {
            return new long[2];
        }
    }

    boolean isDamaged() {
        return damaged;
    }

    private StorageOptions options() {
        return StorageOptions.defaults()
                .memberId(id)
                .segmentBytes(world.setup.segmentBytes())
                .zeroAheadBytes(4096)
                .snapshotsKept(world.setup.snapshotsKept())
                .damageTolerated(world.setup.members() > 1)
                .entropy(bytes -> {
                    for (int i = 0; i < bytes.length; i++) {
                        bytes[i] = (byte) world.draw("entropy" + id);
                    }
                });
    }

    // ---- processes ----

    /** Starts the member, if it is not running. */
    void start() {
        if (life != null || heldDown) {
            return;
        }
        try {
            begin(Storage.open(disk, options()));
        } catch (PowerCut e) {
            disk.lose(Loss.TORN, this::below);
            world.after(RETRY_NANOS, this::start);
        } catch (IOException e) {
            refused(e);
        }
    }

    private void begin(Storage storage) throws IOException {
        long incarnation = storage.identity().incarnation();
        if (firstIncarnation == 0) {
            firstIncarnation = incarnation;
        } else if (world.rules.has(PlantedBug.OLD_INCARNATION_CLAIMED)) {
            incarnation = firstIncarnation;
        }
        EngineStart start = Recovery.recover(storage, world.configured, replicaOptions(incarnation));
        if (world.rules.has(PlantedBug.OLD_INCARNATION_CLAIMED)) {
            start = claiming(start);
        }
        if (start.replica().forcedOnceZxid() > storage.lastZxid()) {
            world.mark(Mark.STARTED_DAMAGED);
        }
        requireKept(storage.lastZxid());
        tellStart(start.replica(), storage.lastZxid());
        lives++;
        SimMember born = new SimMember(this, lives, storage, start);
        life = born;
        world.net.linkAll();
        born.turn(() -> {});
    }

    /** As if the directory had always been there. */
    private static EngineStart claiming(EngineStart start) {
        ReplicaStart known = start.replica();
        ReplicaStart claimed = new ReplicaStart(
                known.cluster(),
                known.adopted(),
                true,
                known.vote(),
                known.membership(),
                known.membershipLogged(),
                known.snapshotZxid(),
                known.snapshotChain(),
                known.tail(),
                known.forcedOnceZxid());
        return new EngineStart(start.tree(), claimed, start.replicaOptions());
    }

    /** What was durable once is still there, unless it was damaged. */
    private void requireKept(long lastZxid) {
        if (lastZxid < keptZxid && !damaged) {
            throw new Violation(
                    "Durability",
                    "member " + id + " had 0x" + Long.toHexString(keptZxid) + " durably, but starts with 0x"
                            + Long.toHexString(lastZxid));
        }
        if (lastZxid < appendedZxid) {
            world.mark(Mark.TAIL_LOST);
        } else if (lastZxid > keptZxid && keptZxid > 0) {
            world.mark(Mark.UNFORCED_TAIL_KEPT);
        }
        keptZxid = lastZxid;
        appendedZxid = lastZxid;
    }

    /** Has the judges look at what was recovered, entry by entry. */
    private void tellStart(ReplicaStart start, long lastZxid) {
        long now = world.nowNanos();
        world.tell(new Fact.Restarted(now, id, start.snapshotZxid()));
        if (start.snapshotZxid() > 0) {
            world.tell(new Fact.Installed(now, id, start.snapshotZxid()));
        }
        start.tail().forEach(entry -> world.tell(new Fact.Appended(now, id, entry)));
        world.tell(new Fact.Kept(now, id, lastZxid));
    }

    void kept(long zxid) {
        keptZxid = zxid;
    }

    private ReplicaOptions replicaOptions(long incarnation) {
        return new ReplicaOptions(
                id,
                incarnation,
                50 * MILLI,
                SimMember.ELECTION_NANOS,
                8 * MILLI,
                2000 * MILLI,
                world.setup.batchBytes(),
                world.setup.windowBytes(),
                world.setup.recentBytes(),
                world.setup.maxCounter(),
                () -> world.draw("replica" + id),
                world.rules.safeguards());
    }

    /** The member could not start. */
    private void refused(IOException e) {
        disk.close();
        if (!damaged && !full && !(e.getMessage() != null && e.getMessage().contains("Input/output error"))) {
            throw new Violation(
                    "Recovery", "member " + id + " cannot start although nothing was damaged: " + e.getMessage());
        }
        if (damaged && e instanceof StorageException && !full) {
            world.mark(Mark.DAMAGE_REFUSED);
            world.after(world.below("operator" + id, 1000) * MILLI, () -> {
                if (life == null && damaged) {
                    wipe(); // the operator does what the message says
                }
            });
        }
        world.after(RETRY_NANOS + world.below("operator" + id, 1000) * MILLI, this::start);
    }

    /** Ends the process; what was not forced is lost as {@code loss} says. */
    void crash(Loss loss, boolean seen) {
        SimMember dying = life;
        if (dying != null) {
            life = null;
            appendedZxid = dying.appendedZxid();
            dying.die(seen);
            world.net.lost(dying, seen);
        }
        disk.lose(loss, this::below);
    }

    /** The disk failed, and the process ended itself. */
    void stoppedByDisk() {
        world.mark(Mark.STOPPED_BY_DISK);
        crash(Loss.NONE, true);
        world.after(RETRY_NANOS + world.below("operator" + id, 500) * MILLI, this::start);
    }

    /** The power went within a call. */
    void powerCut() {
        world.mark(Mark.POWER_CUT_WITHIN_CALL);
        crash(Loss.TORN, world.below("cut" + id, 2) == 0);
        world.after(RETRY_NANOS, this::start);
    }

    /** Lets nobody start the member. */
    void holdDown(boolean on) {
        heldDown = on;
    }

    private int below(int bound) {
        return world.below("loss" + id, bound);
    }

    void heal() {
        heldDown = false;
        full = false;
        slowDiskUntil = 0;
        disk.fill(false);
        disk.cutPowerAfter(Integer.MAX_VALUE);
        SimMember running = life;
        if (running != null) {
            running.resume();
        }
        start();
    }
}
