package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which entries come next. The first is the barrier of its epoch, and nothing is served before that is committed:
 * then everything that earlier leaders may have committed is, too.
 *
 * <p>How each peer gets the entries stands in {@link Feeding}; who has answered which round in {@link Rounds}; how the
 * membership changes in {@link MembershipChange}.
 */
final class Leading extends Part {
    private final TreeMap<Integer, Progress> peers = new TreeMap<>();
    private final Feeding feeding;
    private final Rounds rounds;
    private final MembershipChange change;
    private final OwnDisk ownDisk;
    private final long barrierZxid;
    private List<LogEntry> batch = new ArrayList<>();

    /** The member that shall lead next; 0 if nobody shall. */
    private int successor;

    private long transferEndsNanos;
    private boolean successorTold;
    private boolean rolling;
    /** Whether this leadership ended, perhaps in the middle of an input. */
    private boolean over;
    /** Since when no quorum answers; {@code Long.MAX_VALUE} if one does. */
    private long aloneSinceNanos = Long.MAX_VALUE;
    /** Since when no commit was made, and nobody came closer to one, although something waits for it. */
    private long stuckSinceNanos = Long.MAX_VALUE;

    Leading(Replica replica) {
        super(replica);
        this.barrierZxid = replica.epoch << 32;
        this.rounds = new Rounds(replica, peers);
        this.feeding = new Feeding(replica, rounds);
        this.change = new MembershipChange(replica, this, peers);
        this.ownDisk = new OwnDisk(replica.options.slowDiskNanos());
    }

    @Override
    Role role() {
        return Role.LEADER;
    }

    @Override
    void entered() {
        replica.leader = replica.options.memberId();
        long last = replica.log.lastZxid();
        for (int peer : replica.links.keySet()) {
            progress(peer).linked(last, replica.electorate.present(peer));
        }
        // Those who are not linked have as long to answer from now on, and not from the first look, which may come
        // late.
        for (Member member : replica.membership().members()) {
            if (member.id() != replica.options.memberId()) {
                progress(member.id());
            }
        }
        put(new LogEntry(barrierZxid, new byte[0]));
        change.recordIncarnations();
    }

    @Override
    void left() {
        over = true;
        rounds.lose();
        for (Progress peer : peers.values()) {
            if (peer.mode == Progress.Mode.SNAPSHOT) {
                replica.effects.closeSnapshot(peer.id);
            }
        }
        flushBatch();
    }

    boolean isServing() {
        return replica.commitZxid >= barrierZxid || !on(Safeguard.BARRIER_BEFORE_SERVING);
    }

    boolean isAccepting() {
        return isServing() && successor == 0 && !rolling && !over;
    }

    private Progress progress(int peer) {
        Progress progress = peers.get(peer);
        if (progress == null) {
            progress = new Progress(peer);
            progress.heardNanos = replica.now;
            peers.put(peer, progress);
        }
        return progress;
    }

    // ---- entries ----

    long propose(byte[] payload) {
        long zxid = replica.log.lastZxid() + 1;
        put(new LogEntry(zxid, payload));
        if ((zxid & 0xffffffffL) >= replica.options.maxCounter() && on(Safeguard.COUNTER_ROLLED)) {
            rolling = true;
        }
        return zxid;
    }

    private void put(LogEntry entry) {
        replica.append(entry);
        batch.add(entry);
    }

    @Override
    void onForced() {
        commitWhatIsDurable();
    }

    private void commitWhatIsDurable() {
        long durable = replica.memberships.current().reachedByQuorum(this::durableZxid, replica.options.safeguards());
        durable = Math.min(durable, replica.log.lastZxid());
        if (durable > replica.commitZxid && (durable >= barrierZxid || !on(Safeguard.OWN_EPOCH_COMMITS))) {
            boolean served = isServing();
            replica.commit(durable);
            stuckSinceNanos = Long.MAX_VALUE;
            change.onCommitted();
            if (served != isServing()) {
                replica.effects.leadershipChanged();
            }
        }
    }

    private long durableZxid(int id) {
        if (!replica.electorate.counts(id)) {
            return 0;
        }
        if (id == replica.options.memberId()) {
            return on(Safeguard.ACKNOWLEDGED_WHEN_DURABLE) ? replica.durableZxid : replica.log.lastZxid();
        }
        Progress progress = peers.get(id);
        return progress == null ? 0 : progress.durableZxid;
    }

    boolean isSynced(int id) {
        Progress progress = peers.get(id);
        return progress != null && progress.mode == Progress.Mode.STREAMING;
    }

    // ---- peers ----

    @Override
    void onPeerUp(int peer) {
        progress(peer).linked(replica.log.lastZxid(), replica.electorate.present(peer));
    }

    @Override
    void onPeerDown(int peer, boolean closed) {
        Progress progress = peers.get(peer);
        if (progress != null) {
            if (progress.mode == Progress.Mode.SNAPSHOT) {
                replica.effects.closeSnapshot(peer);
            }
            progress.mode = Progress.Mode.DOWN;
            progress.forgetWindow();
        }
        if (peer == successor) {
            endTransfer();
        }
    }

    @Override
    void onAppendReply(int from, Message.AppendReply reply) {
        Progress peer = progress(from);
        peer.heardNanos = replica.now;
        peer.round = Math.max(peer.round, reply.round());
        long before = peer.durableZxid;
        feeding.onReply(peer, reply);
        if (peer.durableZxid > before) {
            cameCloser(peer);
        }
        commitWhatIsDurable();
        if (!over) {
            rounds.confirm();
            change.onProgress(peer);
        }
    }

    private void cameCloser(Progress peer) {
        if (replica.memberships.current().isVoter(peer.id)) {
            stuckSinceNanos = Long.MAX_VALUE;
        }
    }

