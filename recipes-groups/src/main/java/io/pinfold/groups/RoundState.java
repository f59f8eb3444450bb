package io.pinfold.groups;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the znode of a cyclic barrier says: which round is on, and how the one before ended. As text: {@code 12 T}.
 * Immutable.
 *
 * @param round the number of the round for which processes arrive now
 * @param last how the round before ended; 0 in the first
 */
record RoundState(long round, char last) {
    static final char TRIPPED = 'T';
    static final char BROKEN = 'B';

    static final RoundState FIRST = new RoundState(0, '\0');

    /** {@return the state that the bytes stand for} */
    static RoundState of(byte @Nullable [] data) {
        String text = data == null ? "" : new String(data, StandardCharsets.US_ASCII);
        if (!text.matches("\\d{1,18}( [TB])?")) {
            throw new IllegalStateException("Not the state of a cyclic barrier: \"" + text + '"');
        }
        int space = text.indexOf(' ');
        return space < 0
                ? new RoundState(Long.parseLong(text), '\0')
                : new RoundState(Long.parseLong(text.substring(0, space)), text.charAt(space + 1));
    }

    byte[] bytes() {
        String text = last == 0 ? Long.toString(round) : round + " " + last;
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** {@return the state after the round ended} */
    RoundState ended(char outcome) {
        return new RoundState(round + 1, outcome);
    }

    /** {@return whether a round ended because enough were there; false if nobody remembers} */
    boolean tripped(long earlier) {
        return earlier == round - 1 && last == TRIPPED;
    }
}
