package io.pinfold.locks;

import io.pinfold.framework.Lease;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Who holds a lock and who waits for it, as it was a moment ago. Immutable.
 *
 * @param holder who holds the lock, if somebody does
 * @param waiters who waits, in the order in which they will get it
 */
public record LockView(Optional<LockPlace> holder, List<LockPlace> waiters) {
    /**
     * Keeps its own copy of the list.
     *
     * @param holder who holds the lock
     * @param waiters who waits
     */
    public LockView {
        waiters = List.copyOf(waiters);
    }

    /** {@return whether nobody held or wanted the lock} */
    public boolean isFree() {
        return holder.isEmpty();
    }

    /**
     * {@return how many are before a lease: 0 for the holder; empty if the view does not show it}
     *
     * @param lease a lease of this lock
     */
    public OptionalInt positionOf(Lease lease) {
        return positionOf(lease.path());
    }

    /**
     * {@return how many are before a place: 0 for the holder; empty if the view does not show it}
     *
     * @param path the place's znode
     */
    public OptionalInt positionOf(String path) {
        if (holder.isPresent() && holder.get().path().equals(path)) {
            return OptionalInt.of(0);
        }
        for (int i = 0; i < waiters.size(); i++) {
            if (waiters.get(i).path().equals(path)) {
                return OptionalInt.of(i + 1);
            }
        }
        return OptionalInt.empty();
    }
}
