package io.pinfold.server.storage;

/**
 * What opening the log found in its newest file. Immutable.
 *
 * @param forcedZxid up to here everything is known to have been forced before
 * @param keptZxid the last entry that was kept
 * @param seenZxid the highest zxid of which a trace was found; beyond {@code keptZxid} it was torn and cut
 */
public record LogTail(long forcedZxid, long keptZxid, long seenZxid) {}
