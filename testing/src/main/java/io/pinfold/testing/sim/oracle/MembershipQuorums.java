package io.pinfold.testing.sim.oracle;

import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Safeguards;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Every quorum of a membership shares a member with every quorum of the one that follows it. */
final class MembershipQuorums implements Invariant {
    private @Nullable Membership last;

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Founded founded) {
            last = founded.membership();
        }
        Model.Step step = scene.newStep();
        if (step == null || !Membership.isMembership(step.entry().payload())) {
            return;
        }
        try {
            Membership next = Membership.fromPayload(step.entry().payload());
            if (last != null && !intersect(last, next)) {
                throw broken("a quorum of " + last + " and one of " + next + " may have nobody in common");
            }
            last = next;
        } catch (MalformedFrame e) {
            throw broken("a membership cannot be read: " + e.getMessage());
        }
    }

    private static boolean intersect(Membership one, Membership other) {
        TreeSet<Integer> ids = new TreeSet<>(one.voters());
        ids.addAll(one.outgoing());
        ids.addAll(other.voters());
        ids.addAll(other.outgoing());
        List<Integer> all = new ArrayList<>(ids);
        for (int set = 0; set < 1 << all.size(); set++) {
            int chosen = set;
            boolean inside = one.isQuorum(id -> (chosen >> all.indexOf(id) & 1) == 1, Safeguards.ALL);
            boolean outside = other.isQuorum(id -> (chosen >> all.indexOf(id) & 1) == 0, Safeguards.ALL);
            if (inside && outside) {
                return false;
            }
        }
        return true;
    }
}
