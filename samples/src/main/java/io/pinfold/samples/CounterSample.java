package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.config.AtomicValue;
import io.pinfold.config.DistributedCounter;
import io.pinfold.config.Versioned;
import io.pinfold.framework.Codec;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   two processes that count together, and a value that both change by a function of it.
 * The guarantee:   each change happens once, also when its reply is lost; changes that come at once share a transaction.
 * The failure:     the session of one ends in the middle of its additions.
 */
public final class CounterSample {
    private CounterSample() {}

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
        String path = "/samples/counter-" + UUID.randomUUID();
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                DistributedCounter adas = DistributedCounter.at(ada, path + "/hits");
                DistributedCounter bobs = DistributedCounter.at(bob, path + "/hits")) {
            say.accept("ada", "adds 5: " + adas.addAndGet(5));
            say.accept("bob", "adds 1: " + bobs.incrementAndGet());

            List<CompletableFuture<Long>> added = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                added.add(bobs.addAsync(1));
            }
            say.accept("fault", "bob's session ends while he adds 100 times 1");
            endSession.accept(bob);
            long counted = 0;
            for (CompletableFuture<Long> each : added) {
                counted += each.handle((number, failure) -> failure == null ? 1 : 0)
                        .get(20, SECONDS);
            }
            long all = adas.get();
            say.accept("bob", "knows of " + counted + " additions; the counter says " + all);
            check(all >= 6 + counted && all <= 106, "what was reported happened, and once");

            AtomicValue<String> plan = AtomicValue.at(ada, path + "/plan", Codec.TEXT, "replicas=1");
            Versioned<String> next = plan.update(text -> text.replace("1", "3"));
            say.accept("ada", "changes the plan to " + next.value() + ", version " + next.version());
            check(!plan.compareAndSet(new Versioned<>("replicas=1", 0), "replicas=2"), "it is another one by now");
            plan.close();
        }
        return "every addition counted once.";
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
