package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One member's part in the agreement about the log. Confined to the node loop.
 *
 * <p>Inputs come in turns: {@link #advance} tells the time, then come messages and answers of the disk, then
 * {@link #endOfTurn} sends and appends what they caused. The rules are Raft's: one leader an epoch, elected by a quorum whose
 * logs end no later than its own; it appends, the others continue their logs with exactly what it has; an entry is
 * committed when a quorum has made it durable and the leader's epoch is its own. The place of an entry is its zxid, which
 * has the epoch in its upper half, so comparing last zxids is comparing histories.
 *
 * <p>How it behaves in each role stands in {@link Following}, {@link Campaigning}, {@link Leading} and {@link Founding}; every
 * change of role goes through {@link #become}.
 */
public final class Replica {
    final ReplicaOptions options;
    final ReplicaEffects effects;
    final RecentLog log;
    final MembershipHistory memberships;
    final SnapshotIntake intake = new SnapshotIntake(this);
    /** The peers whose links are up. */
    final TreeMap<Integer, PeerHello> links = new TreeMap<>();

    long now;
    /** The highest epoch seen. */
    long epoch;
    /** Who leads this epoch; 0 if that is not known. */
    int leader;
    /** Up to here everything is committed, and handed over. */
    long commitZxid;
    /** Up to here the own log is durable. */
    long durableZxid;

    private final Forces forces = new Forces();
    /** When the leader was last heard of. */
    long heardNanos = Long.MIN_VALUE / 2;

    private final Voting voting;
    final Missing missing;
    final Electorate electorate;
    final Patience patience = new Patience(this);
    private final Waiting waiting = new Waiting(this);
    private ClusterId cluster;
    /** Whether the directory belongs to a cluster. */
    private boolean adopted;

    private Part part;

    /** Takes over what the disk knew at the start. */
    public Replica(ReplicaOptions options, ReplicaEffects effects, ReplicaStart start, long nowNanos) {
        this.options = options;
        this.effects = effects;
        this.now = nowNanos;
        this.cluster = start.cluster();
        this.adopted = start.adopted();
        this.memberships = new MembershipHistory(start.membership(), start.membershipLogged());
        this.log = new RecentLog(start.snapshotZxid(), start.snapshotChain());
        this.commitZxid = start.snapshotZxid();
        for (LogEntry entry : start.tail()) {
            log.append(entry);
            memberships.appended(entry);
        }
        this.electorate = new Electorate(this, start);
        this.durableZxid = log.lastZxid();
        this.missing = new Missing(this, start.forcedOnceZxid());
        this.epoch = Math.max(start.vote().epoch(), durableZxid >>> 32);
        this.voting = new Voting(this, start.vote());
        if (adopted) {
            Following following = new Following(this);
            following.leaderFound();
            this.part = following;
        } else {
            this.part = new Founding(this);
        }
    }

    // ---- inputs ----

    /** Says what time it is; everything that is due happens. The first call makes the replica begin. */
    public void advance(long nowNanos) {
        now = nowNanos;
        patience.advance();
        part.advance();
        waiting.advance();
    }

    /** {@return when {@link #advance} has to be called at the latest, or {@code Long.MAX_VALUE}} */
    public long nextDeadlineNanos() {
        return part.nextDeadlineNanos();
    }

    /** {@return what to tell peers when a link is made now} */
    public PeerHello hello() {
        boolean history = log.lastZxid() != 0 || missing.isKnown();
        return new PeerHello(cluster, options.incarnation(), adopted, history);
    }

    /** A link to a peer was made; an earlier one to it is gone. */
    public void onPeerUp(int peer, PeerHello hello) {
        if (links.containsKey(peer)) {
            onPeerDown(peer, false);
        }
        links.put(peer, hello);
        patience.linked(peer);
        part.onPeerUp(peer);
    }

    /**
     * The link to a peer broke.
     *
     * @param closed whether it looks as if the peer's process had ended
     */
    public void onPeerDown(int peer, boolean closed) {
        if (links.remove(peer) != null) {
            part.onPeerDown(peer, closed);
        }
    }

    /** A peer said something. */
    public void onMessage(int from, Message message) {
        if (!links.containsKey(from)) {
            return;
        }
        patience.heard(from);
        if (!adopted) {
            part.onAnything(from, message);
        } else if (message instanceof Message.Append append) {
            if (follows(from, append)) {
                part.onAppend(from, append);
            } else {
                effects.send(from, new Message.AppendReply(epoch, false, log.lastZxid(), 0, append.round()));
            }
        } else if (message instanceof Message.Committed committed) {
            if (follows(from, committed)) {
                part.onCommitted(committed);
            }
        } else if (message instanceof Message.AppendReply reply) {
            if (isCurrent(reply)) {
                part.onAppendReply(from, reply);
            }
        } else if (message instanceof Message.VoteRequest request) {
            voting.onRequest(from, request);
        } else if (message instanceof Message.VoteReply reply) {
            if (reply.granted() || isCurrent(reply)) {
                part.onVoteReply(from, reply);
            }
        } else if (message instanceof Message.SnapshotBlock block) {
            if (follows(from, block)) {
                part.onSnapshotBlock(from, block);
            }
        } else if (message instanceof Message.SnapshotReply reply) {
            if (isCurrent(reply)) {
                part.onSnapshotReply(from, reply);
            }
        } else if (message instanceof Message.Reminder reminder) {
            if (follows(from, reminder)) {
                missing.acknowledgedOnce(reminder.zxid());
            }
        } else if (message instanceof Message.TimeoutNow timeout && follows(from, timeout) && mayLead()) {
            become(new Campaigning(this, true));
        }
    }

    /** The log is durable up to this zxid, as far as it has not been cut since. */
    public void onForced(long zxid) {
        long durable = Math.min(forces.left(zxid), log.lastZxid());
        if (durable > durableZxid) {
            durableZxid = durable < log.baseZxid() ? durable : log.zxidBefore(log.after(durable));
            missing.durable(durableZxid);
            part.onForced();
        }
    }

    /** The vote of this epoch, or a later one, is durable. */
    public void onVoteSaved(long savedEpoch) {
        voting.onSaved(savedEpoch);
        part.onVoteSaved();
    }

    /** The directory belongs to a cluster now. */
    public void onAdopted(ClusterId adoptedCluster, boolean asFounder) {
        cluster = adoptedCluster;
        electorate.adopted(asFounder);
        if (!adopted) {
            adopted = true;
            become(new Following(this));
        }
    }

    /** Answers {@link ReplicaEffects#readLog}: what follows on an entry, the last that is not after the zxid asked for. */
    public void onLogRead(int peer, long prevZxid, long prevChain, List<LogEntry> entries) {
        part.onLogRead(peer, prevZxid, prevChain, entries);
    }

    /** Answers {@link ReplicaEffects#readLog}: the log begins later. */
    public void onLogGone(int peer) {
        part.onLogGone(peer);
    }

    /** Answers {@link ReplicaEffects#readSnapshot}. */
    public void onSnapshotRead(int peer, long zxid, long chain, int index, byte[] block, boolean last) {
        part.onSnapshotRead(peer, zxid, chain, index, block, last);
    }

    /** Answers {@link ReplicaEffects#readSnapshot}: that snapshot can not be read on. */
    public void onSnapshotGone(int peer) {
        part.onSnapshotGone(peer);
    }

    /** Answers {@link ReplicaEffects#storeSnapshotBlock}. */
    public void onSnapshotStored(long zxid, int index) {
        intake.stored(zxid, index);
    }

    /** The state is that of the snapshot now, and the log goes on behind it. */
    public void onSnapshotInstalled(long zxid, long chain, Membership membership) {
        log.restart(zxid, chain);
        commitZxid = zxid;
        durableZxid = zxid;
        missing.durable(zxid);
        intake.installed(zxid);
        memberships.restart(membership);
        electorate.membershipChanged();
        effects.membershipChanged(membership);
        part.onSnapshotInstalled();
    }

    /** Puts an entry behind all others; only while {@link #accepting}. {@return its zxid} */
    public long propose(byte[] payload) {
        return leading().propose(payload);
    }

    /** {@return the zxid that the next {@link #propose} will return} */
    public long nextZxid() {
        return log.lastZxid() + 1;
    }

    /** Asks whether this member leads; answered by {@link ReplicaEffects#readIndexConfirmed} or the opposite. */
    public void readIndex(long token) {
        if (part instanceof Leading leadership) {
            leadership.readIndex(token);
        } else {
            effects.readIndexLost(token);
        }
    }

    /** Hands the leadership over to the member that is best prepared. {@return whether there is one} */
    public boolean transferLeadership() {
        return part instanceof Leading leadership && leadership.transfer();
    }

    /**
     * Begins to change the membership; later changes of {@link #membership} tell how it goes.
     *
     * @return whether it began: only a serving leader does, and one change at a time
     */
    public boolean changeMembership(Membership target) {
        return part instanceof Leading leadership && leadership.change(target);
    }

    /** {@return whether a change of the membership is under way, or one of its entries is not committed} */
    public boolean isMembershipChanging() {
        return memberships.isChanging() || memberships.current().isJoint();
    }

    /**
     * {@return what became of the last {@link #changeMembership} of this leadership: the zxid of the entry with which it is
     * complete once that is committed, 0 while it is under way, -1 if it was given up or this member does not lead}
     */
    public long membershipOutcome() {
        return part instanceof Leading leadership ? leadership.change().outcome() : MembershipChange.GIVEN_UP;
    }

    /** {@return whether this member leads, and another one has everything that is committed or will have it in a moment} */
    public boolean isKeepingUp(int member) {
        return part instanceof Leading leadership && leadership.change().isKeepingUp(member);
    }

    /** {@return whether this member leads, and sends every entry to another one as it is made} */
    public boolean isSynced(int member) {
        return part instanceof Leading leadership && leadership.isSynced(member);
    }

    /** Sends and appends what the inputs of this turn caused. */
    public void endOfTurn() {
        part.endOfTurn();
    }

    // ---- what can be seen ----

    /** {@return what this member is at the moment} */
    public Role role() {
        return part.role();
    }

    /** {@return who leads, as far as is known; 0 if it is not} */
    public int leader() {
        return leader;
    }

    /** {@return the highest epoch seen} */
    public long epoch() {
        return epoch;
    }

    /** {@return up to where everything is committed and was handed over} */
    public long commitZxid() {
        return commitZxid;
    }

    /** {@return up to where the own log is durable} */
    public long durableZxid() {
        return durableZxid;
    }

    /** {@return the last entry of the log} */
    public long lastZxid() {
        return log.lastZxid();
    }

    /** {@return whether this member leads and has committed its barrier, so that nothing of earlier epochs is open} */
    public boolean serving() {
        return part instanceof Leading leadership && leadership.isServing();
    }

    /** {@return whether this member is serving and takes proposals, for it is not about to hand over} */
    public boolean accepting() {
        return part instanceof Leading leadership && leadership.isAccepting();
    }

    /** {@return whether this member serves as leader and is a quorum by itself, so that nobody else can lead} */
    public boolean servesAlone() {
        return serving() && memberships.current().isQuorum(id -> id == options.memberId(), options.safeguards());
    }

    /** {@return whether votes and acknowledgements of this member count, as far as it knows} */
    public boolean isVoting() {
        return electorate.isVoting();
    }

    /** {@return the membership that holds} */
    public Membership membership() {
        return memberships.current();
    }

    @Override
    public String toString() {
        return part + " epoch=" + epoch + " leader=" + leader + " last=0x" + Long.toHexString(log.lastZxid())
                + " durable=0x" + Long.toHexString(durableZxid) + " commit=0x" + Long.toHexString(commitZxid);
    }

    // ---- for the parts ----

    /** The one door from role to role. */
    void become(Part next) {
        part.left();
        part = next;
        next.entered();
        effects.leadershipChanged();
    }

    /** Follows nobody in an epoch, until its leader is heard of. */
    void stepDown(long toEpoch) {
        if (toEpoch > epoch) {
            epoch = toEpoch;
        }
        leader = 0;
        become(new Following(this));
    }

    private Leading leading() {
        if (part instanceof Leading leadership) {
            return leadership;
        }
        throw new IllegalStateException("Only a leader proposes");
    }

    /** {@return whether a message comes from the leader of an epoch that is not over; from now on it is followed} */
    private boolean follows(int from, Message message) {
        if (message.epoch() < epoch) {
            return false;
        }
        if (message.epoch() > epoch || leader != from || !(part instanceof Following)) {
            if (message.epoch() == epoch && (leader != 0 && leader != from)) {
                effects.broken("members " + leader + " and " + from + " both lead epoch " + epoch);
                return false;
            }
            epoch = message.epoch();
            leader = from;
            if (part instanceof Following following) {
                following.leaderFound();
                effects.leadershipChanged();
            } else {
                become(new Following(this));
            }
        }
        heardNanos = now;
        return true;
    }

    /** {@return whether an answer belongs to this epoch; one of a later epoch ends the role} */
    private boolean isCurrent(Message reply) {
        if (reply.epoch() > epoch) {
            stepDown(reply.epoch());
        }
        return reply.epoch() == epoch;
    }

    Voting voting() {
        return voting;
    }

    /** Somebody else may be elected soon: no hurry to be a candidate. */
    void voteGiven() {
        if (part instanceof Following following) {
            following.rest();
        }
    }

    boolean isAdopted() {
        return adopted;
    }

    ClusterId cluster() {
        return cluster;
    }

    /** {@return the lowest zxid up to which a candidate's log must reach} */
    long lastZxidForVotes() {
        return Math.max(log.lastZxid(), missing.neededZxid());
    }

    /** {@return whether this member may become a candidate} */
    boolean mayLead() {
        return electorate.isEligible() && log.lastZxid() >= missing.neededZxid() && !intake.isStoring();
    }

    /** Hands over what is committed now. */
    void commit(long zxid) {
        if (zxid <= commitZxid) {
            return;
        }
        long number = log.after(commitZxid);
        while (number < log.end() && log.entry(number).zxid() <= zxid) {
            LogEntry entry = log.entry(number++);
            commitZxid = entry.zxid();
            effects.committed(entry);
        }
        if (memberships.committed(commitZxid)) {
            electorate.membershipChanged();
            effects.membershipChanged(memberships.current());
        }
        log.trim(commitZxid, options.maxRecentBytes());
    }

    /** Puts an entry at the end of the log in memory. */
    void append(LogEntry entry) {
        forces.appended(entry.zxid());
        log.append(entry);
        if (memberships.appended(entry)) {
            electorate.membershipChanged();
            effects.membershipChanged(memberships.current());
        }
    }

    /** Takes away every entry after this one. */
    void cutAfter(long zxid) {
        forces.cutAfter(zxid);
        log.cutAfter(zxid);
        durableZxid = Math.min(durableZxid, zxid);
        effects.cutAfter(zxid);
        if (memberships.cutAfter(zxid)) {
            effects.membershipChanged(memberships.current());
        }
    }

    /** {@return a time from now, by chance up to twice as far} */
    long after(long nanos) {
        return now + nanos + Math.floorMod(options.dice().getAsLong(), nanos);
    }

    @Nullable
    PeerHello link(int peer) {
        return links.get(peer);
    }
}
