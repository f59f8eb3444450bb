package io.pinfold.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.Subscription;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/*
 * What it shows:   one client writes settings, another watches everything below them.
 * The guarantee:   events arrive in the order of the changes, and never after a read that shows the change.
 * The failure:     the watcher's connection is cut while changes go on. It is told to RESYNC, reads again, and has missed
 *                  nothing: events are news, the znodes are the truth.
 */
final class WatchSample implements Sample {
    @Override
    public String name() {
        return "watch";
    }

    @Override
    public String shows() {
        return "one client watches what another writes, and loses its connection meanwhile";
    }

    @Override
    public String run(Stage stage, Narrator say) throws InterruptedException {
        String settings = stage.path("settings");
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        try (PinfoldClient writer = PinfoldClient.connect(stage.servers());
                PinfoldClient reader = PinfoldClient.connect(stage.servers())) {
            writer.create(settings, null);
            try (Subscription watch = reader.watch(settings, WatchMode.PERSISTENT_RECURSIVE, events::add)) {
                writer.create(settings + "/colour", "red".getBytes(UTF_8));
                writer.set(settings + "/colour", "green".getBytes(UTF_8));
                await(events, WatchEvent.Type.NODE_CREATED, say);
                await(events, WatchEvent.Type.NODE_DATA_CHANGED, say);

                say.fault("the reader's connection " + stage.cutConnection(reader));
                writer.set(settings + "/colour", "blue".getBytes(UTF_8));
                say.tell("writer", "sets blue meanwhile");

                String seen = "";
                while (!seen.equals("blue")) { // each event, RESYNC included, says: read again
                    await(events, null, say);
                    seen = new String(reader.get(settings + "/colour").data(), UTF_8);
                    say.tell("reader", "reads " + seen);
                }
            } finally {
                writer.delete(settings + "/colour");
                writer.delete(settings);
            }
        }
        return "the reader knows the last colour, although it was away when it was written.";
    }

    private static void await(
            BlockingQueue<WatchEvent> events, WatchEvent.@org.jspecify.annotations.Nullable Type wanted, Narrator say)
            throws InterruptedException {
        WatchEvent event = events.poll(Duration.ofSeconds(5).toMillis(), TimeUnit.MILLISECONDS);
        BrokenPromise.unless(event != null, "a change is followed by an event");
        say.tell("reader", "is told " + event.type() + " " + event.path());
        BrokenPromise.unless(wanted == null || event.type() == wanted, "events come in the order of the changes");
    }
}
