package io.pinfold.server.storage;

/**
 * One transaction as the log keeps it. Immutable; the array must not be changed.
 *
 * @param zxid the transaction's place in the order of all changes
 * @param payload the encoded transaction, opaque to this package; at most {@link #MAX_PAYLOAD_BYTES}
 */
public record LogEntry(long zxid, byte[] payload) {
    /** Longest payload that the log takes. */
    public static final int MAX_PAYLOAD_BYTES = 256 << 20;
}
