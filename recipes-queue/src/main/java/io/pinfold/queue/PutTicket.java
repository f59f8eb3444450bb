package io.pinfold.queue;

import io.pinfold.Op;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An item on its way into the queue, or several that are put as one. Confined to the queue's progress, but for the future,
 * which completes once: with a receipt, or with nothing if there was no room for somebody who does not wait.
 */
final class PutTicket {
    final String id;
    final byte[] data;
    final PutOptions options;
    final @Nullable String dedupKey;
    /** What is put with it, or neither is. */
    final List<Part> others;
    /** What must happen together with the put, or neither does. */
    final List<Op> along;
    /** Whether it waits for room. */
    final boolean patient;

    final long since;
    final CompletableFuture<@Nullable Receipt> done = new CompletableFuture<>();
    /** Whether it was sent, so that it may be in the queue. */
    boolean sent;

    /**
     * Another item of the same put. Immutable; the data must not be changed.
     *
     * @param id a GUID
     * @param data what becomes the data of its znode
     */
    record Part(String id, byte[] data) {}

    PutTicket(
            Layout layout,
            String id,
            Envelope envelope,
            List<Part> others,
            PutOptions options,
            List<Op> along,
            boolean patient,
            long since) {
        this.id = id;
        this.data = layout.write(envelope);
        this.options = options;
        this.dedupKey = envelope.dedupKey();
        this.others = List.copyOf(others);
        this.along = List.copyOf(along);
        this.patient = patient;
        this.since = since;
    }

    /** {@return what tells of each of the items when they were put} */
    List<Receipt> receipts() {
        return Stream.concat(Stream.of(id), others.stream().map(Part::id))
                .map(item -> new Receipt(item, false))
                .toList();
    }

    /** {@return how many items it puts} */
    int size() {
        return 1 + others.size();
    }

    int bytes() {
        return data.length
                + others.stream().mapToInt(part -> part.data().length).sum();
    }
}
