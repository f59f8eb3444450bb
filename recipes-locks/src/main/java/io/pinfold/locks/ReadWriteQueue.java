package io.pinfold.locks;

import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.Ranking;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a read-write lock, in which both kinds of places are numbered by one counter: Apache Curator's layout. A
 * writer holds when nobody is before it, a reader when no writer is. Stateless.
 *
 * <p>A writer that becomes a reader gets a second place with the number of its first. Nobody compares these two with each
 * other, so ties need no order.
 */
final class ReadWriteQueue {
    static final PlaceNames READERS = new PlaceNames("__READ__");
    static final PlaceNames WRITERS = new PlaceNames("__WRIT__");

    private ReadWriteQueue() {}

    /** {@return the number of a place of either kind, or empty for a stranger} */
    static OptionalInt number(String name) {
        OptionalInt reader = READERS.sequence(name);
        return reader.isPresent() ? reader : WRITERS.sequence(name);
    }

    static boolean isWriter(String name) {
        return WRITERS.sequence(name).isPresent();
    }

    /** {@return the name of the place that a writer takes as a reader, between the same neighbours} */
    static String asReader(String writer, String guid) {
        int digits = writer.lastIndexOf(WRITERS.marker()) + WRITERS.marker().length();
        return READERS.request(guid) + writer.substring(digits);
    }

    /**
     * A reader waits for the last writer before it, for whom all the others wait; so a writer's release wakes only the
     * readers between it and the next one.
     */
    static Ranking reading() {
        return (own, names) -> {
            Before writers = Before.of(own, names, true);
            return writers.last == null
                    ? Ranking.Standing.HELD
                    : new Ranking.Standing(Optional.of(writers.last), writers.count == 1);
        };
    }

    /**
     * A writer waits for the one before it, whoever that is. If that is a writer, its going does not decide: it may have
     * become a reader.
     */
    static Ranking writing() {
        return (own, names) -> {
            Before all = Before.of(own, names, false);
            return all.last == null
                    ? Ranking.Standing.HELD
                    : new Ranking.Standing(Optional.of(all.last), all.count == 1 && !isWriter(all.last));
        };
    }

    /** Who is before a place: how many, and the last of them. */
    private record Before(int count, @Nullable String last) {
        static Before of(String own, Collection<String> names, boolean onlyWriters) {
            int ours = number(own).orElseThrow();
            int count = 0;
            String last = null;
            int distance = 0;
            for (String name : names) {
                OptionalInt number = onlyWriters ? WRITERS.sequence(name) : number(name);
                int ahead = number.orElse(ours) - ours; // serial-number arithmetic, as the counter wraps around
                if (ahead < 0) {
                    count++;
                    if (last == null || ahead > distance || ahead == distance && isWriter(last)) {
                        last = name;
                        distance = ahead;
                    }
                }
            }
            return new Before(count, last);
        }
    }
}
