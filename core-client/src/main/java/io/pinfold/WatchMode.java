package io.pinfold;

/** The two kinds of lasting watches; {@link #flag()} is the number that the Apache ZooKeeper protocol uses. */
public enum WatchMode {
    /** Tells of every change of one znode and of its set of children. */
    PERSISTENT(0),
    /** Tells of creation, change and deletion of a znode and everything below it. */
    PERSISTENT_RECURSIVE(1);

    private final int flag;

    WatchMode(int flag) {
        this.flag = flag;
    }

    /** {@return the number of this mode on the wire} */
    public int flag() {
        return flag;
    }
}
