package io.pinfold.server.consensus;

import java.util.ArrayList;
import java.util.List;

/** Says why nobody leads, when that takes long, and says it again now and then. Confined to its {@link Replica}. */
final class Waiting {
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long REPEAT_NANOS = 60_000_000_000L;

    private final Replica replica;
    private long sinceNanos = Long.MAX_VALUE;
    private long sayAtNanos;
    private String said = "";

    Waiting(Replica replica) {
        this.replica = replica;
    }

    /** Time went on. */
    void advance() {
        if (replica.leader != 0) {
            sinceNanos = Long.MAX_VALUE;
            said = "";
            return;
        }
        if (sinceNanos == Long.MAX_VALUE) {
            sinceNanos = replica.now;
            sayAtNanos = replica.now + PATIENCE_NANOS;
        }
        if (replica.now >= sayAtNanos) {
            sayAtNanos = replica.now + PATIENCE_NANOS;
            say(reason());
        }
    }

    private void say(String reason) {
        boolean again = replica.now - sinceNanos >= REPEAT_NANOS;
        if (again || !reason.equals(said)) {
            sinceNanos = replica.now;
            said = reason;
            replica.effects.notice(Notice.NOBODY_LEADS, "nobody leads: " + reason);
        }
    }

    private String reason() {
        List<Integer> voters = replica.memberships.current().voters();
        List<Integer> reached = new ArrayList<>();
        for (int voter : voters) {
            if (voter == replica.options.memberId() || replica.links.containsKey(voter)) {
                reached.add(voter);
            }
        }
        if (replica.role() == Role.FOUNDING) {
            return "this member's directory is empty, and a new ensemble begins only when all of the members " + voters
                    + " are there; now there are " + reached;
        }
        String here = "";
        if (replica.missing.isKnown()) {
            here = "; what was durable here up to 0x" + Long.toHexString(replica.missing.neededZxid())
                    + " cannot be read any more, so this member waits for one whose log reaches that far";
        } else if (!replica.electorate.mayVote()) {
            here = "; this member's directory is new, and it waits to be taken in";
        }
        if (!replica.memberships.current().isQuorum(reached::contains, replica.options.safeguards())) {
            return "of the voters " + voters + " only " + reached + " can be reached" + here;
        }
        return here.isEmpty()
                ? "the voters " + reached + " do not agree on one; their logs may say why"
                : here.substring(2);
    }
}
