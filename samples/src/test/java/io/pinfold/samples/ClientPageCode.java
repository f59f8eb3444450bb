package io.pinfold.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.client.ClientObserver;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Created;
import io.pinfold.client.Node;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.RetryPolicy;
import io.pinfold.client.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;

/** The code of docs/client.md; {@link DocumentedCodeTest} runs it. */
final class ClientPageCode {
    private ClientPageCode() {}

    static void znodes(Runnable refresh, Consumer<List<String>> use) {
        try (PinfoldClient client = PinfoldClient.builder("zk1:2181,zk2:2181,zk3:2181/orders") // with a chroot
                .name("orders-7")
                .sessionTimeout(Duration.ofSeconds(20))
                .operationTimeout(Duration.ofSeconds(5))
                .build()) {
            Created created = client.create("/config", "v1".getBytes(UTF_8));
            Node node = client.get("/config", event -> refresh.run()); // told once of the next change
            client.set("/config", "v2".getBytes(UTF_8), node.version());
            client.async().children("/", null).thenAccept(children -> use.accept(children.names()));
        }
    }

    static void enlist(PinfoldClient client, byte[] address, Function<Throwable, Created> giveUp) {
        Session mine = client.session();
        client.bound(mine)
                .create("/workers/7", address, CreateOptions.of(CreateMode.EPHEMERAL))
                .exceptionally(over -> giveUp.apply(over)); // SessionExpiredException: nothing was created
    }

    static PinfoldClient guarded() {
        PinfoldClient client = PinfoldClient.builder("127.0.0.1:2181")
                .acl(path -> path.startsWith("/public") ? Acl.OPEN : Acl.CREATOR_ALL)
                .build();
        client.addAuth("digest", "orders:secret".getBytes(UTF_8));
        return client;
    }

    static Optional<List<OpResult>> settled(PinfoldClient client, byte[] packed, int version, byte[] order) {
        Optional<List<OpResult>> results = client.multiOnce(
                List.of(Op.set("/stock/42", packed, version), Op.create("/orders/7", order)), "/orders-marks");
        return results;
    }

    static void streamed(PinfoldClient client, Flow.Subscriber<WatchEvent> subscriber) {
        client.changes("/config", WatchMode.PERSISTENT_RECURSIVE).subscribe(subscriber);
    }

    static PinfoldClient ruled() {
        PinfoldClient client = PinfoldClient.builder("127.0.0.1:2181")
                .rule(change -> change.path().startsWith("/orders/") ? null : "is not ours")
                .build(); // client.delete("/stock/1"): BadArgumentsException, The znode /stock/1 is not ours
        return client;
    }

    static PinfoldClient impatient() {
        PinfoldClient client = PinfoldClient.builder("127.0.0.1:2181")
                .retry(RetryPolicy.exponential(Duration.ofMillis(50), Duration.ofSeconds(2))
                        .atMost(5))
                .build();
        return client;
    }

    static PinfoldClient observed(Consumer<String> log) {
        ClientObserver slowCalls = new ClientObserver() {
            @Override
            public void called(Call call) {
                if (call.took().toMillis() > 100) {
                    log.accept(call.kind() + " " + call.path() + " took " + call.took());
                }
            }

            @Override
            public void leaseEnded(Hold hold) {
                log.accept(hold.path() + " was held for " + hold.took() + ": " + hold.end());
            }
        };
        PinfoldClient client =
                PinfoldClient.builder("127.0.0.1:2181").observer(slowCalls).build();
        return client;
    }
}
