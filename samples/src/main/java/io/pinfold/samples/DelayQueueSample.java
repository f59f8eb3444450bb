package io.pinfold.samples;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.queue.Delivery;
import io.pinfold.queue.PutOptions;
import io.pinfold.queue.Receipt;
import io.pinfold.queue.WorkQueue;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   reminders in a queue: delivered when they are due, the most important first, no two with one key.
 * The guarantee:   nothing comes before it is due by the clock of the ensemble's leader, whatever the clocks of the
 *                  processes say.
 * The failure:     the session of the process that set the reminders ends. They come all the same.
 */
public final class DelayQueueSample {
    private static final Duration TOAST = Duration.ofSeconds(1);
    private static final Duration TEA = Duration.ofSeconds(2);

    private DelayQueueSample() {}

    /** Plays on the servers that are named, as in {@code host:port}, or else on one inside this process. */
    public static void main(String[] args)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        BiConsumer<String, String> say = (who, what) -> System.out.println(who + ": " + what);
        if (args.length > 0) {
            say.accept("ok", run(args[0], PinfoldClient::close, say));
            return;
        }
        try (PinfoldServer server = PinfoldServer.start(ServerConfig.standalone())) {
            Consumer<PinfoldClient> endSession =
                    client -> server.expireSession(client.session().id());
            say.accept("ok", run(server.connectString(), endSession, say));
        }
    }

    static String run(String servers, Consumer<PinfoldClient> endSession, BiConsumer<String, String> say)
            throws InterruptedException, ExecutionException, TimeoutException {
        String path = "/samples/reminders";
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                WorkQueue<String> adas = WorkQueue.at(ada, path, Codec.TEXT);
                WorkQueue<String> bobs = WorkQueue.at(bob, path, Codec.TEXT)) {
            ada.awaitConnected(Duration.ofSeconds(5)); // put() would wait for servers for as long as it takes
            long start = System.nanoTime();
            adas.put("water the plants");
            adas.put("the house is on fire", PutOptions.priority(0));
            PutOptions once = PutOptions.dedupKey("dentist");
            Receipt first = adas.put("call the dentist", once);
            Receipt second = adas.put("call the dentist", once);
            say.accept(
                    "ada",
                    "sets reminders, one of them twice: the second one is "
                            + (second.duplicate() ? "refused" : "there"));
            check(second.id().equals(first.id()), "one key, one reminder");
            adas.put("the tea is ready", PutOptions.delay(TEA));
            adas.put("the toast is ready", PutOptions.delay(TOAST));
            say.accept("ada", "sets two more for later");

            say.accept("fault", "ada's session ends");
            endSession.accept(ada);

            expect(bobs, "the house is on fire", start, say);
            expect(bobs, "water the plants", start, say);
            expect(bobs, "call the dentist", start, say);
            expect(bobs, "the toast is ready", start, say);
            check(millisSince(start) >= TOAST.toMillis(), "nothing comes before it is due");
            expect(bobs, "the tea is ready", start, say);
            check(millisSince(start) >= TEA.toMillis(), "nothing comes before it is due");
        }
        return "five reminders, by importance and in time.";
    }

    private static void expect(WorkQueue<String> queue, String what, long start, BiConsumer<String, String> say)
            throws InterruptedException {
        try (Delivery<String> reminder = queue.take()) {
            say.accept("bob", "after " + millisSince(start) + " ms: " + reminder.item());
            check(reminder.item().equals(what), "the order is that of importance, then of arrival; wanted: " + what);
            reminder.ack();
        }
    }

    private static long millisSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
