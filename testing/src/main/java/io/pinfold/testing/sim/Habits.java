package io.pinfold.testing.sim;

import java.util.List;

/**
 * How a {@link RawClient} behaves. Immutable.
 *
 * @param timeoutMillis the session timeout that it wishes for
 * @param requests how many requests it makes in its life, about
 * @param depth how many requests it has under way at most
 * @param thinkNanos how long it thinks between two bursts of requests, on average
 * @param xidsRestart whether it counts requests anew on each connection, as kazoo does, instead of going on counting, as
 *     the Java client does
 * @param moveOneIn it gives up its connection and goes elsewhere before one in so many bursts; 0 for never
 * @param closeOneIn it closes its session and opens another one instead of one in so many bursts; 0 for never
 * @param wildOneIn it sends rubbish instead of one in so many bursts; 0 for never
 * @param slowNanos how long it stops reading now and then; 0 for never
 * @param sleepOneIn it neither reads nor writes for a while behind one in so many bursts, perhaps until its session is
 *     over; 0 for never
 * @param grammar what it asks for, as often as it stands in the list
 */
public record Habits(
        int timeoutMillis,
        int requests,
        int depth,
        long thinkNanos,
        boolean xidsRestart,
        int moveOneIn,
        int closeOneIn,
        int wildOneIn,
        long slowNanos,
        int sleepOneIn,
        List<Grammar.Kind> grammar) {
    private static final long MILLI = 1_000_000;

    public Habits {
        grammar = List.copyOf(grammar);
    }

    /** {@return the habits that the seed gives to a client: each client has others, and uses but a part of the grammar} */
    public static Habits drawn(Stage stage, String actor) {
        String kind = actor + ".habits";
        return new Habits(
                1000 + stage.below(kind, 5) * 500,
                60 << stage.below(kind, 4),
                1 << stage.below(kind, 7),
                MILLI << stage.below(kind, 7),
                stage.below(kind, 3) == 0,
                stage.below(kind, 2) == 0 ? 0 : 10 + stage.below(kind, 50),
                stage.below(kind, 3) == 0 ? 20 + stage.below(kind, 80) : 0,
                stage.below(kind, 8) == 0 ? 30 : 0,
                stage.below(kind, 4) == 0 ? 200 * MILLI : 0,
                stage.below(kind, 3) == 0 ? 20 : 0,
                Grammar.swarm(stage, actor));
    }
}
