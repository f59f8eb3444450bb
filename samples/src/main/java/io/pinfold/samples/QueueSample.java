package io.pinfold.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.CreateMode;
import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.queue.Delivery;
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
 * What it shows:   a shop puts orders into a queue, two packers take them out.
 * The guarantee:   an order is delivered to one packer at a time, again when that one dies; its parcel is noted once, by
 *                  the transaction that acknowledges it; what nobody can handle is kept aside.
 * The failure:     the session of one packer ends while it handles an order. The other gets it; the first is too late.
 */
public final class QueueSample {
    private QueueSample() {}

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
        String path = "/samples/queue";
        try (PinfoldClient shop = PinfoldClient.connect(servers);
                PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                WorkQueue<String> orders = WorkQueue.at(shop, path, Codec.TEXT);
                WorkQueue<String> adas = WorkQueue.at(ada, path, Codec.TEXT);
                WorkQueue<String> bobs = WorkQueue.at(bob, path, Codec.TEXT)) {
            shop.awaitConnected(Duration.ofSeconds(5)); // put() would wait for servers for as long as it takes
            orders.put("a teapot");
            orders.put("two cups");
            say.accept("shop", "puts two orders");
            String parcels = shop.create("/parcels-", null, CreateMode.PERSISTENT_SEQUENTIAL)
                    .path();
            Delivery<String> slow = adas.take();
            say.accept("ada", "packs " + slow.item() + ", delivery " + slow.count() + ", token " + slow.fencingToken());
            Delivery<String> cups = bobs.take();
            cups.ackWith(parcel(parcels, cups));
            say.accept("bob", "packed " + cups.item() + ": the parcel is noted and the order is gone, together");
            say.accept("fault", "ada's session ends");
            endSession.accept(ada);
            say.accept("ada", "is told: " + slow.lost().get(5, SECONDS).reason());
            try (Delivery<String> again = bobs.take()) {
                say.accept("bob", "packs it, delivery " + again.count() + ", token " + again.fencingToken());
                check(again.id().equals(slow.id()) && again.count() == 2, "what was lost comes again");
                try {
                    slow.ackWith(parcel(parcels, slow));
                    throw new AssertionError("who lost the order cannot finish it");
                } catch (LeaseLostException e) {
                    say.accept("ada", "is too late to finish it");
                }
                again.ackWith(parcel(parcels, again));
            }
            orders.put("???");
            bobs.take().reject("no such article");
            Delivery<String> letter = orders.deadLetters().take();
            String why = letter.reason().orElseThrow();
            say.accept("shop", "finds " + letter.item() + " among the dead letters: " + why);
            letter.ack();
            check(orders.size() == 0 && shop.children(parcels).size() == 2, "each order became one parcel");
        }
        return "three orders, two parcels, one dead letter, nothing twice.";
    }

    private static Op parcel(String parcels, Delivery<String> order) {
        return Op.create(parcels + '/' + order.id(), order.item().getBytes(UTF_8), CreateMode.PERSISTENT);
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
