package io.pinfold.server.admin;

/**
 * What a look at the data directory shows. Immutable.
 *
 * @param bytes what log and snapshots take on the disk
 * @param snapshotZxid up to where the newest snapshot goes; -1 without one
 * @param snapshotSeconds when it was completed, in seconds since 1970; -1 without one
 */
public record DirectoryFacts(long bytes, long snapshotZxid, long snapshotSeconds) {
    /** Of a member in memory, or when nobody asks. */
    public static final DirectoryFacts NONE = new DirectoryFacts(0, -1, -1);
}
