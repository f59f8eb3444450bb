package io.pinfold.testing.sim.oracle;

/** What a member says it has, and whom it says it voted for, is in the durable image of its disk at that moment. */
final class DurableBeforeAck implements Invariant {
    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Acknowledged ack && ack.zxid() > ack.keptZxid()) {
            throw broken("member " + ack.member() + " acknowledges 0x" + Long.toHexString(ack.zxid())
                    + " while its disk has 0x" + Long.toHexString(ack.keptZxid()));
        }
        if (fact instanceof Fact.Voted vote
                && (vote.savedEpoch() < vote.epoch()
                        || vote.savedEpoch() == vote.epoch() && vote.savedFor() != vote.candidate())) {
            throw broken("member " + vote.member() + " votes for " + vote.candidate() + " in epoch " + vote.epoch()
                    + " while its disk has a vote for " + vote.savedFor() + " in epoch " + vote.savedEpoch());
        }
    }
}
