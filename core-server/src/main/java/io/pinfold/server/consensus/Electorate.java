package io.pinfold.server.consensus;

/**
 * Whose votes and acknowledgements mean something. A member that was emptied has lost what it promised, so each is known by its
 * data directory, its incarnation: the membership notes one for each member, and what comes from another does not count.
 *
 * <p>Confined to its {@link Replica}.
 */
final class Electorate {
    private final Replica replica;
    private final int self;
    private final long incarnation;
    /** Whether this member was there in the beginning, or was taken in since. */
    private boolean takenIn;

    /** Looks at what the disk knew at the start; the replica has its log by now. */
    Electorate(Replica replica, ReplicaStart start) {
        this.replica = replica;
        this.self = replica.options.memberId();
        this.incarnation = replica.options.incarnation();
        this.takenIn = start.founder()
                || start.membershipLogged() && incarnationIn(start.membership(), self) == incarnation
                || replica.memberships.newlyNames(self, incarnation);
    }

    // ---- this member ----

    /** {@return whether this member's votes mean anything: an empty log may not be one that was lost} */
    boolean mayVote() {
        return replica.isAdopted() && (takenIn || !on(Safeguard.INCARNATION_CHECKED));
    }

    /** {@return whether votes and acknowledgements of this member count, as far as it knows} */
    boolean isVoting() {
        return mayVote() && hasVote(self);
    }

    /** {@return whether it may be elected: has a vote, or may have one still by a membership that was not undone for good} */
    boolean isEligible() {
        return mayVote() && (hasVote(self) || replica.memberships.isLeaving(self, incarnation));
    }

    /**
     * The membership changed. Who sees that a quorum has noted its directory was taken in: from now on its votes mean something.
     * Who becomes a voter has never voted as one, and votes at once, or the change might never be agreed on.
     */
    void membershipChanged() {
        if (notedForGood(self) == incarnation || replica.memberships.newlyNames(self, incarnation)) {
            takeIn();
        }
    }

    /** From now on this member's votes mean something. */
    void takeIn() {
        if (!takenIn && replica.isAdopted()) {
            takenIn = true;
            replica.effects.adopt(0, replica.cluster(), true);
        }
    }

    /** The directory belongs to a cluster now, perhaps as one of those that were there in the beginning. */
    void adopted(boolean asFounder) {
        takenIn |= asFounder;
    }

    // ---- all members ----

    /**
     * {@return whether the acknowledgements of a member count} They do when they come from the data directory that is noted for
     * it: the note of a new one must be committed without it, or those who know the old one would not learn of that.
     */
    boolean counts(int id) {
        if (!replica.memberships.current().isVoter(id)) {
            return false;
        }
        long noted = noted(id);
        return noted != 0 && noted == present(id) || !on(Safeguard.INCARNATION_CHECKED);
    }

    /**
     * {@return whether the vote of a member counts} If its directory is not noted, its having voted shows that it was there
     * first; it has to be linked still, so that whoever is elected by it can note it.
     */
    boolean hasVote(int id) {
        if (!replica.memberships.current().isVoter(id)) {
            return false;
        }
        long present = present(id);
        long noted = noted(id);
        return present != 0 && (noted == 0 || noted == present) || !on(Safeguard.INCARNATION_CHECKED);
    }

    /** {@return the data directory that a member has now, as it says; 0 while it is not linked} */
    long present(int id) {
        if (id == self) {
            return incarnation;
        }
        PeerHello hello = replica.link(id);
        return hello == null ? 0 : hello.incarnation();
    }

    /**
     * {@return the data directory of a member of which it may be told that its votes mean something} It may not have the entry
     * yet that makes it a voter, and be needed for committing that.
     */
    long namedForGood(int id) {
        long present = present(id);
        return present != 0 && replica.memberships.newlyNames(id, present) ? present : notedForGood(id);
    }

    /** {@return the data directory of a member in the last membership that is committed as far as is known; 0 if there is none} */
    private long notedForGood(int id) {
        MembershipHistory memberships = replica.memberships;
        return memberships.isCommittedLogged() ? incarnationIn(memberships.committed(), id) : 0;
    }

    /** {@return the data directory that is noted for a member; 0 if none is} */
    private long noted(int id) {
        MembershipHistory memberships = replica.memberships;
        Membership committed = memberships.committed();
        boolean known = memberships.isCommittedLogged() && committed.isVoter(id);
        return incarnationIn(known ? committed : memberships.current(), id);
    }

    private static long incarnationIn(Membership membership, int id) {
        Member member = membership.find(id);
        return member == null ? 0 : member.incarnation();
    }

    private boolean on(Safeguard safeguard) {
        return replica.options.safeguards().on(safeguard);
    }
}
