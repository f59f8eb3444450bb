package io.pinfold.cli.sim;

import java.util.ArrayList;
import java.util.List;

/** The programs of a family: they begin, and become calm, in the order in which they were added. Confined to the world's
 * thread. */
final class Cast {
    /** One of them. */
    interface Actor {
        /** It begins. */
        void start();

        /** It begins nothing new any more. */
        void calm();

        /** Fails with an {@link AssertionError} if it left something undone, long after {@link #calm}. */
        default void requireDone() {}

        /** {@return how often it was given what it wanted} */
        default int grants() {
            return 0;
        }
    }

    private final List<Actor> actors = new ArrayList<>();

    <A extends Actor> A add(A actor) {
        actors.add(actor);
        return actor;
    }

    void start() {
        actors.forEach(Actor::start);
    }

    void calm() {
        actors.forEach(Actor::calm);
    }

    void requireDone() {
        actors.forEach(Actor::requireDone);
    }

    long grants() {
        return actors.stream().mapToLong(Actor::grants).sum();
    }
}
