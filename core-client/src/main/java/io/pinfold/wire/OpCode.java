package io.pinfold.wire;

import org.jspecify.annotations.Nullable;

/** The operations of the protocol by number. */
public enum OpCode {
    /** Never a request. */
    NOTIFICATION(0, Kind.INTERNAL),
    /** Creates a znode, answers its path. */
    CREATE(1, Kind.WRITE),
    /** Deletes a znode. */
    DELETE(2, Kind.WRITE),
    /** Reads the metadata. */
    EXISTS(3, Kind.READ),
    /** Reads data and metadata. */
    GET_DATA(4, Kind.READ),
    /** Sets the data. */
    SET_DATA(5, Kind.WRITE),
    /** Reads the access control list. */
    GET_ACL(6, Kind.READ),
    /** Sets the access control list. */
    SET_ACL(7, Kind.WRITE),
    /** Lists the children. */
    GET_CHILDREN(8, Kind.READ),
    /** Catches up with the leader. */
    SYNC(9, Kind.SYNC),
    /** Says that the session lives. */
    PING(11, Kind.READ),
    /** Lists the children and reads the metadata. */
    GET_CHILDREN2(12, Kind.READ),
    /** Checks a version; only inside a transaction. */
    CHECK(13, Kind.PART),
    /** A transaction. */
    MULTI(14, Kind.WRITE),
    /** Creates a znode, answers path and metadata. */
    CREATE2(15, Kind.WRITE),
    /** Changes the membership. */
    RECONFIG(16, Kind.WRITE),
    /** Asks whether a watch exists. */
    CHECK_WATCHES(17, Kind.READ),
    /** Removes watches. */
    REMOVE_WATCHES(18, Kind.READ),
    /** Creates a container. */
    CREATE_CONTAINER(19, Kind.WRITE),
    /** Deletes an empty container; the server's own, never a client's. */
    DELETE_CONTAINER(20, Kind.INTERNAL),
    /** Creates a znode with a time to live. */
    CREATE_TTL(21, Kind.WRITE),
    /** A batch of reads. */
    MULTI_READ(22, Kind.READ),
    /** Brings credentials. */
    AUTH(100, Kind.CONNECTION),
    /** Renews one-shot watches. */
    SET_WATCHES(101, Kind.READ),
    /** One step of a SASL exchange. */
    SASL(102, Kind.CONNECTION),
    /** Lists the session's ephemeral znodes. */
    GET_EPHEMERALS(103, Kind.READ),
    /** Counts all descendants. */
    GET_ALL_CHILDREN_NUMBER(104, Kind.READ),
    /** Renews watches of every kind. */
    SET_WATCHES2(105, Kind.READ),
    /** Adds a lasting watch. */
    ADD_WATCH(106, Kind.READ),
    /** Lists the connection's identities. */
    WHO_AM_I(107, Kind.READ),
    /** A failed operation among the results of a transaction. */
    ERROR(-1, Kind.INTERNAL),
    /** Opens a session; the server's own, never a client's. */
    CREATE_SESSION(-10, Kind.INTERNAL),
    /** Closes the session. */
    CLOSE_SESSION(-11, Kind.WRITE);

    /** How an operation is dealt with. */
    private enum Kind {
        /** Ordered, changes the state. */
        WRITE,
        /** Answered from the state of one member. */
        READ,
        /** Asks the leader without changing anything. */
        SYNC,
        /** Concerns the connection alone. */
        CONNECTION,
        /** Comes only inside of a transaction. */
        PART,
        /** Not a request at all. */
        INTERNAL
    }

    private static final int LOWEST = -11;
    private static final int HIGHEST = 107;
    private static final @Nullable OpCode[] BY_NUMBER = new @Nullable OpCode[HIGHEST - LOWEST + 1];

    static {
        for (OpCode code : values()) {
            BY_NUMBER[code.number - LOWEST] = code;
        }
    }

    private final int number;
    private final Kind kind;

    OpCode(int number, Kind kind) {
        this.number = number;
        this.kind = kind;
    }

    /** {@return the number of this operation on the wire} */
    public int number() {
        return number;
    }

    /** {@return whether clients may send this as a request of its own; anything else is not implemented for them} */
    public boolean isRequest() {
        return kind != Kind.INTERNAL && kind != Kind.PART;
    }

    /** {@return whether this changes replicated state, so that it takes its place in the order of transactions} */
    public boolean isWrite() {
        return kind == Kind.WRITE || kind == Kind.PART;
    }

    /** {@return whether this creates a znode} */
    public boolean isCreate() {
        return this == CREATE || this == CREATE2 || this == CREATE_CONTAINER || this == CREATE_TTL;
    }

    /**
     * {@return the operation with this number, or null if there is none}
     *
     * @param number a number from the wire
     */
    public static @Nullable OpCode of(int number) {
        return number < LOWEST || number > HIGHEST ? null : BY_NUMBER[number - LOWEST];
    }
}
