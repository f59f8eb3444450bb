package io.pinfold.server.consensus;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Leads the cluster from one membership to another: members that shall vote learn first; then old and new majority together
 * decide on the joint membership, then on the new one. Also takes note of data directories: of those that were not known,
 * and of new ones of members that lost theirs and have learned everything again. Confined to its {@link Leading}.
 */
final class MembershipChange {
    /** The last change is not over. */
    static final long UNDER_WAY = 0;
    /** The last change came to nothing. */
    static final long GIVEN_UP = -1;

    private static final int PATIENCE_ELECTIONS = 30;

    private final Replica replica;
    private final Leading leading;
    private final TreeMap<Integer, Progress> peers;
    private @Nullable Membership target;
    private long patienceEndsNanos;
    private long outcome = UNDER_WAY;

    MembershipChange(Replica replica, Leading leading, TreeMap<Integer, Progress> peers) {
        this.replica = replica;
        this.leading = leading;
        this.peers = peers;
    }

    /** {@return whether the change could begin} */
    boolean begin(Membership wanted) {
        if (target != null
                || replica.memberships.isChanging()
                || wanted.voters().isEmpty()
                || wanted.isJoint()) {
            return false;
        }
        target = wanted;
        outcome = UNDER_WAY;
        patienceEndsNanos = replica.now + PATIENCE_ELECTIONS * replica.options.electionNanos();
        Membership current = replica.memberships.current();
        List<Member> learning = new ArrayList<>(current.members());
        for (Member member : wanted.members()) {
            if (current.find(member.id()) == null) {
                learning.add(member);
            }
        }
        if (learning.size() > current.members().size()) {
            learning.sort((a, b) -> Integer.compare(a.id(), b.id()));
            leading.propose(new Membership(learning, current.voters(), List.of()).toPayload());
        } else {
            goOn();
        }
        return true;
    }

    /** Something was committed. */
    void onCommitted() {
        Membership current = replica.memberships.current();
        if (replica.memberships.isChanging()) {
            return;
        }
        if (current.isJoint()) {
            target = null;
            outcome = leading.propose(current.completed().toPayload());
        } else if (target != null) {
            goOn();
        } else if (!current.isVoter(replica.options.memberId())) {
            leading.makeRoom();
        } else {
            readmit(replica.options.memberId());
        }
    }

    /** {@return the zxid of the entry with which the last change is complete, {@link #UNDER_WAY} or {@link #GIVEN_UP}} */
    long outcome() {
        return outcome;
    }

    /** Time went on. */
    void advance() {
        if (target != null && patienceEndsNanos < replica.now && !replica.memberships.isChanging()) {
            giveUp();
        }
    }

    /** Who was to vote has not learned everything in time, and is not needed any more. */
    private void giveUp() {
        target = null;
        outcome = GIVEN_UP;
        Membership current = replica.memberships.current();
        Membership before = current.completed();
        if (!before.equals(current)) {
            leading.propose(before.toPayload());
        }
    }

    /** A peer has come further. */
    void onProgress(Progress peer) {
        if (target != null) {
            goOn();
        } else {
            readmit(peer.id);
        }
    }

    private void goOn() {
        Membership wanted = target;
        if (wanted == null
                || replica.memberships.isChanging()
                || replica.memberships.current().isJoint()) {
            return;
        }
        for (int voter : wanted.voters()) {
            if (!replica.memberships.current().isVoter(voter) && !hasLearned(voter)) {
                return;
            }
        }
        if (!leading.hears(wanted)) {
            return; // they could not agree on it, and this leadership would end
        }
        Membership current = replica.memberships.current();
        Membership identified = wanted.identified(current, this::learnedIncarnation);
        leading.propose(current.joinedWith(identified).toPayload());
    }

    private long learnedIncarnation(int id) {
        return hasLearned(id) ? replica.electorate.present(id) : 0;
    }

    /** {@return whether a member needs neither a snapshot nor what is no longer in memory} */
    boolean isKeepingUp(int id) {
        Progress peer = peers.get(id);
        return id == replica.options.memberId()
                || peer != null && (peer.mode == Progress.Mode.STREAMING || peer.mode == Progress.Mode.PROBING);
    }

    private boolean hasLearned(int id) {
        Progress peer = peers.get(id);
        return id == replica.options.memberId()
                || peer != null && peer.mode == Progress.Mode.STREAMING && peer.durableZxid >= replica.commitZxid;
    }

    /** The first leader of all says whose acknowledgements count. */
    void recordIncarnations() {
        if (!replica.memberships.isLogged()) {
            Membership current = replica.memberships.current();
            leading.propose(
                    current.identified(current, replica.electorate::present).toPayload());
        }
    }

    /** Notes a directory that was not known, when its member has learned everything. */
    private void readmit(int id) {
        Member member = replica.memberships.current().find(id);
        long incarnation = replica.electorate.present(id);
        if (member == null
                || incarnation == 0
                || member.incarnation() == incarnation
                || !leading.isAccepting()
                || replica.memberships.isChanging()
                || replica.memberships.current().isJoint()
                || !hasLearned(id)) {
            return;
        }
        leading.propose(
                replica.memberships.current().withIncarnation(id, incarnation).toPayload());
    }
}
