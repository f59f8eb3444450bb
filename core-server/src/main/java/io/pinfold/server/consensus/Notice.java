package io.pinfold.server.consensus;

/** Something about the ensemble that an operator should know; a sentence comes with it. */
public enum Notice {
    /** The leader's disk is so much slower than those of the others that it hands over. */
    DISK_BEHIND,
    /** The data directory has less than this member once acknowledged. */
    DIRECTORY_OLDER,
    /** There has been no leader for some time, and why. */
    NOBODY_LEADS
}
