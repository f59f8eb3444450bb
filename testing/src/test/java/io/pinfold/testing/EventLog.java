package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;

/** A watcher of the Apache client that keeps what it gets, connection events left out. Thread-safe. */
final class EventLog implements Watcher {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void process(WatchedEvent event) {
        if (event.getType() != Event.EventType.None) {
            events.add(event.getType() + " " + event.getPath());
        }
    }

    /** Waits for as many events as are named and checks that they are those, in this order. */
    void assertNext(String... expected) throws InterruptedException {
        for (String event : expected) {
            String next = events.poll(30, TimeUnit.SECONDS);
            assertNotNull(next, "no event, where " + event + " was expected");
            assertEquals(event, next);
        }
    }

    void assertEmpty() {
        assertEquals(0, events.size(), events::toString);
    }
}
