package io.pinfold.server.transport;

import java.util.ArrayDeque;
import java.util.function.LongConsumer;

/** When it was that entries were handed to the disk, for as long as it has not forced them. Confined to the node loop. */
final class DiskWaits {
    /** Entries of one turn. */
    private record Handed(long lastZxid, long atNanos) {}

    private final ArrayDeque<Handed> handed = new ArrayDeque<>();

    void handed(long lastZxid, long nowNanos) {
        handed.add(new Handed(lastZxid, nowNanos));
    }

    /** The disk took everything up to this entry when it began, and tells how long each of it had waited. */
    void begun(long zxid, long atNanos, LongConsumer waited) {
        for (Handed first = handed.peek(); first != null && first.lastZxid <= zxid; first = handed.peek()) {
            waited.accept(atNanos - first.atNanos);
            handed.remove();
        }
    }

    /** Entries were taken away, and others may come with their numbers. */
    void clear() {
        handed.clear();
    }
}
