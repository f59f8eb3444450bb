package io.pinfold.locks;

/**
 * A place in the queue of a read-write lock, as an onlooker sees it. Immutable.
 *
 * @param mode what its owner wants
 * @param place whose it is, since when
 */
public record ReadWritePlace(Mode mode, LockPlace place) {
    /** What one can want of a read-write lock. */
    public enum Mode {
        /** Together with other readers. */
        READ,
        /** Alone. */
        WRITE
    }
}
