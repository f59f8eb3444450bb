package io.pinfold.testing.sim.oracle;

import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Safeguards;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Nobody takes an entry for committed before a quorum has made it durable. That a member still has it when it comes back is
 * another promise, and one that an emptied disk cannot keep, nor a damaged one: its member remembers that it had more.
 */
final class CommittedByQuorum implements Invariant {
    private final Map<Integer, Long> kept = new HashMap<>();
    private final Map<Integer, Long> restartedNanos = new HashMap<>();
    /** What was in force last, and whatever was appended since. */
    private final List<Membership> memberships = new ArrayList<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Founded founded) {
            memberships.add(founded.membership());
        } else if (fact instanceof Fact.Kept one) {
            kept.merge(one.member(), one.zxid(), Math::max);
        } else if (fact instanceof Fact.Cut cut) {
            kept.computeIfPresent(cut.member(), (member, zxid) -> Math.min(zxid, cut.zxid()));
        } else if (fact instanceof Fact.Restarted restarted) {
            restartedNanos.put(restarted.member(), restarted.atNanos());
        } else if (fact instanceof Fact.Installed installed) {
            boolean atStart = restartedNanos.getOrDefault(installed.member(), -1L) == installed.atNanos();
            kept.merge(installed.member(), installed.zxid(), atStart ? Math::max : (before, now) -> now);
        } else if (fact instanceof Fact.Appended appended) {
            note(appended.entry().payload());
        } else if (fact instanceof Fact.Committed committed && scene.newStep() != null) {
            requireQuorum(committed);
        }
    }

    private void note(byte[] payload) {
        if (!Membership.isMembership(payload)) {
            return;
        }
        try {
            Membership membership = Membership.fromPayload(payload);
            if (!memberships.contains(membership)) {
                memberships.add(membership);
            }
        } catch (MalformedFrame e) {
            throw broken("a membership cannot be read: " + e.getMessage());
        }
    }

    /** Which one was in force is the leader's to know; that they fit each other is another promise. */
    private void requireQuorum(Fact.Committed committed) {
        long zxid = committed.entry().zxid();
        for (Membership membership : memberships) {
            if (membership.isQuorum(member -> kept.getOrDefault(member, 0L) >= zxid, Safeguards.ALL)) {
                return;
            }
        }
        if (!memberships.isEmpty()) {
            throw broken("member " + committed.member() + " takes 0x" + Long.toHexString(zxid)
                    + " for committed while only these are durable: " + kept);
        }
    }
}