    @Override
    void onSnapshotReply(int from, Message.SnapshotReply reply) {
        Progress peer = progress(from);
        peer.heardNanos = replica.now;
        if (feeding.onSnapshotReply(peer, reply)) {
            cameCloser(peer);
        }
    }

    @Override
    void onLogRead(int peer, long prevZxid, long prevChain, List<LogEntry> entries) {
        feeding.onLogRead(progress(peer), prevZxid, prevChain, entries);
    }

    @Override
    void onLogGone(int peer) {
        feeding.onLogGone(progress(peer));
    }

    @Override
    void onSnapshotRead(int peer, long zxid, long chain, int index, byte[] block, boolean last) {
        feeding.onSnapshotRead(
                progress(peer), new Message.SnapshotBlock(replica.epoch, zxid, chain, index, block, last));
    }

    @Override
    void onSnapshotGone(int peer) {
        feeding.onSnapshotGone(progress(peer));
    }

    void readIndex(long token) {
        if (isServing()) {
            rounds.ask(token);
        } else {
            replica.effects.readIndexLost(token);
        }
    }

    // ---- time ----

    @Override
    void advance() {
        if (hearsQuorum()) {
            aloneSinceNanos = Long.MAX_VALUE;
        } else {
            aloneSinceNanos = Math.min(aloneSinceNanos, replica.now);
        }
        if (replica.now - aloneSinceNanos >= replica.options.staggerNanos()) {
            replica.stepDown(replica.epoch);
            return;
        }
        if (successor != 0 && transferEndsNanos <= replica.now) {
            endTransfer();
        }
        if (over) {
            return;
        }
        change.advance();
        if (ownDisk.isTooSlow(replica.now, replica.durableZxid, replica.commitZxid) && transfer()) {
            replica.effects.notice(
                    Notice.DISK_BEHIND, "this member's disk is behind those of the others, so it hands over the lead");
        }
        if (isStuck()) {
            replica.stepDown(replica.epoch);
        }
    }

    private boolean hearsQuorum() {
        return !on(Safeguard.QUORUM_CHECKED) || hears(replica.memberships.current());
    }

    /** {@return whether a majority of these voters answers} */
    boolean hears(Membership membership) {
        return membership.isQuorum(this::isHeard, replica.options.safeguards());
    }

    private boolean isHeard(int id) {
        if (id == replica.options.memberId()) {
            return true;
        }
        return replica.now - progress(id).heardNanos < replica.options.electionNanos() * 2;
    }

    /** A leader that cannot commit for whatever reason makes room for another. */
    private boolean isStuck() {
        if (replica.commitZxid == replica.log.lastZxid()) {
            stuckSinceNanos = Long.MAX_VALUE;
            return false;
        }
        if (stuckSinceNanos == Long.MAX_VALUE) {
            stuckSinceNanos = replica.now;
        }
        return replica.now - stuckSinceNanos > replica.options.electionNanos() * 20
                && replica.membership().voters().size() > 1;
    }

    @Override
    long nextDeadlineNanos() {
        return peers.isEmpty() && replica.membership().voters().size() == 1
                ? Long.MAX_VALUE
                : replica.now + replica.options.heartbeatNanos();
    }

    // ---- handing over ----

    /** {@return whether there is somebody to hand over to} */
    boolean transfer() {
        if (successor != 0 || !isServing()) {
            return successor != 0;
        }
        Progress best = null;
        for (Progress peer : peers.values()) {
            boolean able = peer.mode != Progress.Mode.DOWN
                    && replica.memberships.current().voters().contains(peer.id)
                    && replica.electorate.counts(peer.id);
            if (able && (best == null || peer.durableZxid > best.durableZxid)) {
                best = peer;
            }
        }
        if (best != null) {
            successor = best.id;
            successorTold = false;
            transferEndsNanos = replica.now + replica.options.electionNanos();
            replica.effects.leadershipChanged();
        }
        return best != null;
    }

    /** Has no vote any more: hands over if that is possible, and ends in any case. */
    void makeRoom() {
        if (!transfer()) {
            replica.stepDown(replica.epoch);
        }
    }

    private void endTransfer() {
        successor = 0;
        if (!replica.memberships.current().isVoter(replica.options.memberId())) {
            replica.stepDown(replica.epoch);
            return;
        }
        replica.effects.leadershipChanged();
    }

    private void tellSuccessor() {
        Progress peer = peers.get(successor);
        if (peer != null && !successorTold && peer.durableZxid == replica.log.lastZxid()) {
            successorTold = true;
            replica.effects.send(successor, new Message.TimeoutNow(replica.epoch));
        }
    }

    // ---- membership ----

    boolean change(Membership target) {
        return isAccepting() && change.begin(target);
    }

    MembershipChange change() {
        return change;
    }

    // ---- the end of a turn ----

    @Override
    void endOfTurn() {
        flushBatch();
        rounds.open();
        for (Map.Entry<Integer, Progress> entry : peers.entrySet()) {
            feeding.feed(entry.getValue());
        }
        rounds.confirm();
        if (successor != 0) {
            tellSuccessor();
        }
        if (rolling) {
            replica.become(new Campaigning(replica, true));
        }
    }

    private void flushBatch() {
        if (!batch.isEmpty()) {
            List<LogEntry> entries = batch;
            batch = new ArrayList<>();
            replica.effects.append(entries);
        }
    }

    @Nullable
    Progress find(int peer) {
        return peers.get(peer);
    }

    private boolean on(Safeguard safeguard) {
        return replica.options.safeguards().on(safeguard);
    }

    @Override
    public String toString() {
        return "LEADER peers=" + peers + (successor == 0 ? "" : " successor=" + successor);
    }
}
