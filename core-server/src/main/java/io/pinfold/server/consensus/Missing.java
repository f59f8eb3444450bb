package io.pinfold.server.consensus;

/**
 * What this member once had durable and has no longer, because its disk was damaged or its directory is an older copy. It may
 * have been acknowledged, so the member must not help anybody to lead who has less, itself included. Confined to its
 * {@link Replica}.
 */
final class Missing {
    private final Replica replica;
    private long neededZxid;

    /** @param durableOnce the highest zxid that is known to have been durable here */
    Missing(Replica replica, long durableOnce) {
        this.replica = replica;
        this.neededZxid = durableOnce > replica.durableZxid ? durableOnce : 0;
    }

    /** {@return whether anything is missing} */
    boolean isKnown() {
        return neededZxid != 0 && replica.options.safeguards().on(Safeguard.DAMAGE_REMEMBERED);
    }

    /** {@return the zxid with which nothing is missing any more; 0 if nothing is} */
    long neededZxid() {
        return isKnown() ? neededZxid : 0;
    }

    /** The own log is durable up to here: whatever comes from a leader replaces what was lost. */
    void durable(long zxid) {
        if (neededZxid != 0 && zxid >= neededZxid) {
            neededZxid = 0;
        }
    }

    /** The leader remembers that this member had acknowledged more than it has now. */
    void acknowledgedOnce(long zxid) {
        if (zxid > replica.log.lastZxid() && zxid > neededZxid) {
            neededZxid = zxid;
            replica.effects.notice(
                    Notice.DIRECTORY_OLDER,
                    "this member acknowledged everything up to 0x" + Long.toHexString(zxid)
                            + ", as the leader remembers, but its log ends at 0x"
                            + Long.toHexString(replica.log.lastZxid())
                            + ": its data directory is an older copy, or its disk lost what it had forced");
        }
    }
}
