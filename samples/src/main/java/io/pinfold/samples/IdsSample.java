package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.config.IdGenerator;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   two processes that take numbers for their orders from one supply.
 * The guarantee:   no number is given out twice; a thousand numbers cost one transaction.
 * The failure:     the session of one ends, and it goes on with the numbers that it has.
 */
public final class IdsSample {
    private IdsSample() {}

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
        String path = "/samples/ids-" + UUID.randomUUID();
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                IdGenerator adas = IdGenerator.blocksOf(1_000, ada, path);
                IdGenerator bobs = IdGenerator.blocksOf(1_000, bob, path)) {
            Set<Long> taken = new HashSet<>();
            say.accept("ada", "takes number " + note(taken, adas.next()));
            say.accept("bob", "takes number " + note(taken, bobs.next()));
            for (int i = 0; i < 400; i++) {
                note(taken, adas.next());
                note(taken, bobs.next());
            }
            say.accept("fault", "bob's session ends");
            endSession.accept(bob);
            say.accept(
                    "bob", "goes on with number " + note(taken, bobs.nextAsync().get(5, SECONDS)));
            ada.sync(path); // her server may be another one than bob's, and a little behind
            int transactions = ada.get(path).version();
            say.accept("server", "was asked " + transactions + " times for " + taken.size() + " numbers");
            check(transactions <= 4, "a block at a time, one ahead");
        }
        return "no number twice.";
    }

    private static long note(Set<Long> taken, long id) {
        check(taken.add(id), "no number is given out twice");
        return id;
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
