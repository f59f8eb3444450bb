package io.pinfold.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.client.SessionState;
import io.pinfold.config.ConfigTree;
import io.pinfold.config.ConfigValue;
import io.pinfold.framework.Codec;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/*
 * What it shows:   a configuration that a shop follows while an operator changes it.
 * The guarantee:   what is published together is seen together; a value that is not good does not get in; at a start
 *                  without a server the last good values are there.
 * The failure:     the shop's session ends, and it is restarted while it cannot reach any server.
 */
public final class ConfigSample {
    private ConfigSample() {}

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
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        String path = "/samples/config-" + UUID.randomUUID();
        Path file = Files.createTempDirectory("pinfold").resolve("shop.config");
        try (PinfoldClient operator = PinfoldClient.connect(servers);
                PinfoldClient shop = PinfoldClient.connect(servers);
                ConfigTree desk = ConfigTree.at(operator, path);
                ConfigTree config =
                        ConfigTree.builder(shop, path).lastGood(file).build()) {
            ConfigValue<Integer> limit = config.value("cart/limit", Codec.INT_TEXT, 50, n -> n > 0);
            config.ready().get(5, SECONDS);
            desk.publish(Map.of("cart/limit", "60".getBytes(UTF_8), "cart/currency", "EUR".getBytes(UTF_8)));
            say.accept("operator", "publishes a limit of 60 and a currency, in one transaction");
            await(() -> limit.get() == 60);
            check(config.snapshot().entry("cart/currency").isPresent(), "one transaction, one change");
            var slip = desk.publish(Map.of("cart/limit", "none".getBytes(UTF_8)));
            await(() -> limit.problem().isPresent());
            check(limit.get() == 60, "the last good value stays");
            say.accept("shop", "keeps 60, because " + limit.problem().orElseThrow());

            say.accept("fault", "the shop's session ends");
            endSession.accept(shop);
            slip.undo();
            desk.update("cart/limit", Codec.INT_TEXT, 0, n -> n + 10);
            say.accept("operator", "takes that back, and adds 10");
            if (shop.session().state() != SessionState.CLOSED) { // elsewhere the sample cannot end sessions; it closes
                await(() -> limit.get() == 70);
                say.accept("shop", "goes on in its next session, with " + limit.get());
            }
            config.closeAsync().get(5, SECONDS); // what was seen is in the file
        }
        try (PinfoldClient nowhere = PinfoldClient.connect("127.0.0.1:1");
                ConfigTree config =
                        ConfigTree.builder(nowhere, path).lastGood(file).build()) {
            String currency = config.snapshot().get("cart/currency", Codec.TEXT).orElseThrow();
            check(!config.freshness().live(), "what is old says so");
            say.accept("shop", "starts without a server, with " + currency + " from its file");
        }
        return "every change seen, nothing bad taken over, and a start without a server.";
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
