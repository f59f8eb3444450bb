package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.pinfold.WatchEvent;
import io.pinfold.client.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A watcher of our client that keeps what it is told. Thread-safe. */
final class WatchLog implements Watcher {
    private final BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();

    @Override
    public void onEvent(WatchEvent event) {
        events.add(event);
    }

    /** Waits for the next event. */
    WatchEvent next() throws InterruptedException {
        WatchEvent event = events.poll(20, TimeUnit.SECONDS);
        assertNotNull(event, "no event came");
        return event;
    }

    /** {@return what was told since the last look, as type and path} */
    List<String> told() {
        List<WatchEvent> drained = new ArrayList<>();
        events.drainTo(drained);
        return drained.stream().map(event -> event.type() + " " + event.path()).toList();
    }
}
