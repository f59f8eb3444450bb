package io.pinfold.cli.sim;

import java.util.Optional;

/** Mistakes that a program with a recipe can make, to show that they are noticed. */
public enum Mistake {
    /** Two at a time are let into a lock. */
    TWO_LET_IN(Family.LOCKS),
    /** A program that lost its lock goes on until it wants to give it back. */
    LOSS_OVERLOOKED(Family.LOCKS),
    /** Tokens count the grants of a process, instead of those of the ensemble. */
    OWN_COUNT_AS_TOKEN(Family.LOCKS),
    /** A program that lost its interest goes on waiting, and keeps what it is given then. */
    FORGOTTEN(Family.LOCKS),
    /** Transactions do not check the lease. */
    UNGUARDED_WRITES(Family.LOCKS),
    /** What the lock protects takes writes with old tokens. */
    OLD_TOKENS_TAKEN(Family.LOCKS),
    /** A reader does not wait for writers. */
    WRITERS_OVERLOOKED(Family.READ_WRITE),
    /** A writer that becomes a reader gives the lock back in between. */
    DOWNGRADED_WITH_A_GAP(Family.READ_WRITE),
    /** Who wants several permits holds some while it waits for others. */
    ONE_PERMIT_BY_ONE(Family.SEMAPHORE),
    /** Permits are counted and taken by several at a time. */
    TURN_NOT_AWAITED(Family.SEMAPHORE),
    /** Several locks are acquired in whatever order. */
    LOCKED_IN_OWN_ORDER(Family.LOCK_SET),
    /** A run is recorded after others were let in. */
    RECORDED_WHEN_OVER(Family.JOBS),
    /** Two at a time are let lead. */
    TWO_LEADERS(Family.ELECTION),
    /** A leader says that it has stopped, and has not. */
    BODY_GOES_ON(Family.ELECTION),
    /** A candidate that lost its leadership does not stand again. */
    STOOD_ONCE(Family.ELECTION),
    /** An onlooker takes news in another order. */
    SEEN_OUT_OF_ORDER(Family.ELECTION),
    /** An item is put again when the answer is late. */
    PUT_AGAIN(Family.QUEUE),
    /** An item counts as put when it is sent. */
    PUT_BELIEVED(Family.QUEUE),
    /** What comes of an item is written down before it is acknowledged. */
    EFFECT_APART(Family.QUEUE),
    /** Items that belong together are put without their key. */
    KEY_FORGOTTEN(Family.QUEUE),
    /** The key that keeps equal items out is left away. */
    DEDUP_KEY_FORGOTTEN(Family.QUEUE),
    /** Items that are to be put as one are put one after the other. */
    PUT_APART(Family.QUEUE),
    /** What cannot be handled is acknowledged instead of rejected. */
    THROWN_AWAY(Family.QUEUE),
    /** Items are delivered more often than is allowed. */
    LIMIT_RAISED(Family.QUEUE),
    /** A dead letter is put back first and acknowledged then. */
    MOVED_IN_TWO_STEPS(Family.QUEUE),
    /** Items that programs with Curator take, too, are locked elsewhere. */
    LOCKED_ELSEWHERE(Family.QUEUE),
    /** A number is read, and written back larger. */
    COUNTED_BLINDLY(Family.COUNTER),
    /** A program with Curator writes its number whatever others wrote. */
    WRITTEN_OVER(Family.COUNTER),
    /** Ids are counted on from where the counter was. */
    IDS_GUESSED(Family.COUNTER),
    /** A listener misses a step now and then. */
    STEP_MISSED(Family.CONFIG),
    /** The newest picture is shown for an older one. */
    PICTURE_MISDATED(Family.CONFIG),
    /** The first answer of a cache is used for ever. */
    ANSWER_KEPT(Family.CONFIG),
    /** A value is set whatever version it has. */
    VERSION_FORGOTTEN(Family.CONFIG),
    /** The file with the configuration that was seen last is looked for elsewhere. */
    LAST_GOOD_MISLAID(Family.CONFIG),
    /** A znode with the wanted name is deleted to make room. */
    NAME_TAKEN_OVER(Family.GROUP),
    /** An instance registers once, and not again in the next session. */
    REGISTERED_ONCE(Family.REGISTRY),
    /** A resource is used for a while after it was given up. */
    USED_AFTER_REVOKING(Family.PARTITION),
    /** Who waits minds another barrier. */
    BARRIER_NOT_MINDED(Family.BARRIER),
    /** A program with Curator takes whatever happens for the raising of the barrier. */
    NEWS_BELIEVED(Family.BARRIER),
    /** The double barrier is asked for too few. */
    ENTERED_TOO_EARLY(Family.DOUBLE_BARRIER),
    /** Who leaves does not wait for the others. */
    LEFT_WITHOUT_WAITING(Family.DOUBLE_BARRIER),
    /** A program with Curator takes whatever happens for the sign that all are there. */
    WOKEN_UP(Family.DOUBLE_BARRIER),
    /** A program with Curator that wants to leave does not mind the last one who stays. */
    LAST_ONE_OVERLOOKED(Family.DOUBLE_BARRIER),
    /** The cyclic barrier is asked for too few. */
    ROUND_TOO_SMALL(Family.CYCLIC_BARRIER),
    /** The latch is asked for too few. */
    LATCH_TOO_SMALL(Family.LATCH);

    private final Family family;

    Mistake(Family family) {
        this.family = family;
    }

    /** {@return whose mistake it is} */
    public Family family() {
        return family;
    }

    /**
     * {@return the mistake of that name, if there is one}
     *
     * @param name as {@link #name}
     */
    public static Optional<Mistake> named(String name) {
        for (Mistake mistake : values()) {
            if (mistake.name().equals(name)) {
                return Optional.of(mistake);
            }
        }
        return Optional.empty();
    }
}
