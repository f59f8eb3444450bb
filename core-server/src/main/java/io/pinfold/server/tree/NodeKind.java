package io.pinfold.server.tree;

import org.jspecify.annotations.Nullable;

/** How long a znode lives. Kept as a field of its own, never folded into the owner's number. Immutable. */
public enum NodeKind {
    /** Lives until it is deleted. */
    PERSISTENT(0),
    /** Lives until it is deleted or its session ends. */
    EPHEMERAL(1),
    /** May be deleted by the server once it has lost its last child. */
    CONTAINER(2),
    /** May be deleted by the server when it had neither children nor new data for its time to live. */
    TTL(3);

    private static final NodeKind[] BY_NUMBER = values();

    private final int number;

    NodeKind(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** {@return whether the server may delete such a znode by itself, without the end of a session} */
    public boolean isRemovable() {
        return this == CONTAINER || this == TTL;
    }

    static @Nullable NodeKind of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
