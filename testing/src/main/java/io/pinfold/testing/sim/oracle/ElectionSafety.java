package io.pinfold.testing.sim.oracle;

import java.util.HashMap;
import java.util.Map;

/** One leader an epoch, and one vote of each member an epoch, also across restarts. */
final class ElectionSafety implements Invariant {
    private record Ballot(int member, long epoch) {}

    private final Map<Long, Integer> leaders = new HashMap<>();
    private final Map<Ballot, Integer> votes = new HashMap<>();

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
        }
    }

    private void lead(int member, long epoch) {
        Integer other = leaders.putIfAbsent(epoch, member);
        if (other != null && other != member) {
            throw broken("members " + other + " and " + member + " both lead epoch " + epoch);
        }
    }
}
