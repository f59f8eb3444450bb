package io.pinfold;

/**
 * The kinds of watches that a server keeps, as it is asked for them; {@link #number()} is the number that the Apache
 * ZooKeeper protocol uses.
 */
public enum WatcherType {
    /** One-shot, set by listing children. */
    CHILDREN(1),
    /** One-shot, set by reading data or by asking whether a znode exists. */
    DATA(2),
    /** Any of the others. */
    ANY(3),
    /** Lasting, on one znode: {@link WatchMode#PERSISTENT}. */
    PERSISTENT(4),
    /** Lasting, on a znode and everything below it: {@link WatchMode#PERSISTENT_RECURSIVE}. */
    PERSISTENT_RECURSIVE(5);

    private final int number;

    WatcherType(int number) {
        this.number = number;
    }

    /** {@return the number of this type on the wire} */
    public int number() {
        return number;
    }
}
