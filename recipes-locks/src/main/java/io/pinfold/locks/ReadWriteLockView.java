package io.pinfold.locks;

import io.pinfold.locks.ReadWritePlace.Mode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Who holds a read-write lock and who waits for it, as it was a moment ago. Immutable.
 *
 * @param holders who holds it: one writer, or any number of readers. A writer that is about to go on as a reader shows up
 *     as both
 * @param waiters who waits, in the order of arrival
 */
public record ReadWriteLockView(List<ReadWritePlace> holders, List<ReadWritePlace> waiters) {
    /**
     * Keeps its own copies of the lists.
     *
     * @param holders who holds it
     * @param waiters who waits
     */
    public ReadWriteLockView {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }

    /** {@return whether nobody held or wanted the lock} */
    public boolean isFree() {
        return holders.isEmpty();
    }

    /** Sorts out places of both kinds, in any order. */
    static ReadWriteLockView of(List<LockPlace> readers, List<LockPlace> writers) {
        List<ReadWritePlace> queue = new ArrayList<>();
        readers.forEach(place -> queue.add(new ReadWritePlace(Mode.READ, place)));
        writers.forEach(place -> queue.add(new ReadWritePlace(Mode.WRITE, place)));
        if (queue.isEmpty()) {
            return new ReadWriteLockView(List.of(), List.of());
        }
        int pivot = queue.get(0).place().sequence();
        queue.sort(Comparator.comparingInt(each -> each.place().sequence() - pivot)); // the counter wraps around
        int first = queue.get(0).place().sequence();
        int holding = 0;
        boolean written = false;
        for (ReadWritePlace each : queue) {
            boolean next = each.place().sequence() == first || each.mode() == Mode.READ && !written;
            if (!next) {
                break;
            }
            written |= each.mode() == Mode.WRITE;
            holding++;
        }
        return new ReadWriteLockView(queue.subList(0, holding), queue.subList(holding, queue.size()));
    }
}
