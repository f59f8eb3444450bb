package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.client.SessionState;
import io.pinfold.groups.Registration;
import io.pinfold.groups.ServiceInstance;
import io.pinfold.groups.ServicePool;
import io.pinfold.groups.ServiceRegistry;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   two instances of a service that register, and a client that chooses among them.
 * The guarantee:   a drained or failing instance gets no requests; an update is seen in place; the nearer zone comes first.
 * The failure:     the session of an instance ends. It is registered again, or the other one is asked.
 */
public final class RegistrySample {
    private RegistrySample() {}

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
        String path = "/samples/registry-" + UUID.randomUUID();
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                PinfoldClient shop = PinfoldClient.connect(servers);
                ServicePool pool = ServiceRegistry.at(shop, path)
                        .pool("payments")
                        .preferZone("eu-1")
                        .ejectAfter(2, Duration.ofSeconds(30))
                        .build()) {
            Registration near = ServiceRegistry.at(ada, path)
                    .register(ServiceInstance.of("payments", "10.0.0.7", 8080)
                            .withId("near")
                            .withMeta(ServiceInstance.ZONE, "eu-1"));
            Registration far = ServiceRegistry.at(bob, path)
                    .register(ServiceInstance.of("payments", "10.9.0.7", 8080)
                            .withId("far")
                            .withMeta(ServiceInstance.ZONE, "us-1"));
            awaitChoice(pool, "near");
            say.accept("shop", "asks " + pool.choose().orElseThrow().uri("/pay"));

            near.update(instance -> instance.withEnabled(false)).get(5, SECONDS);
            awaitChoice(pool, "far");
            say.accept("shop", "asks the other zone while the near instance is drained");
            near.update(instance -> instance.withEnabled(true)).get(5, SECONDS);
            awaitChoice(pool, "near");
            ServiceInstance ill = pool.choose().orElseThrow();
            pool.noteFailure(ill);
            pool.noteFailure(ill);
            awaitChoice(pool, "far");
            say.accept("shop", "asks the other zone for a while: the near instance failed twice");
            say.accept("fault", "the session of the far instance ends");
            endSession.accept(bob);
            // Elsewhere the sample cannot end sessions, and closes the client; then rather the one that failed than
            // nobody.
            String next = bob.session().state() == SessionState.CLOSED ? "near" : "far";
            awaitChoice(pool, next);
            say.accept("shop", "asks the " + next + " instance" + (next.equals("far") ? ", registered again" : ""));
            near.close();
            far.close();
        }
        return "every request had somebody to ask.";
    }

    private static void awaitChoice(ServicePool pool, String id) {
        while (!pool.choose().map(ServiceInstance::id).orElse("").equals(id)) {
            Thread.onSpinWait();
        }
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
