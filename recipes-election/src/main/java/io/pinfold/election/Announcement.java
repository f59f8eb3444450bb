package io.pinfold.election;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What a candidate's znode says. Immutable.
 *
 * <p>A candidate with nothing to say but its name writes what Apache Curator's candidates write: the name. Otherwise
 * {@code name NUL successor NUL metadata}, all UTF-8; Curator's participants show that as a strange name, and that is all.
 *
 * @param id what the candidate calls itself
 * @param successor to whom it is handing leadership over, or empty
 * @param metadata what else it wants to be known, or empty
 */
record Announcement(String id, String successor, String metadata) {
    private static final char SEPARATOR = '\0';

    Announcement(String id, String metadata) {
        this(id, "", metadata);
    }

    Announcement withSuccessor(String next) {
        return new Announcement(id, next, metadata);
    }

    Announcement withMetadata(String text) {
        return new Announcement(id, successor, text);
    }

    byte[] bytes() {
        boolean plain = successor.isEmpty() && metadata.isEmpty();
        return (plain ? id : id + SEPARATOR + successor + SEPARATOR + metadata).getBytes(UTF_8);
    }

    /** {@return what some znode says, whoever wrote it} */
    static Announcement of(byte[] data) {
        String text = new String(data, UTF_8);
        int first = text.indexOf(SEPARATOR);
        int second = first < 0 ? -1 : text.indexOf(SEPARATOR, first + 1);
        return second < 0
                ? new Announcement(text, "", "")
                : new Announcement(
                        text.substring(0, first), text.substring(first + 1, second), text.substring(second + 1));
    }
}
