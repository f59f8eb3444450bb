package io.pinfold.server.engine;

/**
 * One line of the audit log, in the form of Apache ZooKeeper's: keys and values, with tabs between them and the result at the
 * end. What a client chose cannot make a second line or another key of it. Not thread-safe.
 */
public final class AuditLine {
    /** Who wants to know of a line. */
    public enum Kind {
        /** Who may do what, and who belongs to the ensemble, was changed; or somebody was refused. */
        SECURITY,
        /** Anything else was changed, or somebody proved who he is. */
        CHANGE
    }

    /** What became of it. */
    public enum Result {
        /** It was done. */
        SUCCESS("success"),
        /** It was refused. */
        FAILURE("failure"),
        /** It was asked for, and nobody waited for the answer. */
        INVOKED("invoked");

        private final String word;

        Result(String word) {
            this.word = word;
        }
    }

    private final StringBuilder text = new StringBuilder(128);

    /** {@return this line with a key more, unless there is nothing to say} */
    public AuditLine with(String key, String value) {
        if (!value.isEmpty()) {
            text.append(key).append('=');
            value.chars().forEach(this::append);
            text.append('\t');
        }
        return this;
    }

    private void append(int letter) {
        if (Character.isISOControl(letter) || letter == '\u2028' || letter == '\u2029') {
            text.append(String.format("\\u%04x", letter));
        } else {
            text.append((char) letter);
        }
    }

    /** {@return the whole line} */
    public String end(Result result) {
        return text + "result=" + result.word;
    }
}
