package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.groups.Partitioner;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/*
 * What it shows:   twelve shards that are divided among workers, anew when one comes or goes.
 * The guarantee:   a shard has one owner, whose token is larger than those before; the old one is done before the new one begins.
 * The failure:     the session of a worker ends. It is told to stop, and the others take over.
 */
public final class PartitionSample {
    private PartitionSample() {}

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
        String path = "/samples/partition-" + UUID.randomUUID();
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                PinfoldClient cleo = PinfoldClient.connect(servers);
                Partitioner adas = join(ada, path, "ada");
                Partitioner bobs = join(bob, path, "bob")) {
            await(() -> adas.owned().size() + bobs.owned().size() == 12
                    && !bobs.owned().isEmpty());
            say.accept("ada", "owns " + adas.owned());
            say.accept("bob", "owns " + bobs.owned());
            Set<String> before = adas.owned();

            try (Partitioner cleos = join(cleo, path, "cleo")) {
                await(() -> adas.owned().size()
                                        + bobs.owned().size()
                                        + cleos.owned().size()
                                == 12
                        && !cleos.owned().isEmpty());
                say.accept("cleo", "comes, and owns " + cleos.owned());
                check(before.containsAll(adas.owned()), "only what the new one gets moves");

                say.accept("fault", "bob's session ends");
                endSession.accept(bob);
                await(() -> adas.owned().size() + cleos.owned().size()
                        == 12 - bobs.owned().size());
                say.accept(
                        "all", "twelve are owned again, " + bobs.owned().size() + " of them by bob in a new session");
                cleos.closeAsync().get(5, SECONDS);
            }
            say.accept("cleo", "gave everything back");
        }
        return "twelve shards, one owner each, whoever came and went.";
    }

    private static Partitioner join(PinfoldClient client, String path, String id) throws InterruptedException {
        return Partitioner.builder(client, path)
                .resources(List.of("s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11"))
                .settleFor(Duration.ofMillis(100))
                .join(id);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
