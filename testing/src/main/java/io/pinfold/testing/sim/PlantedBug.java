package io.pinfold.testing.sim;

/**
 * Mistakes of the rim and of disks, to show that the simulator notices them. Mistakes inside of the engine are rules of
 * {@link io.pinfold.server.consensus.Safeguard} that are taken away.
 */
public enum PlantedBug {
    /** What is written counts as durable before the force. */
    ACKNOWLEDGED_BEFORE_FORCE,
    /** A force is taken to cover what was asked for while it ran. */
    FORCE_COVERS_LATER_ENTRIES,
    /** No force does anything. */
    NOTHING_FORCED,
    /** A force of the log does nothing now and then. */
    FORCE_LOST_NOW_AND_THEN,
    /** Names of files are never forced: ZOOKEEPER-2249 and its kin. */
    DIRECTORY_NOT_FORCED,
    /** A snapshot gets its name before its bytes are durable: ZOOKEEPER-1653. */
    SNAPSHOT_NOT_FORCED,
    /** Votes are written, but not forced. */
    METADATA_NOT_FORCED,
    /** Votes are not written at all. */
    VOTE_LOST,
    /** A failed force is tried again, and its success believed. */
    FORCE_RETRIED,
    /** A member with an empty directory goes by its old number of incarnation, and votes: ZOOKEEPER-261. */
    OLD_INCARNATION_CLAIMED,
    /** A link loses a frame now and then and goes on. */
    FRAME_LOST,
    /** Two frames of a link change places now and then. */
    FRAMES_REORDERED,
    /** A client's frames are lost now and then. */
    CLIENT_FRAME_LOST
}
