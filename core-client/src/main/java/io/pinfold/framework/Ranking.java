package io.pinfold.framework;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Decides from a listing of a queue whether a place in it is held and, if not, whom it waits for. A pure function. */
@FunctionalInterface
public interface Ranking {
    /**
     * Judges one place.
     *
     * @param own the name of the place, which is among the names
     * @param names the names of all children of the directory, strangers included
     * @return how the place stands
     */
    Standing judge(String own, Collection<String> names);

    /**
     * {@return the rule of locks and elections: the first in the queue holds it, each other waits for the one before}
     *
     * @param names how the places are named
     */
    static Ranking first(PlaceNames names) {
        return firstOf(names, 1);
    }

    /**
     * {@return the rule of a fixed number of equal places: the first ones in the queue hold them}
     *
     * @param names how the places are named
     * @param limit how many hold at the same time, at least 1
     */
    static Ranking firstOf(PlaceNames names, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("Wanted a limit of at least 1, got " + limit);
        }
        return (own, children) -> {
            List<String> queue = names.inOrder(children);
            int rank = queue.indexOf(own);
            return rank < limit
                    ? Standing.HELD
                    : new Standing(Optional.of(queue.get(rank - limit)), limit == 1 && rank == 1);
        };
    }

    /**
     * How a place stands. Immutable.
     *
     * @param waitsFor the name whose deletion may change the standing; empty when the place is held
     * @param decisive whether that deletion alone makes the place held, whatever else happened meanwhile
     */
    record Standing(Optional<String> waitsFor, boolean decisive) {
        /** The place is held. */
        public static final Standing HELD = new Standing(Optional.empty(), false);

        /** {@return whether the place is held} */
        public boolean isHeld() {
            return waitsFor.isEmpty();
        }
    }
}
