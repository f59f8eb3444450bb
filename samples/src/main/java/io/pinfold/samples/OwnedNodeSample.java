package io.pinfold.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.OwnedNode;
import io.pinfold.framework.TreeSnapshot;
import io.pinfold.framework.WatchedTree;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/*
 * What it shows:   a worker says where it is, in a znode that is there for as long as the worker wants it.
 * The guarantee:   the znode outlives the session: it is made again in the next one, with the data that were given last.
 * The failure:     the worker's session ends. Nobody can end sessions of servers elsewhere; there somebody deletes the
 *                  znode by hand, and it comes back all the same.
 */
public final class OwnedNodeSample {
    private OwnedNodeSample() {}

    /** Plays on the servers that are named, as in {@code host:port}, or else on one inside this process. */
    public static void main(String[] args)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        BiConsumer<String, String> say = (who, what) -> System.out.println(who + ": " + what);
        if (args.length > 0) {
            say.accept("ok", run(args[0], client -> false, say));
            return;
        }
        try (PinfoldServer server = PinfoldServer.start(ServerConfig.standalone())) {
            Predicate<PinfoldClient> end =
                    client -> server.expireSession(client.session().id());
            say.accept("ok", run(server.connectString(), end, say));
        }
    }

    static String run(String servers, Predicate<PinfoldClient> endSession, BiConsumer<String, String> say)
            throws InterruptedException, ExecutionException, TimeoutException {
        String path = "/samples/owned-node/worker-1";
        try (PinfoldClient observer = PinfoldClient.connect(servers);
                PinfoldClient worker = PinfoldClient.connect(servers);
                WatchedTree seen = WatchedTree.builder(observer, path).build();
                OwnedNode address = OwnedNode.builder(worker, path)
                        .data("10.0.0.1".getBytes(UTF_8))
                        .waitWhileOccupied() // by what is left of a predecessor, perhaps
                        .build()) {
            long first = address.created().get(20, SECONDS).czxid();
            say.accept("worker", "is at 10.0.0.1");
            address.update("10.0.0.2".getBytes(UTF_8)).get(5, SECONDS);
            seen.when(now -> data(now, path).equals(Optional.of("10.0.0.2"))).get(5, SECONDS);
            say.accept("observer", "sees 10.0.0.2");

            if (endSession.test(worker)) {
                say.accept("fault", "the worker's session ends");
            } else {
                observer.delete(path);
                say.accept("fault", "somebody deletes the znode");
            }
            TreeSnapshot anew = seen.when(now -> now.get(path)
                            .map(node -> node.stat().czxid() > first)
                            .orElse(false))
                    .get(20, SECONDS);
            check(data(anew, path).equals(Optional.of("10.0.0.2")), "what was given last is there again");
            say.accept("observer", "sees " + data(anew, path).orElse("nothing") + " in a new znode");
            address.closeAsync().get(5, SECONDS);
            seen.when(now -> now.get(path).isEmpty()).get(5, SECONDS);
            say.accept("observer", "sees nothing any more: the worker is done");
        }
        return "the znode came back by itself, and went when it was told to.";
    }

    private static Optional<String> data(TreeSnapshot now, String path) {
        return now.get(path).map(node -> new String(node.data(), UTF_8));
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
