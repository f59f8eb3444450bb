package io.pinfold.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.CreateMode;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.Subscription;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/*
 * What it shows:   one client writes settings, another watches everything below them.
 * The guarantee:   events arrive in the order of the changes, and never after a read that shows the change.
 * The failure:     the watcher's connection is cut while changes go on. It is told to RESYNC, reads again, and has missed
 *                  nothing: events are news, the znodes are the truth. (Nobody can cut connections of servers elsewhere.)
 */
public final class WatchSample {
    private WatchSample() {}

    /** Plays on the servers that are named, as in {@code host:port}, or else on one inside this process. */
    public static void main(String[] args) throws IOException, InterruptedException {
        BiConsumer<String, String> say = (who, what) -> System.out.println(who + ": " + what);
        if (args.length > 0) {
            say.accept("ok", run(args[0], client -> false, say));
            return;
        }
        try (PinfoldServer server = PinfoldServer.start(ServerConfig.standalone())) {
            Predicate<PinfoldClient> cut =
                    client -> server.dropConnection(client.session().id());
            say.accept("ok", run(server.connectString(), cut, say));
        }
    }

    static String run(String servers, Predicate<PinfoldClient> cutConnection, BiConsumer<String, String> say)
            throws InterruptedException {
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        try (PinfoldClient writer = PinfoldClient.connect(servers);
                PinfoldClient reader = PinfoldClient.connect(servers)) {
            String settings = writer.create("/settings-", null, CreateMode.PERSISTENT_SEQUENTIAL)
                    .path(); // the server appends a number that makes it unique
            String colour = settings + "/colour";
            try (Subscription watch = reader.watch(settings, WatchMode.PERSISTENT_RECURSIVE, events::add)) {
                writer.create(colour, "red".getBytes(UTF_8));
                writer.set(colour, "green".getBytes(UTF_8));
                check(next(events, say) == WatchEvent.Type.NODE_CREATED, "the first event is of the first change");
                check(next(events, say) == WatchEvent.Type.NODE_DATA_CHANGED, "the second is of the second");

                if (cutConnection.test(reader)) {
                    say.accept("fault", "the reader's connection is cut");
                }
                writer.set(colour, "blue".getBytes(UTF_8));
                say.accept("writer", "sets blue meanwhile");

                String seen = "";
                while (!seen.equals("blue")) { // each event, RESYNC included, says: read again
                    next(events, say);
                    seen = new String(reader.get(colour).data(), UTF_8);
                    say.accept("reader", "reads " + seen);
                }
            } finally {
                writer.delete(colour);
                writer.delete(settings);
            }
        }
        return "the reader knows the last colour, although it was away when it was written.";
    }

    private static WatchEvent.Type next(BlockingQueue<WatchEvent> events, BiConsumer<String, String> say)
            throws InterruptedException {
        WatchEvent event = events.poll(5, SECONDS);
        check(event != null, "a change is followed by an event");
        say.accept("reader", "is told " + event.type() + " " + event.path());
        return event.type();
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
