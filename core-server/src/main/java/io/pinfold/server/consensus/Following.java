package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import java.util.List;

/**
 * Takes entries from the leader, if there is one, and becomes a candidate when it was not heard of for too long. Also how
 * learners and observers behave, who never become candidates.
 *
 * <p>An acknowledgement says that the log is durable up to a zxid <i>and</i> agrees with this leader's up to there; what an
 * older leader left behind that point does not count.
 */
final class Following extends Part {
    private long electionAtNanos;
    /** Up to here the log is known to agree with the leader's. */
    private long agreedZxid;

    private long round;
    private boolean owesReply;
    /** The snapshot that is being received; 0 if none is. */
    private long snapshotZxid;

    private int snapshotNext;
    /** The block that is with the disk, -1 if none is. */
    private int snapshotStoring = -1;

    Following(Replica replica) {
        super(replica);
    }

    @Override
    Role role() {
        return replica.memberships.current().isVoter(replica.options.memberId()) && replica.mayVote()
                ? Role.FOLLOWER
                : Role.LEARNER;
    }

    @Override
    void entered() {
        leaderFound();
    }

    /** Another epoch, or its leader is known now. */
    void leaderFound() {
        agreedZxid = replica.commitZxid;
        round = 0;
        owesReply = false;
        snapshotZxid = 0;
        rest();
    }

    /** Gives whoever leads, or is about to, a full timeout. */
    void rest() {
        electionAtNanos = replica.after(replica.options.electionNanos());
    }

    // ---- elections ----

    @Override
    void advance() {
        if (electionAtNanos <= replica.now) {
            if (replica.mayLead()) {
                replica.leader = 0;
                replica.become(new Campaigning(replica, false));
            } else {
                if (replica.leader != 0) {
                    replica.leader = 0;
                    replica.effects.leadershipChanged();
                }
                rest();
            }
        } else if (isAlone()) {
            replica.become(new Campaigning(replica, false));
        }
    }

    private boolean isAlone() {
        return replica.leader == 0
                && replica.mayLead()
                && replica.memberships
                        .current()
                        .isQuorum(id -> id == replica.options.memberId(), replica.options.safeguards());
    }

    @Override
    long nextDeadlineNanos() {
        return isAlone() ? replica.now : electionAtNanos;
    }

    /** A leader whose process ended does not come back in time; the members that are left take turns. */
    @Override
    void onPeerDown(int peer, boolean closed) {
        if (peer != replica.leader || !closed) {
            return;
        }
        replica.leader = 0;
        int before = 0;
        for (int voter : replica.memberships.current().voters()) {
            if (voter != peer && voter < replica.options.memberId()) {
                before++;
            }
        }
        electionAtNanos = Math.min(electionAtNanos, replica.now + before * replica.options.staggerNanos());
        replica.effects.leadershipChanged();
    }

    // ---- entries ----

    @Override
    void onAppend(int from, Message.Append append) {
        rest();
        if (append.round() > round) {
            round = append.round();
            owesReply = true;
        }
        if (snapshotStoring >= 0) {
            if (!append.entries().isEmpty()) { // the snapshot decides where the log goes on: send them again
                refuse(from, replica.commitZxid);
            }
            return;
        }
        long place = append.prevZxid();
        if (place > replica.commitZxid && !agrees(append)) {
            long hint = Math.max(replica.commitZxid, replica.log.zxidBefore(replica.log.after(place)));
            refuse(from, hint);
            return;
        }
        long matched = take(append.entries(), place);
        if (matched > agreedZxid) {
            agreedZxid = matched;
        }
        long limit = on(Safeguard.COMMIT_WITHIN_OWN_LOG) ? agreedZxid : replica.log.lastZxid();
        replica.commit(Math.min(append.commitZxid(), limit));
        if (append.entries().isEmpty() || durableAndAgreed() >= matched || !on(Safeguard.ACKNOWLEDGED_WHEN_DURABLE)) {
            owesReply = true;
        }
    }

    private void refuse(int from, long hint) {
        replica.effects.send(from, new Message.AppendReply(replica.epoch, false, hint, durableAndAgreed(), round));
    }

    private boolean agrees(Message.Append append) {
        if (!on(Safeguard.PREVIOUS_CHECKED)) {
            return true;
        }
        long number = replica.log.after(append.prevZxid());
        if (replica.log.zxidBefore(number) != append.prevZxid()) {
            return false;
        }
        if (replica.log.chainBefore(number) != append.prevChain()) {
            replica.effects.broken("the log differs from the leader's before 0x" + Long.toHexString(append.prevZxid())
                    + " although both have that entry");
            return false;
        }
        return true;
    }

