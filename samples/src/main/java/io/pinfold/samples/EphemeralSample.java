package io.pinfold.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.CreateMode;
import io.pinfold.WatchEvent;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/*
 * What it shows:   a worker announces itself by a znode that lives as long as its session.
 * The guarantee:   the znode survives lost connections, goes when the session ends, and all znodes of a session go at once.
 * The failure:     first the worker's connection is cut (nothing happens), then its session ends (the znode goes, and
 *                  whoever watches is told). Nobody can cut connections of servers elsewhere; there only the end is shown.
 */
public final class EphemeralSample {
    private EphemeralSample() {}

    /** Plays on the servers that are named, as in {@code host:port}, or else on one inside this process. */
    public static void main(String[] args)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        BiConsumer<String, String> say = (who, what) -> System.out.println(who + ": " + what);
        if (args.length > 0) {
            say.accept("ok", run(args[0], client -> false, PinfoldClient::close, say));
            return;
        }
        try (PinfoldServer server = PinfoldServer.start(ServerConfig.standalone())) {
            Predicate<PinfoldClient> cut =
                    client -> server.dropConnection(client.session().id());
            Consumer<PinfoldClient> end =
                    client -> server.expireSession(client.session().id());
            say.accept("ok", run(server.connectString(), cut, end, say));
        }
    }

    static String run(
            String servers,
            Predicate<PinfoldClient> cutConnection,
            Consumer<PinfoldClient> endSession,
            BiConsumer<String, String> say)
            throws InterruptedException, ExecutionException, TimeoutException {
        try (PinfoldClient observer = PinfoldClient.connect(servers);
                PinfoldClient worker = PinfoldClient.connect(servers)) {
            String workers = observer.create("/workers-", null, CreateMode.PERSISTENT_SEQUENTIAL)
                    .path(); // the server appends a number that makes it unique
            String announced = workers + "/worker-1";
            worker.create(announced, "10.0.0.1".getBytes(UTF_8), CreateMode.EPHEMERAL);
            say.accept("worker", "announces itself by a znode that belongs to its session");
            CompletableFuture<WatchEvent> gone = new CompletableFuture<>();
            observer.sync(announced); // its server may be another one, and a little behind
            check(observer.exists(announced, gone::complete).isPresent(), "everybody sees what was created");
            say.accept("observer", "sees " + observer.children(workers) + " and watches");

            if (cutConnection.test(worker)) {
                say.accept("fault", "the worker's connection is cut");
                worker.sync(announced); // returns when the client is connected again
                say.accept("observer", "sees " + observer.children(workers) + ": the session lives on");
            }
            check(observer.exists(announced).isPresent(), "an ephemeral znode outlives a lost connection");
            check(!gone.isDone(), "nobody is told of what did not happen");

            say.accept("fault", "the worker's session ends");
            endSession.accept(worker);
            WatchEvent event = gone.get(5, SECONDS);
            say.accept("observer", "is told " + event.type() + " " + event.path());
            say.accept("observer", "sees " + observer.children(workers));
            check(observer.children(workers).isEmpty(), "an ephemeral znode goes with its session");
            observer.delete(workers);
        }
        return "the znode outlived the connection and went with the session.";
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
