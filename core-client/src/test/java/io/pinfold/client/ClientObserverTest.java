package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ErrorCode;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.client.ClientObserver.Call;
import io.pinfold.client.ClientObserver.Delivery;
import io.pinfold.client.ClientObserver.Hold;
import io.pinfold.client.ClientObserver.HoldEnd;
import io.pinfold.client.ClientObserver.Waiting;
import io.pinfold.wire.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What observers and the flight recorder see of a client. */
class ClientObserverTest {
    private static final WatchEvent EVENT = new WatchEvent(WatchEvent.Type.NODE_DELETED, "/a", 7);

    private final List<Call> calls = new ArrayList<>();
    private final List<SessionState> states = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final List<Integer> watches = new ArrayList<>();
    private final VirtualClient client =
            new VirtualClient(VirtualClient.builder().observer(new ClientObserver() {
                @Override
                public void called(Call call) {
                    calls.add(call);
                }

                @Override
                public void delivered(Delivery delivery) {
                    deliveries.add(delivery);
                }

                @Override
                public void watchesChanged(int count) {
                    watches.add(count);
                }

                @Override
                public void sessionChanged(Session session, SessionState state) {
                    states.add(state);
                }
            }));

    @Test
    void watchesAreCountedByZnodeAndKindUntilTheyAreTakenBack() {
        Watcher watcher = event -> {};
        client.settled(client.calls.get("/", watcher));
        client.settled(client.calls.get("/", event -> {}));
        client.settled(client.calls.children("/", watcher));
        Subscription lasting = client.settled(client.calls.watch("/", WatchMode.PERSISTENT, watcher))
                .join();
        lasting.close();
        client.host.run();
        client.settled(client.calls.removeWatcher("/", watcher));

        assertEquals(List.of(1, 2, 3, 2, 1), watches);
    }

    @Test
    void aCallIsToldWithItsAnswerItsTimeAndWhatWasLostOnTheWay() {
        client.host.server.plan(TinyServer.Fault.LOSE_REPLY, request -> request instanceof Request.GetData);

        client.settled(client.calls.get("/", null));
        client.settled(client.calls.get("/missing", null));

        assertEquals(2, calls.size());
        Call first = calls.get(0);
        assertEquals(new Call("GetData", "/", first.took(), 1, Optional.empty()), first);
        assertTrue(first.took().compareTo(Duration.ZERO) > 0);
        Call second = calls.get(1);
        assertEquals(new Call("GetData", "/missing", second.took(), 0, Optional.of(ErrorCode.NO_NODE)), second);
    }

    @Test
    void theStatesOfTheSessionAreTold() {
        client.cut();
        client.settled(client.calls.get("/", null));

        assertEquals(List.of(SessionState.CONNECTED, SessionState.SUSPENDED, SessionState.CONNECTED), states);
    }

    @Test
    void anEventIsToldWithTheTimesOfItsWatcher() {
        long arrived = client.host.nanoTime();
        client.host.pass(3_000_000);

        client.core.deliver(EVENT, event -> client.host.pass(5_000_000), arrived);

        assertEquals(List.of(new Delivery(EVENT, Duration.ofMillis(3), Duration.ofMillis(5))), deliveries);
    }

    @Test
    void oneThatThrowsDoesNoHarm() {
        VirtualClient harmed = new VirtualClient(VirtualClient.builder().observer(new ClientObserver() {
            @Override
            public void called(Call call) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void sessionChanged(Session session, SessionState state) {
                throw new IllegalStateException("on purpose");
            }
        }));

        assertArrayEquals(
                new byte[] {1},
                harmed.settled(harmed.calls.get("/", null)).join().data());
    }

    @Test
    void theFlightRecorderSeesTheSameWithoutAnObserver(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("io.pinfold.Call").withoutThreshold();
            recording.start();
            VirtualClient recorded = VirtualClient.connected();
            recorded.settled(recorded.calls.get("/missing", null));
            recorded.core.deliver(EVENT, event -> {}, recorded.host.nanoTime());
            ClientObserver seen = recorded.core.runtime().observer();
            seen.leaseBegan("/q/one", 5);
            seen.waited(new Waiting("/q", Duration.ofMillis(2), true));
            seen.leaseEnded(new Hold("/q/one", 5, Duration.ofMillis(3), HoldEnd.NODE_DELETED));
            recording.stop();
            recording.dump(file);
        }

        List<RecordedEvent> all = RecordingFile.readAllEvents(file);
        RecordedEvent call = only(all, "io.pinfold.Call");
        assertEquals("GetData", call.getString("kind"));
        assertEquals("/missing", call.getString("path"));
        assertEquals("NO_NODE", call.getString("failure"));
        assertEquals("CONNECTED", only(all, "io.pinfold.Session").getString("state"));
        assertEquals("NODE_DELETED", only(all, "io.pinfold.Watch").getString("type"));
        assertEquals(5, only(all, "io.pinfold.LeaseBegin").getLong("fencingToken"));
        assertEquals(Duration.ofMillis(2), only(all, "io.pinfold.LeaseWait").getDuration("took"));
        assertEquals("NODE_DELETED", only(all, "io.pinfold.LeaseHold").getString("end"));
    }

    private static RecordedEvent only(List<RecordedEvent> all, String name) {
        List<RecordedEvent> found = all.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
        assertEquals(1, found.size(), name);
        return found.get(0);
    }
}
