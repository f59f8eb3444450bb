package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import java.util.List;

/**
 * Takes entries from the leader, if there is one, and becomes a candidate when it was not heard of for too long. Also how
 * learners and observers behave, who never become candidates; a learner that voted until a change that is not committed may.
 *
 * <p>An acknowledgement says that the log is durable up to a zxid <i>and</i> agrees with this leader's up to there; what an
 * older leader left behind that point does not count.
 */
final class Following extends Part {
    private long electionAtNanos;
    /** Whether the time was up, and only what has arrived meanwhile is looked at. */
    private boolean looksAgain;
    /** Up to here the log is known to agree with the leader's. */
    private long agreedZxid;

    private long round;
    private boolean owesReply;

    Following(Replica replica) {
        super(replica);
    }

    @Override
    Role role() {
        return replica.memberships.current().isVoter(replica.options.memberId()) && replica.electorate.mayVote()
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
        rest();
    }

    /** Gives whoever leads, or is about to, a full timeout. */
    void rest() {
        electionAtNanos = replica.after(replica.options.electionNanos()) + replica.patience.extraNanos();
        looksAgain = false;
    }

    // ---- elections ----

    @Override
    void advance() {
        if (electionAtNanos <= replica.now) {
            if (!looksAgain && replica.links.containsKey(replica.leader)) {
                looksAgain = true;
                electionAtNanos = replica.now + replica.options.staggerNanos();
            } else if (replica.mayLead()) {
                replica.patience.suspect(replica.leader);
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
        if (replica.intake.isStoring()) {
            if (append.entries().isEmpty()) {
                owesReply = true;
            } else { // the snapshot decides where the log goes on: send them again
                refuse(from, replica.commitZxid);
            }
            return;
        }
        long place = append.prevZxid();
        if (place >= replica.log.baseZxid() && !agrees(append)) {
            long hint = replica.log.zxidBefore(replica.log.after(place));
            if (place > replica.commitZxid) {
                refuse(from, Math.max(replica.commitZxid, hint));
            } else {
                replica.effects.broken("the leader's log has 0x" + Long.toHexString(place)
                        + ", which is not among what is committed here");
            }
            return;
        }
        long matched = take(append.entries(), place);
        if (matched > agreedZxid) {
            agreedZxid = matched;
        }
        commit(append.commitZxid());
        if (append.entries().isEmpty() || durableAndAgreed() >= matched || !on(Safeguard.ACKNOWLEDGED_WHEN_DURABLE)) {
            owesReply = true;
        }
    }

    /** Asks for no answer: a leader says this after every lone write, and has learned from the acknowledgement what there is. */
    @Override
    void onCommitted(Message.Committed committed) {
        rest();
        if (!replica.intake.isStoring()) {
            commit(committed.zxid());
        }
    }

    private void commit(long zxid) {
        long limit = on(Safeguard.COMMIT_WITHIN_OWN_LOG) ? agreedZxid : replica.log.lastZxid();
        replica.commit(Math.min(zxid, limit));
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
            replica.effects.broken("the leader lacks entries before 0x" + Long.toHexString(replica.commitZxid)
                    + ", which are committed here");
            return at;
        }
        if (replica.log.lastZxid() > at && on(Safeguard.CONFLICT_CUT)) {
            replica.cutAfter(at);
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
        replica.intake.offer(block);
    }

    /** {@return whether the log contains what led to the snapshot: to put that in its place would lose what follows} */
    private boolean holds(Message.SnapshotBlock block) {
        long number = replica.log.after(block.zxid());
        return !replica.intake.isStoring()
                && replica.log.zxidBefore(number) == block.zxid()
                && replica.log.chainBefore(number) == block.chain();
    }

    @Override
    void onSnapshotInstalled() {
        agreedZxid = replica.commitZxid;
        owesReply = true;
    }

    @Override
    void endOfTurn() {
        if (replica.leader == 0 || !replica.links.containsKey(replica.leader)) {
            return;
        }
        replica.intake.answer(replica.leader);
        if (owesReply) {
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
        return role() + " agreed=0x" + Long.toHexString(agreedZxid) + replica.intake;
    }
}
