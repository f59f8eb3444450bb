package io.pinfold.cli.sim;

import io.pinfold.framework.Lease;

/**
 * Something outside of the ensemble that the holders of one lease write to, over a network on which writes may take long. It
 * refuses tokens that are older than the newest it saw. Judges that what it takes comes in the order of the grants, and that it
 * never refuses a holder. Confined to the world's thread.
 */
final class FencedResource {
    private static final String PROMISE = "fencing";
    private static final long MILLI = 1_000_000;
    private static final int SLOW_ONE_IN = 8;

    private final Setting setting;
    private final String name;
    private long newest;
    private long lastTaken;

    FencedResource(Setting setting, String name) {
        this.setting = setting;
        this.name = name;
    }

    /** A holder writes. */
    void write(Life life, Lease lease) {
        boolean slow = life.oneIn("fence.slow", SLOW_ONE_IN);
        long delay = life.below("fence", slow ? 2000 : 5) * MILLI;
        setting.stage().after(delay, () -> arrive(life, lease));
    }

    private void arrive(Life life, Lease lease) {
        long token = lease.fencingToken();
        boolean taken = token >= newest || setting.has(Mistake.OLD_TOKENS_TAKEN);
        newest = Math.max(newest, token);
        if (!taken && !life.isOver() && lease.isHeld()) {
            setting.stage().broken(PROMISE, name + " refused the holder, whose token is " + token + ", for " + newest);
        }
        if (taken && token < lastTaken) {
            setting.stage().broken(PROMISE, name + " took token " + token + " after " + lastTaken);
        }
        lastTaken = taken ? token : lastTaken;
    }
}
