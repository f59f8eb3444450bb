package io.pinfold.server.consensus;

/**
 * How long a silent leader is believed in. Who suspects one that turns out to live believes twice as long in the next one, up to
 * eight times as long, and after a calm while half as long again. Where processes have to wait for the processor everybody is
 * silent now and then, and each election costs more of the time that is missing. Confined to its {@link Replica}.
 */
final class Patience {
    private static final int MOST_DOUBLINGS = 3;
    private static final int CALM_ELECTIONS = 20;

    private final Replica replica;
    private int doublings;
    private long changedNanos;
    /** Who was silent for too long, and is still linked; 0 for nobody. */
    private int suspect;

    Patience(Replica replica) {
        this.replica = replica;
    }

    /** {@return how long a leader may be silent at least} */
    long electionNanos() {
        return replica.options.electionNanos() << doublings;
    }

    /** {@return how much longer that is than for somebody who was never wrong} */
    long extraNanos() {
        return electionNanos() - replica.options.electionNanos();
    }

    /** A leader was silent for too long. */
    void suspect(int leader) {
        if (replica.links.containsKey(leader)) {
            suspect = leader;
        }
    }

    /** A peer said something: if it is the suspect, it lived all the time. */
    void heard(int peer) {
        if (peer == suspect) {
            suspect = 0;
            doublings = Math.min(doublings + 1, MOST_DOUBLINGS);
            changedNanos = replica.now;
        }
    }

    /** A link is new: the silence had a reason. */
    void linked(int peer) {
        if (peer == suspect) {
            suspect = 0;
        }
    }

    /** Time went on. */
    void advance() {
        if (doublings > 0 && replica.now - changedNanos >= CALM_ELECTIONS * replica.options.electionNanos()) {
            doublings--;
            changedNanos = replica.now;
        }
    }
}
