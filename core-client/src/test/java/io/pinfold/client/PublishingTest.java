package io.pinfold.client;

import static io.pinfold.client.VirtualClient.MILLI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.ClientClosedException;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Streams of events for those who say how much they can take. */
class PublishingTest {
    private final VirtualClient client = VirtualClient.connected();
    private final PinfoldClient facade = new PinfoldClient(client.core);
    private final Told<SessionChange> states = new Told<>();
    private final Told<WatchEvent> events = new Told<>();

    /** A subscriber that asks when the test asks. */
    private static final class Told<T> implements Flow.Subscriber<T> {
        final List<T> items = new ArrayList<>();
        Flow.@Nullable Subscription subscription;

        @Nullable
        Throwable failure;

        boolean complete;
        boolean throwsUp;

        void ask(long more) {
            assert subscription != null;
            subscription.request(more);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(T item) {
            items.add(item);
            if (throwsUp) {
                throw new IllegalStateException("on purpose");
            }
        }

        @Override
        public void onError(Throwable why) {
            failure = why;
        }

        @Override
        public void onComplete() {
            complete = true;
        }
    }

    private void loseTheConnection() {
        client.host.server.plan(TinyServer.Fault.LOSE_REPLY, request -> true);
        client.host.pass(2_000 * MILLI);
    }

    private void subscribe() {
        facade.sessionStates().subscribe(states);
        facade.changes("/a", WatchMode.PERSISTENT).subscribe(events);
        client.host.run();
    }

    @Test
    void nothingComesUnasked() {
        subscribe();
        loseTheConnection();

        assertTrue(states.items.isEmpty());
        assertTrue(events.items.isEmpty());
    }

    @Test
    void presentStateComesFirstAndEachWithItsBeginning() {
        Instant begun = Instant.ofEpochMilli(client.host.wallMillis());
        client.host.pass(500 * MILLI);
        subscribe();
        states.ask(3);
        loseTheConnection();

        assertEquals(
                List.of(SessionState.CONNECTED, SessionState.SUSPENDED, SessionState.CONNECTED),
                states.items.stream().map(SessionChange::state).toList());
        assertEquals(begun, states.items.get(0).since());
        assertTrue(states.items.get(1).since().isAfter(begun));
    }

    @Test
    void whatWaitsIsDeliveredAsItIsAskedFor() {
        subscribe();
        loseTheConnection();

        states.ask(2);
        client.host.run();
        assertEquals(2, states.items.size());
        states.ask(7);
        client.host.run();
        assertEquals(3, states.items.size());
    }

    @Test
    void reconnectionIsAnEvent() {
        subscribe();
        events.ask(1);
        loseTheConnection();

        assertEquals(WatchEvent.Type.RESYNC, events.items.get(0).type());
    }

    @Test
    void whoCancelsIsToldNothingMore() {
        subscribe();
        states.ask(1);
        events.ask(9);
        client.host.run();
        states.subscription.cancel();
        events.subscription.cancel();
        loseTheConnection();

        assertEquals(1, states.items.size());
        assertTrue(events.items.isEmpty());
    }

    @Test
    void whoThrowsIsToldNothingMore() {
        states.throwsUp = true;
        subscribe();
        states.ask(9);
        loseTheConnection();

        assertEquals(1, states.items.size());
    }

    @Test
    void whoAsksForLessThanNothingIsTold() {
        subscribe();
        states.ask(0);
        client.host.run();

        assertInstanceOf(IllegalArgumentException.class, states.failure);
    }

    @Test
    void closingTheClientCompletesThem() {
        subscribe();
        states.ask(9);
        events.ask(9);
        client.core.session().close(client.host.now, client.host.now);
        client.host.pass(100 * MILLI);
        loseTheConnection();

        assertEquals(
                SessionState.CLOSED, states.items.get(states.items.size() - 1).state());
        assertTrue(states.complete);
        assertTrue(events.complete);
    }

    @Test
    void closedClientHasNothingToTellButThat() {
        client.core.submit(() -> client.core.session().close(client.host.now, client.host.now));
        client.host.pass(100 * MILLI);
        subscribe();
        states.ask(9);
        client.host.run();

        assertEquals(SessionState.CLOSED, states.items.get(0).state());
        assertTrue(states.complete);
        assertInstanceOf(ClientClosedException.class, events.failure);
    }

    @Test
    void watchThatCannotBeSetIsAFailure() {
        facade.changes("no path", WatchMode.PERSISTENT).subscribe(events);
        client.host.run();

        assertInstanceOf(BadArgumentsException.class, events.failure);
    }

    @Test
    void tooManyEventsForTheSubscriberBecomeOne() {
        Told<Integer> numbers = new Told<>();
        EventStream<Integer> stream = new EventStream<>(Lane.DIRECT, numbers, queue -> {
            queue.clear();
            queue.add(-1);
        });
        stream.begin(() -> {});
        for (int i = 0; i <= EventStream.LONGEST_QUEUE; i++) {
            stream.offer(i);
        }
        numbers.ask(Long.MAX_VALUE);

        assertEquals(List.of(-1, EventStream.LONGEST_QUEUE), numbers.items);
    }
}
