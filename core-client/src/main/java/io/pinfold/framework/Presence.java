package io.pinfold.framework;

/** Whether an {@link OwnedNode} is there, as far as this process can know. */
public enum Presence {
    /** Not there, or not known to be; being created. */
    ABSENT,
    /** There, in a session that lives. */
    PRESENT,
    /** Somebody else's znode is at the path; ours is created when that one goes. */
    OCCUPIED,
    /** Given up: closed, refused, or the client is closed. Final. */
    CLOSED
}
