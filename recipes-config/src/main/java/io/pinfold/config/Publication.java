package io.pinfold.config;

import io.pinfold.Op;
import io.pinfold.framework.Waiting;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Keys that were {@linkplain ConfigTree#publish published} together, and what they were before. Immutable. */
public final class Publication {
    private final ConfigWrites writes;
    private final SortedSet<String> keys;
    private final List<Op> back;

    Publication(ConfigWrites writes, SortedSet<String> keys, List<Op> back) {
        this.writes = writes;
        this.keys = Collections.unmodifiableSortedSet(new TreeSet<>(keys));
        this.back = List.copyOf(back);
    }

    /** {@return the keys that were published, sorted} */
    public SortedSet<String> keys() {
        return keys;
    }

    /**
     * Makes the keys what they were before, in one transaction; those that were not there are removed. Waits for the
     * server. Keys that were made only because they are above others stay.
     *
     * @throws io.pinfold.BadVersionException if somebody changed one of them since, or made keys below one that is to be
     *     removed; then nothing is changed
     * @throws io.pinfold.OutcomeUnknownException if it could not be found out whether it was done; doing it again does no
     *     harm: it happens once at most
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused; then nothing is changed
     */
    public void undo() {
        Waiting.forChange(undoAsync(), writes.root());
    }

    /** {@return completes, or fails, as {@link #undo} returns or throws, on the client's callback executor} */
    public CompletableFuture<Void> undoAsync() {
        return Futures.plain(writes.undo(back));
    }

    @Override
    public String toString() {
        return "Publication" + keys;
    }
}
