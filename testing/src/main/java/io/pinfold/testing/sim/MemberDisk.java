package io.pinfold.testing.sim;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.engine.Engine;
import io.pinfold.server.storage.DiskCommand;
import io.pinfold.server.storage.DiskListener;
import io.pinfold.server.storage.DiskQueue;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.storage.LogSlice;
import io.pinfold.server.storage.Metadata;
import io.pinfold.server.storage.Storage;
import io.pinfold.testing.sim.oracle.Fact;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the disk thread and the snapshot thread of a member do, with the time that it takes: the real queue over the real
 * storage on a simulated disk. Confined to the world's thread.
 */
final class MemberDisk implements DiskListener {
    private final Host host;
    private final World world;
    private final SimMember member;
    private final DiskQueue queue;
    private final MemberSnapshots snapshots;
    private Metadata metadata;
    private boolean working;
    private long askedZxid;
    /** The last zxid of each append that is not forced, and how many cuts were asked for before it. */
    private final ArrayDeque<long[]> unforced = new ArrayDeque<>();

    private final List<Long> cuts = new ArrayList<>();
    private long keptZxid;

    /** Something that a disk may fail at. */
    interface Work {
        void run() throws IOException;
    }

    MemberDisk(Host host, SimMember member, Storage storage) {
        this.host = host;
        this.world = host.world();
        this.member = member;
        this.queue = new DiskQueue(storage, this);
        this.metadata = storage.metadata();
        this.keptZxid = storage.lastZxid();
        this.askedZxid = keptZxid;
        this.snapshots = new MemberSnapshots(this, storage);
    }

    MemberSnapshots snapshots() {
        return snapshots;
    }

    /** {@return up to where the log was forced} */
    long keptZxid() {
        return keptZxid;
    }

    void snapshotTaken() {
        world.mark(Mark.SNAPSHOT_TAKEN);
    }

    void later(Work work) {
        world.after(host.diskNanos(), () -> guarded(work));
    }

    /** Ends the process when the disk fails or the power goes. */
    private void guarded(Work work) {
        if (member.isDead()) {
            return;
        }
        try {
            work.run();
        } catch (PowerCut e) {
            host.powerCut();
        } catch (IOException e) {
            host.stoppedByDisk();
        }
    }

    private void add(DiskCommand command) {
        queue.add(command);
        if (!working) {
            working = true;
            world.after(0, () -> guarded(this::begin));
        }
    }

    private void begin() throws IOException {
        if (queue.begin()) {
            later(this::finish);
        } else {
            working = false;
        }
    }

    private void finish() throws IOException {
        queue.finish();
        if (!member.isDead()) {
            begin();
        }
    }

    // ---- what the engine asks for ----

    void append(List<LogEntry> entries) {
        askedZxid = entries.get(entries.size() - 1).zxid();
        long last = askedZxid;
        unforced.add(new long[] {last, cuts.size()});
        add(new DiskCommand.Append(entries));
        if (world.rules.has(PlantedBug.ACKNOWLEDGED_BEFORE_FORCE)) {
            world.after(0, () -> answer(engine -> engine.onForced(last)));
        }
    }

    void cutAfter(long zxid) {
        askedZxid = Math.min(askedZxid, zxid);
        cuts.add(zxid);
        add(new DiskCommand.Cut(zxid));
        keptZxid = Math.min(keptZxid, zxid);
        host.kept(keptZxid);
    }

    void saveVote(long epoch, int candidate) {
        save(metadata.vote(epoch, candidate));
    }

    void adopt(ClusterId cluster, byte[] sessionKey, boolean founder) {
        save(metadata.adopted(new UUID(cluster.high(), cluster.low()), sessionKey, founder));
    }

    private void save(Metadata changed) {
        boolean vote = changed.adopted() == metadata.adopted();
        metadata = changed;
        if (vote && world.rules.has(PlantedBug.VOTE_LOST)) {
            world.after(0, () -> onSaved(changed));
        } else {
            add(new DiskCommand.Save(changed));
        }
    }

    void readLog(int peer, long afterZxid, int maxBytes) {
        world.mark(Mark.LOG_READ_FOR_PEER);
        add(new DiskCommand.ReadLog(peer, afterZxid, maxBytes));
    }

    void readSnapshot(int peer, int index) {
        add(new DiskCommand.ReadSnapshot(peer, index));
    }

    void closeSnapshot(int peer) {
        add(new DiskCommand.CloseSnapshot(peer));
    }

    void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last) {
        add(new DiskCommand.StoreSnapshot(zxid, chain, index, block, last));
    }

    // ---- what the disk answers ----

    void answer(Consumer<Engine> news) {
        member.turn(() -> news.accept(member.engine()));
    }

    @Override
    public void onForced(long zxid) {
        keptZxid = withoutWhatIsCut(zxid);
        host.kept(keptZxid);
        world.tell(new Fact.Kept(world.nowNanos(), host.id, keptZxid));
        long covered = world.rules.has(PlantedBug.FORCE_COVERS_LATER_ENTRIES) ? Math.max(zxid, askedZxid) : zxid;
        answer(engine -> engine.onForced(covered));
    }

    /** What was forced may be about to be cut. */
    private long withoutWhatIsCut(long zxid) {
        long[] append = unforced.remove();
        while (append[0] != zxid) {
            append = unforced.remove();
        }
        long kept = zxid;
        for (int i = (int) append[1]; i < cuts.size(); i++) {
            kept = Math.min(kept, cuts.get(i));
        }
        return kept;
    }

    @Override
    public void onSaved(Metadata saved) {
        answer(engine -> {
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
        answer(engine -> {
            if (slice == null) {
                engine.onLogGone(peer);
            } else {
                engine.onLogRead(peer, slice.previousZxid(), slice.previousChain(), slice.entries());
            }
        });
    }

    @Override
    public void onSnapshotRead(int peer, long zxid, long chain, int index, byte[] block, boolean last) {
        answer(engine -> engine.onSnapshotRead(peer, zxid, chain, index, block, last));
    }

    @Override
    public void onSnapshotGone(int peer) {
        answer(engine -> engine.onSnapshotGone(peer));
    }

    @Override
    public void onUnreadable() {
        answer(Engine::onUnreadable);
    }

    @Override
    public void onSnapshotStored(long zxid, long chain, int index, boolean last) {
        if (last) {
            keptZxid = zxid;
            askedZxid = zxid;
            host.kept(zxid);
            member.installed(zxid);
        }
        answer(engine -> engine.onSnapshotStored(zxid, chain, index, last));
    }
}
