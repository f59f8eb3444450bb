package io.pinfold.server.transport;

import io.pinfold.server.storage.Storage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks now and then how much room the disk has. Confined to the disk thread. */
final class RoomWatch {
    /** How often it looks while there is little room, though nothing is written. */
    static final long PAUSE_MILLIS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(RoomWatch.class);
    /** How often it looks while much is written: in this time no disk takes what is kept in reserve. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Storage storage;
    private long lookedNanos;
    private boolean looked;
    private boolean low;

    RoomWatch(Storage storage) {
        this.storage = storage;
    }

    /** {@return whether there was hardly any room when it looked last} */
    boolean isLow() {
        return low;
    }

    /** Looks, unless it has just done so, and tells if it has changed. */
    void look(DiskThread.Listener listener) {
        long now = System.nanoTime();
        if (looked && now - lookedNanos < REST_NANOS) {
            return;
        }
        looked = true;
        lookedNanos = now;
        boolean before = low;
        low = !storage.hasRoom();
        if (low && !before) {
            LOG.warn(
                    "room-low dir={} reason=znodes are neither created nor changed until there is room",
                    storage.location());
        } else if (before && !low) {
            LOG.info("room-back dir={}", storage.location());
        }
        if (low != before) {
            listener.onRoom(low);
        }
    }
}