    /** Makes the log go on with these entries behind a place. {@return up to where it agrees then} */
    private long take(List<LogEntry> entries, long place) {
        int known = 0;
        long at = place;
        while (known < entries.size() && has(entries.get(known).zxid())) {
            at = entries.get(known++).zxid();
        }
        if (known == entries.size()) {
            return at;
        }
        if (at < replica.commitZxid) {
            if (entries.get(known).zxid() <= replica.commitZxid) {
                replica.effects.broken("the leader lacks entries before 0x" + Long.toHexString(replica.commitZxid)
                        + ", which are committed here");
                return replica.commitZxid;
            }
            at = replica.commitZxid;
        }
        if (replica.log.lastZxid() > at && on(Safeguard.CONFLICT_CUT)) {
            cutAfter(at);
        }
        List<LogEntry> fresh = List.copyOf(entries.subList(known, entries.size()));
        for (LogEntry entry : fresh) {
            replica.append(entry);
        }
        replica.effects.append(fresh);
        return replica.log.lastZxid();
    }

    private boolean has(long zxid) {
        if (zxid <= replica.log.baseZxid()) {
            return true;
        }
        long number = replica.log.after(zxid - 1);
        return number < replica.log.end() && replica.log.entry(number).zxid() == zxid;
    }

    private void cutAfter(long zxid) {
        replica.log.cutAfter(zxid);
        replica.durableZxid = Math.min(replica.durableZxid, zxid);
        replica.effects.cutAfter(zxid);
        if (replica.memberships.cutAfter(zxid)) {
            replica.effects.membershipChanged(replica.memberships.current());
        }
    }

    private long durableAndAgreed() {
        return on(Safeguard.ACKNOWLEDGED_WHEN_DURABLE) ? Math.min(replica.durableZxid, agreedZxid) : agreedZxid;
    }

    @Override
    void onForced() {
        owesReply = true;
    }

    // ---- snapshots ----

    @Override
    void onSnapshotBlock(int from, Message.SnapshotBlock block) {
        rest();
        if (block.zxid() <= replica.commitZxid || holds(block)) {
            owesReply = true; // it has all of that
            agreedZxid = Math.max(agreedZxid, Math.max(block.zxid(), replica.commitZxid));
            return;
        }
        if (block.index() == 0 && snapshotStoring < 0) {
            snapshotZxid = block.zxid();
            snapshotNext = 0;
        }
        if (block.zxid() != snapshotZxid || block.index() != snapshotNext || snapshotStoring >= 0) {
            replica.effects.send(from, new Message.SnapshotReply(replica.epoch, block.zxid(), wanted(block)));
            return;
        }
        snapshotStoring = block.index();
        replica.effects.storeSnapshotBlock(block.zxid(), block.chain(), block.index(), block.block(), block.last());
    }

    /** {@return whether the log contains what led to the snapshot: to put that in its place would lose what follows} */
    private boolean holds(Message.SnapshotBlock block) {
        long number = replica.log.after(block.zxid());
        return snapshotStoring < 0
                && replica.log.zxidBefore(number) == block.zxid()
                && replica.log.chainBefore(number) == block.chain();
    }

    private int wanted(Message.SnapshotBlock block) {
        return block.zxid() == snapshotZxid ? snapshotNext : 0;
    }

    @Override
    void onSnapshotStored(long zxid, int index) {
        snapshotStoring = -1;
        if (zxid != snapshotZxid) {
            return; // of a leader that is gone
        }
        snapshotNext = index + 1;
        if (replica.leader != 0) {
            replica.effects.send(replica.leader, new Message.SnapshotReply(replica.epoch, snapshotZxid, snapshotNext));
        }
    }

    @Override
    void onSnapshotInstalled() {
        snapshotZxid = 0;
        snapshotStoring = -1;
        agreedZxid = replica.commitZxid;
        owesReply = true;
    }

    @Override
    void endOfTurn() {
        if (owesReply && replica.leader != 0 && replica.links.containsKey(replica.leader)) {
            owesReply = false;
            replica.effects.send(
                    replica.leader,
                    new Message.AppendReply(replica.epoch, true, agreedZxid, durableAndAgreed(), round));
        }
    }

    private boolean on(Safeguard safeguard) {
        return replica.options.safeguards().on(safeguard);
    }

    @Override
    public String toString() {
        return role() + " agreed=0x" + Long.toHexString(agreedZxid)
                + (snapshotZxid == 0 ? "" : " snapshot=0x" + Long.toHexString(snapshotZxid) + "/" + snapshotNext)
                + (snapshotStoring < 0 ? "" : " storing=" + snapshotStoring);
    }
}
