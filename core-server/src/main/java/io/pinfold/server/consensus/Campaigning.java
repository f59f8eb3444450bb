package io.pinfold.server.consensus;

import java.util.TreeSet;

/**
 * Looks for a quorum of votes: first asks what the answers would be, so that a member that cannot win disturbs nobody, then
 * votes for itself in a new epoch and asks the others for real.
 *
 * <p>It leads only when its own vote is durable, too: otherwise, after a crash, it could win the same epoch twice.
 */
final class Campaigning extends Part {
    private final boolean transfer;
    private final TreeSet<Integer> granted = new TreeSet<>();
    private boolean pre;
    private long giveUpAtNanos;

    /** @param transfer whether the last leader wants this, so that nobody has to be asked first */
    Campaigning(Replica replica, boolean transfer) {
        super(replica);
        this.transfer = transfer;
        this.pre = !transfer;
    }

    @Override
    Role role() {
        return Role.CANDIDATE;
    }

    @Override
    void entered() {
        replica.leader = 0;
        giveUpAtNanos = replica.after(replica.options.electionNanos());
        if (pre) {
            granted.add(replica.options.memberId());
            ask();
            count();
        } else {
            campaign();
        }
    }

    private void ask() {
        replica.links.keySet().forEach(this::ask);
    }

    private void ask(int peer) {
        if (replica.memberships.current().isVoter(peer)) {
            long last = replica.log.lastZxid();
            long noted = replica.electorate.namedForGood(peer);
            replica.effects.send(peer, new Message.VoteRequest(wantedEpoch(), last, pre, transfer, noted));
        }
    }

    private long wantedEpoch() {
        return pre ? replica.epoch + 1 : replica.epoch;
    }

    private void campaign() {
        pre = false;
        granted.clear();
        replica.epoch++;
        replica.voting().voteForMyself();
        ask();
        onVoteSaved();
    }

    @Override
    void onVoteSaved() {
        if (!pre && replica.voting().isSaved()) {
            granted.add(replica.options.memberId());
            count();
        }
    }

    @Override
    void onVoteReply(int from, Message.VoteReply reply) {
        if (reply.granted() && reply.pre() == pre && reply.epoch() == wantedEpoch()) {
            granted.add(from);
            count();
        }
    }

    private void count() {
        boolean won = replica.memberships
                .current()
                .isQuorum(id -> granted.contains(id) && replica.electorate.hasVote(id), replica.options.safeguards());
        if (!won) {
            return;
        }
        if (pre) {
            campaign();
        } else if (replica.voting().isSaved()) {
            replica.become(new Leading(replica));
        }
    }

    @Override
    void onPeerUp(int peer) {
        ask(peer);
    }

    /** Who comes back may have lost its directory, and the vote with it. */
    @Override
    void onPeerDown(int peer, boolean closed) {
        granted.remove(peer);
    }

    @Override
    void advance() {
        if (giveUpAtNanos <= replica.now) {
            replica.become(new Campaigning(replica, false));
        }
    }

    @Override
    long nextDeadlineNanos() {
        return giveUpAtNanos;
    }
}
