package io.pinfold.server.tree;

import org.jspecify.annotations.Nullable;

/** How long a znode lives. Kept as a field of its own, never folded into the owner's number. Immutable. */
public enum NodeKind {
    /** Lives until it is deleted. */
    PERSISTENT(0),
    /** Lives until it is deleted or its session ends. */
    EPHEMERAL(1),
    /** May be deleted by the server once it has lost its last child. */
    CONTAINER(2);

    private static final NodeKind[] BY_NUMBER = values();

    private final int number;

    NodeKind(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static @Nullable NodeKind of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
