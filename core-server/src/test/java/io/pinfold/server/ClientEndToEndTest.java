package io.pinfold.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our client when our server does to it what only a server can; all else is in the contract that it has on any server. */
class ClientEndToEndTest {
    private PinfoldServer server;
    private PinfoldClient client;
    private final BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws IOException {
        server = PinfoldServer.start(ServerConfig.standalone().withClientPort(0));
        client = connect(server.connectString());
    }

    private static PinfoldClient connect(String connectString) {
        return PinfoldClient.builder(connectString)
                .sessionTimeout(Duration.ofSeconds(10))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private WatchEvent nextEvent() throws InterruptedException {
        WatchEvent event = events.poll(10, TimeUnit.SECONDS);
        assertNotNull(event, "no event came");
        return event;
    }

    @Test
    void brokenConnectionIsReplacedAndNoEventIsLost() throws InterruptedException {
        client.create("/a", null);
        client.get("/a", events::add);
        client.watch("/a", WatchMode.PERSISTENT, events::add);
        Session before = client.session();
        BlockingQueue<SessionState> states = new LinkedBlockingQueue<>();
        client.addSessionListener((session, state) -> states.add(state));

        try (PinfoldClient other = connect(server.connectString())) {
            other.awaitConnected(Duration.ofSeconds(10));
            assertTrue(server.dropConnection(before.id()));
            other.set("/a", bytes("x"));
        }

        assertEquals(SessionState.SUSPENDED, states.poll(10, TimeUnit.SECONDS));
        assertEquals(SessionState.CONNECTED, states.poll(10, TimeUnit.SECONDS));
        assertEquals(before.id(), client.session().id());
        // Whether the change came before, between or after the two connections: it is told, and so is the gap.
        Set<WatchEvent.Type> told = EnumSet.noneOf(WatchEvent.Type.class);
        while (!told.equals(EnumSet.of(WatchEvent.Type.NODE_DATA_CHANGED, WatchEvent.Type.RESYNC))) {
            told.add(nextEvent().type());
        }
    }

    @Test
    void expiredSessionIsReplacedAndItsZnodesAreGone() throws InterruptedException {
        client.create("/e", null, CreateMode.EPHEMERAL);
        client.watch("/e", WatchMode.PERSISTENT, events::add);
        Session first = client.session();
        BlockingQueue<SessionState> states = new LinkedBlockingQueue<>();
        client.addSessionListener((session, state) -> states.add(state));

        assertTrue(server.expireSession(first.id()));

        assertEquals(SessionState.SUSPENDED, states.poll(10, TimeUnit.SECONDS));
        assertEquals(SessionState.EXPIRED, states.poll(10, TimeUnit.SECONDS));
        assertEquals(SessionState.CONNECTED, states.poll(10, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), client.exists("/e"));
        assertEquals(SessionState.EXPIRED, first.state());
        assertEquals(Duration.ZERO, first.remaining());
        assertNotEquals(first.id(), client.session().id());
        WatchEvent event = nextEvent();
        if (event.type() == WatchEvent.Type.NODE_DELETED) {
            event = nextEvent(); // the deletion may still have been seen
        }
        assertEquals(WatchEvent.Type.RESYNC, event.type());
    }
}
