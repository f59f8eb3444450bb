package io.pinfold.samples;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Tells a story line by line: when, who, what. Coloured when told so. Thread-safe: each line is printed in one piece.
 */
public final class Narrator {
    private static final int ACTOR_WIDTH = 10;
    private static final int TITLE_WIDTH = 40;

    private static final String PLAIN = "\033[0m";
    private static final String BOLD = "\033[1m";
    private static final String DIM = "\033[2m";
    private static final String RED = "\033[31m";
    private static final String GREEN = "\033[32m";
    private static final List<String> ACTORS = List.of("\033[36m", "\033[33m", "\033[35m", "\033[34m");

    private final PrintWriter out;
    private final boolean coloured;
    private final long startNanos = System.nanoTime();

    /**
     * Begins a story now.
     *
     * @param out where to print; flushes after each line
     * @param coloured whether to use the colours of a terminal
     */
    public Narrator(PrintWriter out, boolean coloured) {
        this.out = out;
        this.coloured = coloured;
    }

    /**
     * Prints the headline.
     *
     * @param what what the story is about
     * @param where where it plays
     */
    public void title(String what, String where) {
        out.println(paint(BOLD, pad(what, TITLE_WIDTH)) + paint(DIM, where));
    }

    /**
     * Begins a chapter.
     *
     * @param heading its title
     * @param point what it shows
     */
    public void chapter(String heading, String point) {
        out.println();
        out.println(paint(BOLD, heading) + "  " + paint(DIM, point));
    }

    /**
     * Tells what somebody did or saw, or what was broken on purpose.
     *
     * @param actor who, or {@code "fault"}
     * @param what what
     */
    public void tell(String actor, String what) {
        if (actor.equals("fault")) {
            out.println(time() + paint(RED, pad(actor, ACTOR_WIDTH) + what));
            return;
        }
        String colour = ACTORS.get(Math.floorMod(actor.hashCode(), ACTORS.size()));
        out.println(time() + paint(colour, pad(actor, ACTOR_WIDTH)) + what);
    }

    /**
     * Ends a story well.
     *
     * @param what what was checked
     */
    public void ok(String what) {
        out.println(paint(GREEN, "ok: " + what));
    }

    /** Prints a line as it is. */
    void line(String text) {
        out.println(text);
    }

    /** Prints a line that is a heading of those that follow. */
    void heading(String text) {
        out.println(paint(BOLD, text));
    }

    /** {@return seconds since the beginning, with milliseconds} */
    String elapsed() {
        return String.format(Locale.ROOT, "%.3f", (System.nanoTime() - startNanos) / 1e9);
    }

    private String time() {
        return paint(DIM, String.format(Locale.ROOT, "%8s  ", elapsed()));
    }

    private String paint(String colour, String text) {
        return coloured ? colour + text + PLAIN : text;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }
}
