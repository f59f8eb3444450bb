package io.pinfold;

import java.util.HashMap;
import java.util.Map;

/** The error numbers of the Apache ZooKeeper protocol, and the exception that each becomes in the client. */
public enum ErrorCode {
    /** Success. */
    OK(0),
    /** The server could not say what went wrong. */
    SYSTEM_ERROR(-1),
    /** In a failed transaction: an operation behind the one that failed. */
    RUNTIME_INCONSISTENCY(-2),
    /** The server found its data inconsistent. */
    DATA_INCONSISTENCY(-3),
    /** The connection broke; made by clients, never sent. */
    CONNECTION_LOSS(-4),
    /** The request's record could not be read. */
    MARSHALLING_ERROR(-5),
    /** The server does not know this operation or has it turned off. */
    UNIMPLEMENTED(-6),
    /** An operation took too long; made by clients, never sent. */
    OPERATION_TIMEOUT(-7),
    /** A path or an argument is not legal. */
    BAD_ARGUMENTS(-8),
    /** A new configuration has no quorum of synchronised members. */
    NEW_CONFIG_NO_QUORUM(-13),
    /** Another membership change is running. */
    RECONFIG_IN_PROGRESS(-14),
    /** The znode, or the parent of a znode to be created, does not exist. */
    NO_NODE(-101),
    /** The connection's identities may not do this. */
    NO_AUTH(-102),
    /** The version is not the expected one. */
    BAD_VERSION(-103),
    /** Ephemeral znodes may not have children. */
    NO_CHILDREN_FOR_EPHEMERALS(-108),
    /** The znode exists already. */
    NODE_EXISTS(-110),
    /** The znode has children. */
    NOT_EMPTY(-111),
    /** The session is over. */
    SESSION_EXPIRED(-112),
    /** The access control list is empty or not legal. */
    INVALID_ACL(-114),
    /** Authentication failed. */
    AUTH_FAILED(-115),
    /** The session is attached to another server by now. */
    SESSION_MOVED(-118),
    /** A write on a server that serves reads only. */
    NOT_READ_ONLY(-119),
    /** An ephemeral znode cannot be created on a local session. */
    EPHEMERAL_ON_LOCAL_SESSION(-120),
    /** There is no such watch. */
    NO_WATCHER(-121),
    /** A request took too long; made by clients, never sent. */
    REQUEST_TIMEOUT(-122),
    /** Membership changes are turned off. */
    RECONFIG_DISABLED(-123),
    /** The server wants SASL authentication and got none. */
    SESSION_CLOSED_REQUIRE_AUTH(-124),
    /** A quota is used up. */
    QUOTA_EXCEEDED(-125),
    /** The request waited too long in the server's queue and was dropped. */
    THROTTLED(-127);

    private static final Map<Integer, ErrorCode> BY_NUMBER = new HashMap<>();

    static {
        for (ErrorCode code : values()) {
            BY_NUMBER.put(code.number, code);
        }
    }

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    /** {@return the number of this code on the wire} */
    public int number() {
        return number;
    }

    /**
     * {@return the code with this number; {@link #SYSTEM_ERROR} for a number that this version does not know}
     *
     * @param number a number from the wire
     */
    public static ErrorCode ofNumber(int number) {
        return number == 0 ? OK : BY_NUMBER.getOrDefault(number, SYSTEM_ERROR);
    }
}
