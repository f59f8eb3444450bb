package io.pinfold.testing.sim;

import io.pinfold.testing.sim.oracle.Fact;
import io.pinfold.testing.sim.oracle.ZnodeView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an actor sees of the world it lives in: time, a network to the members, chance, and somebody who writes down what
 * happens. Confined to the world's thread, as actors are.
 */
public interface Stage {
    /** {@return the time} */
    long nowNanos();

    /**
     * Has something happen later; things of the same moment happen in the order of these calls.
     *
     * @param delayNanos not negative
     * @param task what
     */
    void after(long delayNanos, Runnable task);

    /** {@return how long a callback waits for a thread of its process at most; 0 if there is always one} */
    long latestCallbackNanos();

    /**
     * Begins to open a connection from an actor to the client port of a member. The listener is not called before this
     * returns.
     *
     * @param actor who asks
     * @param member the member's number
     * @param listener hears of the connection
     * @return the actor's end
     */
    Wire connect(String actor, int member, WireListener listener);

    /** {@return a number that no connection had before} */
    long nextConnection();

    /** {@return the numbers of the members that clients are told of} */
    List<Integer> members();

    /**
     * {@return a random number that depends on the seed, on the kind and on how often this kind was drawn before, and on
     * nothing else}
     *
     * @param kind who draws and for what
     */
    long draw(String kind);

    /**
     * {@return a random number from 0 on}
     *
     * @param kind who draws and for what
     * @param bound the first number that is not drawn
     */
    default int below(String kind, int bound) {
        return (int) Long.remainderUnsigned(draw(kind), bound);
    }

    /**
     * {@return a znode as it is in the newest committed state, which no client may have seen yet, or null; for those who
     * judge}
     *
     * @param path its path
     */
    @Nullable
    ZnodeView committed(String path);

    /**
     * {@return what the slowest clock of those who led so far would show now; for those who judge} A process believes for a
     * minute what it knows of the leader's time, though somebody else with another clock may lead.
     */
    long slowestMillis();

    /**
     * Has somebody who judges look at each committed state as soon as there is one.
     *
     * @param task looks
     */
    void onCommit(Runnable task);

    /**
     * Writes down what happened.
     *
     * @param fact what
     */
    void tell(Fact fact);

    /**
     * Says that a promise of a recipe is broken, which ends the run.
     *
     * @param promise what the promise is called
     * @param what what was seen
     */
    default void broken(String promise, String what) {
        tell(new Fact.Broken(nowNanos(), promise, what));
    }
}
