package io.pinfold.testing.sim.oracle;

import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.wire.MalformedFrame;
import java.util.HashMap;
import java.util.Map;

/**
 * One leader an epoch, and one vote of each member an epoch, also across restarts. A member that came back with another directory
 * and was taken in with that is another one: the quorum that noted it follows no candidate of before.
 */
final class ElectionSafety implements Invariant {
    private record Ballot(int member, long epoch) {}

    private final Map<Long, Integer> leaders = new HashMap<>();
    private final Map<Ballot, Integer> votes = new HashMap<>();
    /** What is noted by committed memberships. */
    private final Map<Integer, Long> directories = new HashMap<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Led led) {
            lead(led.member(), led.epoch());
        } else if (fact instanceof Fact.Served served) {
            lead(served.member(), served.epoch());
        } else if (fact instanceof Fact.Voted voted) {
            Integer before = votes.put(new Ballot(voted.member(), voted.epoch()), voted.candidate());
            if (before != null && before != voted.candidate()) {
                throw broken("member " + voted.member() + " voted for " + before + " and for " + voted.candidate()
                        + " in epoch " + voted.epoch());
            }
        } else if (fact instanceof Fact.Committed committed && scene.newStep() != null) {
            note(committed.entry().payload());
        }
    }

    private void note(byte[] payload) {
        if (!Membership.isMembership(payload)) {
            return;
        }
        try {
            for (Member member : Membership.fromPayload(payload).members()) {
                Long before = directories.put(member.id(), member.incarnation());
                if (before != null && before != 0 && before != member.incarnation()) {
                    votes.keySet().removeIf(ballot -> ballot.member() == member.id());
                }
            }
        } catch (MalformedFrame e) {
            throw broken("a membership cannot be read: " + e.getMessage());
        }
    }

    private void lead(int member, long epoch) {
        Integer other = leaders.putIfAbsent(epoch, member);
        if (other != null && other != member) {
            throw broken("members " + other + " and " + member + " both lead epoch " + epoch);
        }
    }
}
