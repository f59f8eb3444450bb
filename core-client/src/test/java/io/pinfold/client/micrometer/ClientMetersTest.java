package io.pinfold.client.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pinfold.ErrorCode;
import io.pinfold.WatchEvent;
import io.pinfold.client.ClientObserver.Call;
import io.pinfold.client.ClientObserver.Delivery;
import io.pinfold.client.ClientObserver.Hold;
import io.pinfold.client.ClientObserver.HoldEnd;
import io.pinfold.client.ClientObserver.Waiting;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.SessionState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The meters of a client. */
class ClientMetersTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ClientMeters meters = new ClientMeters(registry, "orders");

    /** As docs/client.md has it. */
    static PinfoldClient metered(MeterRegistry registry) {
        PinfoldClient client = PinfoldClient.builder("127.0.0.1:2181")
                .observer(new ClientMeters(registry, "orders"))
                .build();
        return client;
    }

    @Test
    void callsAreTimedByKindAndOutcome() {
        meters.called(new Call("GetData", "/a", MOMENT, 0, Optional.empty()));
        meters.called(new Call("GetData", "/b", MOMENT, 2, Optional.empty()));
        meters.called(new Call("GetData", "/c", MOMENT, 0, Optional.of(ErrorCode.NO_NODE)));

        assertEquals(
                40,
                registry.get("pinfold.call")
                        .tags("client", "orders", "kind", "GetData", "outcome", "OK")
                        .timer()
                        .totalTime(TimeUnit.MILLISECONDS));
        assertEquals(
                1,
                registry.get("pinfold.call").tag("outcome", "NO_NODE").timer().count());
        assertEquals(2, registry.get("pinfold.call.retries").counter().count());
    }

    @Test
    void leasesAreCountedWhileTheyAreHeldAndTimedWhenTheyEnd() {
        meters.waited(new Waiting("/q", MOMENT, true));
        meters.leaseBegan("/q/1", 5);
        assertEquals(1, registry.get("pinfold.leases").gauge().value());

        meters.leaseEnded(new Hold("/q/1", 5, MOMENT, HoldEnd.SESSION_EXPIRED));

        assertEquals(0, registry.get("pinfold.leases").gauge().value());
        assertEquals(
                1,
                registry.get("pinfold.lease.waited")
                        .tag("granted", "true")
                        .timer()
                        .count());
        assertEquals(
                1,
                registry.get("pinfold.lease.held")
                        .tag("end", "SESSION_EXPIRED")
                        .timer()
                        .count());
    }

    @Test
    void watchersAndSessionsAreMetered() {
        meters.watchesChanged(3);
        assertEquals(3, registry.get("pinfold.watches").gauge().value());
        meters.delivered(new Delivery(new WatchEvent(WatchEvent.Type.NODE_DELETED, "/a", 7), MOMENT, MOMENT));
        try (PinfoldClient client = PinfoldClient.connect("127.0.0.1:1")) {
            meters.sessionChanged(client.session(), SessionState.CONNECTED);
            assertEquals(1, registry.get("pinfold.session.connected").gauge().value());
            meters.sessionChanged(client.session(), SessionState.SUSPENDED);
        }

        assertEquals(0, registry.get("pinfold.session.connected").gauge().value());
        assertEquals(
                1,
                registry.get("pinfold.session.changes")
                        .tag("state", "SUSPENDED")
                        .counter()
                        .count());
        for (String meter : new String[] {"pinfold.watch.waited", "pinfold.watch.took"}) {
            assertEquals(
                    1, registry.get(meter).tag("type", "NODE_DELETED").timer().count());
        }
    }
}
