package io.pinfold.testing;

import java.util.Arrays;

/** Kinds of requests, for faults that hit one of them. Immutable. */
public enum OpType {
    /** Creates a znode of any kind. */
    CREATE(1, 15, 19, 21),
    /** Deletes a znode. */
    DELETE(2),
    /** Asks whether there is a znode. */
    EXISTS(3),
    /** Reads a znode. */
    GET(4),
    /** Sets the data of a znode. */
    SET(5),
    /** Lists the children of a znode. */
    CHILDREN(8, 12),
    /** Catches up with the leader. */
    SYNC(9),
    /** A transaction. */
    MULTI(14),
    /** Sets a lasting watch. */
    WATCH(106),
    /** Whatever changes something: creates, deletes, sets, or does several of these. */
    WRITE(1, 2, 5, 14, 15, 19, 21),
    /** Whatever a program asks for, but no sign of life. */
    ANY();

    private static final int PING = 11;
    private static final int[] BY_THE_CLIENT_ITSELF = {PING, 100, 101, 102, 105, -11};

    private final int[] numbers;

    OpType(int... numbers) {
        this.numbers = numbers;
    }

    /**
     * {@return whether a request is of this kind}
     *
     * @param opCode its number in the protocol of Apache ZooKeeper
     */
    public boolean includes(int opCode) {
        return this == ANY
                ? Arrays.stream(BY_THE_CLIENT_ITSELF).noneMatch(number -> number == opCode)
                : Arrays.stream(numbers).anyMatch(number -> number == opCode);
    }
}
