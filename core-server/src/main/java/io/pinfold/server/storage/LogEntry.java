package io.pinfold.server.storage;

/**
 * One transaction as the log keeps it. Immutable; the array must not be changed.
 *
 * @param zxid the transaction's place in the order of all changes
 * @param payload the encoded transaction, opaque to this package
 */
public record LogEntry(long zxid, byte[] payload) {}
