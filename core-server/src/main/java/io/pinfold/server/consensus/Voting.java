package io.pinfold.server.consensus;

/** Gives votes, each only after it is durable. Confined to its {@link Replica}. */
final class Voting {
    private final Replica replica;
    private Vote vote;
    private long savedEpoch;

    Voting(Replica replica, Vote vote) {
        this.replica = replica;
        this.vote = vote;
        this.savedEpoch = vote.epoch();
    }

    /** The own candidate votes for itself. */
    void voteForMyself() {
        give(replica.options.memberId());
    }

    /** {@return whether the vote of this epoch is durable} */
    boolean isSaved() {
        return savedEpoch >= replica.epoch || !on(Safeguard.VOTE_SAVED_FIRST);
    }

    void onRequest(int from, Message.VoteRequest request) {
        if (request.noted() == replica.options.incarnation()) {
            replica.electorate.takeIn(); // it was down when others heard of that, and their leader may be gone
        }
        if (!request.transfer() && leaderLives()) {
            refuse(from, request);
            return;
        }
        if (!request.pre() && request.epoch() > replica.epoch) {
            if (!request.transfer()) {
                replica.patience.suspect(replica.leader);
            }
            replica.stepDown(request.epoch());
        }
        if (!replica.electorate.mayVote() || request.epoch() < replica.epoch || !isLongEnough(request)) {
            refuse(from, request);
        } else if (request.pre()) {
            if (request.epoch() > replica.epoch) {
                replica.effects.send(from, new Message.VoteReply(request.epoch(), true, true));
            } else {
                refuse(from, request);
            }
        } else {
            decide(from, request);
        }
    }

    /** A live leader is not voted out. */
    private boolean leaderLives() {
        return replica.leader != 0
                && (replica.leader == replica.options.memberId()
                        || replica.links.containsKey(replica.leader)
                                && replica.now - replica.heardNanos < replica.patience.electionNanos());
    }

    private boolean isLongEnough(Message.VoteRequest request) {
        return request.lastZxid() >= replica.lastZxidForVotes() || !on(Safeguard.LONGER_LOG_WINS);
    }

    private void decide(int from, Message.VoteRequest request) {
        boolean free = vote.epoch() < request.epoch() || vote.candidate() == 0 || !on(Safeguard.ONE_VOTE);
        if (!free && vote.candidate() != from) {
            refuse(from, request);
            return;
        }
        replica.voteGiven();
        if (vote.epoch() != request.epoch() || vote.candidate() != from) {
            give(from);
        }
        if (isSaved()) {
            grant(from);
        }
    }

    private void give(int candidate) {
        vote = new Vote(replica.epoch, candidate);
        replica.effects.saveVote(vote);
    }

    void onSaved(long epoch) {
        savedEpoch = Math.max(savedEpoch, epoch);
        int candidate = vote.candidate();
        if (vote.epoch() == epoch
                && epoch == replica.epoch
                && candidate != replica.options.memberId()
                && on(Safeguard.VOTE_SAVED_FIRST)
                && replica.links.containsKey(candidate)) {
            grant(candidate);
        }
    }

    private void grant(int candidate) {
        replica.effects.send(candidate, new Message.VoteReply(vote.epoch(), false, true));
    }

    private void refuse(int from, Message.VoteRequest request) {
        replica.effects.send(from, new Message.VoteReply(replica.epoch, request.pre(), false));
    }

    private boolean on(Safeguard safeguard) {
        return replica.options.safeguards().on(safeguard);
    }
}
