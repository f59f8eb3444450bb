package io.pinfold.client.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.BadArgumentsException;
import io.pinfold.ErrorCode;
import io.pinfold.client.ClientObserver.Call;
import io.pinfold.client.ClientObserver.Hold;
import io.pinfold.client.ClientObserver.HoldEnd;
import io.pinfold.client.ClientObserver.Waiting;
import io.pinfold.client.PinfoldClient;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What a console of the JVM's management server sees of a client. */
class ManagedClientTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    /** As docs/client.md has it. */
    static PinfoldClient managed() {
        PinfoldClient client = PinfoldClient.builder("127.0.0.1:2181")
                .observer(ManagedClient.register("orders"))
                .build();
        return client;
    }

    private Object attribute(String name) throws JMException {
        return server.getAttribute(new ObjectName("io.pinfold:type=Client,name=\"orders\""), name);
    }

    @Test
    void attributesCountWhatHappened() throws JMException {
        try (ManagedClient managed = ManagedClient.register("orders")) {
            managed.called(new Call("GetData", "/a", MOMENT, 2, Optional.empty()));
            managed.called(new Call("GetData", "/a", MOMENT.multipliedBy(2), 0, Optional.of(ErrorCode.NO_NODE)));
            managed.waited(new Waiting("/q", MOMENT, true));
            managed.waited(new Waiting("/q", MOMENT, false));
            managed.watchesChanged(7);
            managed.leaseBegan("/q/1", 1);
            managed.leaseBegan("/q/2", 2);
            managed.leaseEnded(new Hold("/q/2", 2, MOMENT, HoldEnd.NODE_DELETED));

            assertEquals(2L, attribute("Calls"));
            assertEquals(1L, attribute("FailedCalls"));
            assertEquals(2L, attribute("Retries"));
            assertEquals(40L, attribute("SlowestCallMillis"));
            assertEquals(7, attribute("Watches"));
            assertEquals(1L, attribute("Grants"));
            assertEquals(1L, attribute("WaitsInVain"));
            assertEquals(1L, attribute("Leases"));
            assertEquals(1L, attribute("LostLeases"));
            assertEquals("SUSPENDED", attribute("State"));
        }
    }

    @Test
    void sessionIsShownAsItStands() throws JMException {
        try (ManagedClient managed = ManagedClient.register("orders")) {
            try (PinfoldClient client =
                    PinfoldClient.builder("127.0.0.1:1").observer(managed).build()) {
                assertEquals("0x0", attribute("Session"));
            }
            assertEquals("CLOSED", attribute("State"));
            assertEquals(0L, attribute("RemainingMillis"));
        }
    }

    @Test
    void nameIsTakenUntilItIsClosed() throws JMException {
        ManagedClient first = ManagedClient.register("orders");
        assertThrows(BadArgumentsException.class, () -> ManagedClient.register("orders"));

        first.close();
        first.close();

        ManagedClient.register("orders").close();
        assertFalse(server.isRegistered(new ObjectName("io.pinfold:type=Client,name=\"orders\"")));
    }
}
