package io.pinfold;

/** The kinds of znodes; {@link #flag()} is the number that the Apache ZooKeeper protocol uses. */
public enum CreateMode {
    /** Lives until it is deleted. */
    PERSISTENT(0, false, false),
    /** Lives until it is deleted or the session that created it ends; may not have children. */
    EPHEMERAL(1, true, false),
    /** Persistent, with a ten-digit counter of the parent appended to the name. */
    PERSISTENT_SEQUENTIAL(2, false, true),
    /** Ephemeral, with a ten-digit counter of the parent appended to the name. */
    EPHEMERAL_SEQUENTIAL(3, true, true),
    /** Deleted by the server some time after its last child went. */
    CONTAINER(4, false, false),
    /** Persistent, and deleted by the server when it had no children and no change for a given time. */
    PERSISTENT_WITH_TTL(5, false, false),
    /** As {@link #PERSISTENT_WITH_TTL}, with a ten-digit counter of the parent appended to the name. */
    PERSISTENT_SEQUENTIAL_WITH_TTL(6, false, true);

    private static final CreateMode[] BY_FLAG = values();

    private final int flag;
    private final boolean ephemeral;
    private final boolean sequential;

    CreateMode(int flag, boolean ephemeral, boolean sequential) {
        this.flag = flag;
        this.ephemeral = ephemeral;
        this.sequential = sequential;
    }

    /** {@return the number of this mode on the wire} */
    public int flag() {
        return flag;
    }

    /** {@return whether the znode ends with its session} */
    public boolean isEphemeral() {
        return ephemeral;
    }

    /** {@return whether the server appends a counter to the name} */
    public boolean isSequential() {
        return sequential;
    }

    /** {@return whether the server removes the znode when it was idle for a given time} */
    public boolean hasTtl() {
        return flag >= 5;
    }

    /**
     * {@return the mode with this number, or {@code null} if there is none}
     *
     * @param flag a number from the wire
     */
    public static @org.jspecify.annotations.Nullable CreateMode ofFlag(int flag) {
        return flag >= 0 && flag < BY_FLAG.length ? BY_FLAG[flag] : null;
    }
}
