package io.pinfold.server.recovery;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Notice;
import io.pinfold.server.consensus.ReplicaOptions;
import io.pinfold.server.engine.Effects;
import io.pinfold.server.engine.Engine;
import io.pinfold.server.engine.EngineOptions;
import io.pinfold.server.engine.EngineStart;
import io.pinfold.server.storage.DiskCommand;
import io.pinfold.server.storage.DiskListener;
import io.pinfold.server.storage.DiskQueue;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.storage.LogSlice;
import io.pinfold.server.storage.MemoryDisk;
import io.pinfold.server.storage.Metadata;
import io.pinfold.server.storage.SnapshotWriter;
import io.pinfold.server.storage.Storage;
import io.pinfold.server.storage.StorageOptions;
import io.pinfold.server.tree.DataTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One life of a member of a {@link DiskEnsemble}: an engine, with storage on a disk that can be damaged. */
final class DiskMember implements Effects, DiskListener {
    private static final long MILLI = 1_000_000;

    final int id;
    final Storage storage;
    final DataTree tree;
    final Engine engine;
    final List<String> notices = new ArrayList<>();
    String stoppedBecause = "";
    private final DiskEnsemble ensemble;
    private final DiskQueue queue;
    private final List<Runnable> answers = new ArrayList<>();
    private Metadata metadata;
    private @Nullable SnapshotWriter writer;
    private boolean again;

    DiskMember(int id, MemoryDisk disk, DiskEnsemble ensemble) throws IOException {
        this.id = id;
        this.ensemble = ensemble;
        storage = Storage.open(
                disk,
                StorageOptions.defaults()
                        .segmentBytes(StorageOptions.MIN_SEGMENT_BYTES)
                        .zeroAheadBytes(4096)
                        .snapshotsKept(2)
                        .memberId(id)
                        .damageTolerated(true)
                        .entropy(ensemble.random::nextBytes));
        metadata = storage.metadata();
        ReplicaOptions replica = new ReplicaOptions(
                id,
                storage.identity().incarnation(),
                20 * MILLI,
                100 * MILLI,
                5 * MILLI,
                500 * MILLI,
                2_000,
                8_000,
                4_000,
                3L << 30,
                ensemble.random::nextLong,
                io.pinfold.server.consensus.Safeguards.ALL);
        EngineOptions options = new EngineOptions(
                id,
                metadata.sessionKey(),
                500,
                1_000,
                60_000,
                1_000,
                50,
                1 << 20,
                1 << 24,
                100,
                ensemble.snapshotEvery);
        EngineStart start = Recovery.recover(storage, ensemble.configured, replica);
        tree = start.tree();
        engine = new Engine(options, this, start, ensemble.nowNanos, ensemble.nowNanos / MILLI);
        queue = new DiskQueue(storage, this);
    }

    /** Something happens, and what it causes. */
    void turn(Runnable input) {
        if (!stoppedBecause.isEmpty()) {
            return;
        }
        engine.advance(ensemble.nowNanos, ensemble.nowNanos / MILLI);
        input.run();
        do {
            again = false;
            engine.endOfTurn();
        } while (again);
    }

    /** Does what the disk has to do; a failure stops the member. */
    void diskWork() {
        if (!stoppedBecause.isEmpty()) {
            return;
        }
        try {
            while (queue.begin()) {
                queue.finish();
            }
        } catch (IOException e) {
            stop(e.getMessage());
        }
        List<Runnable> ready = List.copyOf(answers);
        answers.clear();
        ready.forEach(this::turn);
    }

    private void stop(String reason) {
        stoppedBecause = reason;
        answers.clear();
    }

    @Override
    public void fail(String reason, Throwable cause) {
        throw new AssertionError("member " + id + ": " + reason, cause);
    }

    // ---- what the engine wants ----

    @Override
    public void append(List<LogEntry> entries) {
        queue.add(new DiskCommand.Append(List.copyOf(entries)));
    }

    @Override
    public void cutAfter(long zxid) {
        queue.add(new DiskCommand.Cut(zxid));
    }

    @Override
    public void saveVote(long epoch, int candidate) {
        save(metadata.vote(epoch, candidate));
    }

    @Override
    public void adopt(ClusterId cluster, byte[] sessionKey, boolean founder) {
        save(metadata.adopted(new UUID(cluster.high(), cluster.low()), sessionKey, founder));
    }

    private void save(Metadata changed) {
        metadata = changed;
        queue.add(new DiskCommand.Save(changed));
    }

    @Override
    public void readLog(int peer, long afterZxid, int maxBytes) {
        queue.add(new DiskCommand.ReadLog(peer, afterZxid, maxBytes));
    }

    @Override
    public void readSnapshot(int peer, int index) {
        queue.add(new DiskCommand.ReadSnapshot(peer, index));
    }

    @Override
    public void closeSnapshot(int peer) {
        queue.add(new DiskCommand.CloseSnapshot(peer));
    }

    @Override
    public void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last) {
        queue.add(new DiskCommand.StoreSnapshot(zxid, chain, index, block, last));
    }

    @Override
    public void beginSnapshot(long zxid) {
        snapshot(() -> writer = storage.beginSnapshot(zxid));
    }

    @Override
    public void snapshotBlock(byte[] bytes) {
        snapshot(() -> writer.write(bytes, 0, bytes.length));
        answers.add(engine::onSnapshotBlock);
    }

    @Override
    public void commitSnapshot() {
        snapshot(() -> {
            writer.commit();
            writer = null;
            storage.retain();
        });
        answers.add(engine::onSnapshotDone);
    }

    @Override
    public void abandonSnapshot() {
        snapshot(() -> writer.abort());
        writer = null;
    }

    private interface Step {
        void run() throws IOException;
    }

    private void snapshot(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            stop(e.getMessage());
        }
    }

    @Override
    public void turnAgain() {
        again = true;
    }

    @Override
    public void membershipChanged(Membership membership) {}

    @Override
    public void statusChanged() {}

    @Override
    public void notice(Notice kind, String what) {
        notices.add(what);
    }

    // ---- what the disk has done ----

    @Override
    public void onForced(long zxid) {
        answers.add(() -> engine.onForced(zxid));
    }

    @Override
    public void onSaved(Metadata saved) {
        answers.add(() -> {
            if (saved.adopted() && !engine.hello().adopted()) {
                ClusterId cluster = new ClusterId(
                        saved.clusterId().getMostSignificantBits(),
                        saved.clusterId().getLeastSignificantBits());
                engine.onAdopted(cluster, saved.sessionKey(), saved.founder());
            } else {
                engine.onVoteSaved(saved.epoch());
            }
        });
    }

    @Override
    public void onLogRead(int peer, @Nullable LogSlice slice) {
        answers.add(() -> {
            if (slice == null) {
                engine.onLogGone(peer);
            } else {
                engine.onLogRead(peer, slice.previousZxid(), slice.previousChain(), slice.entries());
            }
        });
    }

    @Override
    public void onUnreadable() {
        answers.add(engine::onUnreadable);
    }

    @Override
    public void onSnapshotRead(int peer, long zxid, long chain, int index, byte[] block, boolean last) {
        answers.add(() -> engine.onSnapshotRead(peer, zxid, chain, index, block, last));
    }

    @Override
    public void onSnapshotGone(int peer) {
        answers.add(() -> engine.onSnapshotGone(peer));
    }

    @Override
    public void onSnapshotStored(long zxid, long chain, int index, boolean last) {
        answers.add(() -> engine.onSnapshotStored(zxid, chain, index, last));
    }
}
