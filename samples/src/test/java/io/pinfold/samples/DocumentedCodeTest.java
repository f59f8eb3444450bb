package io.pinfold.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.WatchEvent;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The code of the README and of the page about the client does what they say, on a server where they say it is. */
class DocumentedCodeTest {
    private static PinfoldServer server;

    private final List<String> told = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        try {
            server = PinfoldServer.start(ServerConfig.standalone().withClientPort(2181));
        } catch (IOException e) {
            Assumptions.abort("Somebody else serves at the usual port: " + e.getMessage());
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void ofTheReadme() throws Exception {
        ReadmeCode.shipAnOrder(new Orders());

        assertEquals(List.of("shipped 42", "shipped all"), told);
    }

    @Test
    void ofThePageAboutTheClient() throws Exception {
        try (PinfoldClient client = PinfoldClient.connect(server.connectString())) {
            for (String path : List.of("/workers", "/stock/42", "/orders", "/orders-marks", "/config")) {
                client.create(path, new byte[0], CreateOptions.PERSISTENT.withParents());
            }
            ClientPageCode.enlist(client, new byte[0], over -> {
                throw new IllegalStateException(over);
            });
            assertTrue(ClientPageCode.settled(client, "packed".getBytes(UTF_8), 0, new byte[0])
                    .isPresent());
            assertEquals(1, client.get("/stock/42").version());
            Events events = new Events();
            ClientPageCode.streamed(client, events);
            assertEquals("subscribed", events.seen.poll(20, TimeUnit.SECONDS));
            String told = null;
            for (int i = 0; told == null && i < 1000; i++) { // it watches a moment later
                client.set("/config", new byte[0]);
                told = events.seen.poll(20, TimeUnit.MILLISECONDS);
            }
            assertEquals("/config", told);
        }
        try (PinfoldClient guarded = ClientPageCode.guarded();
                PinfoldClient ruled = ClientPageCode.ruled();
                PinfoldClient impatient = ClientPageCode.impatient();
                PinfoldClient observed = ClientPageCode.observed(told::add)) {
            guarded.create("/private", new byte[0]);
            assertEquals(1, guarded.getAcl("/private").size());
            assertEquals(
                    "The znode /stock/1 is not ours",
                    assertThrows(BadArgumentsException.class, () -> ruled.delete("/stock/1"))
                            .getMessage());
            assertTrue(impatient.exists("/stock").isPresent());
            assertEquals(Optional.empty(), observed.exists("/none"));
        }
    }

    private final class Orders implements ReadmeCode.Orders {
        @Override
        public void ship(int order, long fencingToken) {
            told.add("shipped " + order);
        }

        @Override
        public void shipAll(Lease lease) {
            told.add("shipped all");
        }

        @Override
        public void abort() {
            told.add("aborted");
        }
    }

    private static final class Events implements Flow.Subscriber<WatchEvent> {
        private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(10);
            seen.add("subscribed");
        }

        @Override
        public void onNext(WatchEvent event) {
            seen.add(event.path());
        }

        @Override
        public void onError(Throwable failure) {
            seen.add(failure.toString());
        }

        @Override
        public void onComplete() {
            seen.add("end");
        }
    }
}
