package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.NodeExistsException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class OwnedNodeTest {
    private static final String PATH = "/me";
    private static final Duration LONG = Duration.ofSeconds(20);

    private final SmallServer server = new SmallServer();
    private final SmallClient client = new SmallClient(server, 7);
    private final List<Presence> told = new ArrayList<>();

    @Test
    void isThereWithItsData() {
        OwnedNode node = node("here");

        assertEquals(Presence.PRESENT, node.presence());
        assertEquals("here", server.text(PATH));
        assertEquals(7, node.created().join().ephemeralOwner());
        assertEquals(List.of(Presence.ABSENT, Presence.PRESENT), told);
    }

    @Test
    void comesBackInTheNextSession() {
        OwnedNode node = node("here");

        client.expire();
        assertEquals(Presence.ABSENT, node.presence());
        assertFalse(server.has(PATH));
        client.reconnect(0);
        rest();

        assertEquals(8, node.stat().orElseThrow().ephemeralOwner());
        assertEquals(List.of(Presence.ABSENT, Presence.PRESENT, Presence.ABSENT, Presence.PRESENT), told);
    }

    @Test
    void comesBackWhenSomebodyDeletesIt() {
        OwnedNode node = node("here");

        server.delete(PATH);
        rest();

        assertEquals(Presence.PRESENT, node.presence());
        assertTrue(server.has(PATH));
    }

    @Test
    void waitsForWhatAnEarlierSessionLeft() {
        OwnedNode node = node("here");
        client.disconnect();
        // The client judges by its own clock that the session is over; the server has not noticed yet.
        FakeSession over = client.session;
        client.expireHereOnly();
        client.reconnect(0);
        rest();

        assertEquals(Presence.ABSENT, node.presence());
        assertEquals(over.id(), server.read(PATH).stat().ephemeralOwner());
        server.end(over.id());
        rest();
        assertEquals(client.session.id(), server.read(PATH).stat().ephemeralOwner());
    }

    @Test
    void whatAnEarlierSessionLeftIsNotOursThoughItCouldBeWritten() {
        OwnedNode node = node("here");
        client.disconnect();
        FakeSession over = client.session;
        CompletableFuture<Void> update = node.update(bytes("more")); // asked for before the node knows of the expiry
        client.expireHereOnly();
        client.reconnect(0);
        rest();

        assertEquals(List.of(Presence.ABSENT, Presence.PRESENT, Presence.ABSENT), told);
        server.end(over.id());
        rest();
        assertEquals(client.session.id(), server.read(PATH).stat().ephemeralOwner());
        assertEquals("more", server.text(PATH));
        assertTrue(update.isDone());
    }

    @Test
    void findsItselfAfterALostReply() {
        OwnedNode node = OwnedNode.builder(client, PATH).data(bytes("here")).build();
        client.time.settle();
        client.serve();
        client.disconnect();
        client.reconnect(0);
        rest();

        assertEquals(Presence.PRESENT, node.presence());
        assertEquals("here", server.text(PATH));
    }

    @Test
    void isRefusedWhereSomebodyElseIs() {
        server.create(PATH, "other", 99);

        OwnedNode node = node("here");

        CompletionException failure =
                assertThrows(CompletionException.class, () -> node.created().join());
        assertInstanceOf(NodeExistsException.class, failure.getCause());
        assertEquals(Presence.CLOSED, node.presence());
        assertEquals("other", server.text(PATH));
    }

    @Test
    void isRefusedWhereTheSameClientHasAnother() {
        node("first");

        OwnedNode second = node("second");

        assertTrue(second.created().isCompletedExceptionally());
        assertEquals("first", server.text(PATH));
    }

    @Test
    void waitsForSomebodyElseToGoWhenToldTo() {
        server.create(PATH, "other", 99);
        OwnedNode node = OwnedNode.builder(client, PATH)
                .data(bytes("here"))
                .waitWhileOccupied()
                .build();
        rest();
        assertEquals(Presence.OCCUPIED, node.presence());

        server.end(99);
        rest();

        assertEquals("here", server.text(PATH));
    }

    @Test
    void leavesSomebodyElseAloneWhoCameWhileItWasAway() {
        OwnedNode node = node("here");
        client.expire();
        server.create(PATH, "other", 99);
        client.reconnect(0);
        rest();

        assertEquals(Presence.OCCUPIED, node.presence());
        node.update(bytes("new"));
        rest();
        assertEquals("other", server.text(PATH));
        node.close();
        rest();
        assertTrue(server.has(PATH));
    }

    @Test
    void carriesTheLastUpdate() {
        OwnedNode node = node("a");

        CompletableFuture<Void> first = node.update(bytes("b"));
        CompletableFuture<Void> second = node.update(bytes("c"));
        rest();

        assertTrue(first.isDone() && second.isDone());
        assertEquals("c", server.text(PATH));
    }

    @Test
    void carriesAnUpdateIntoTheNextSession() {
        OwnedNode node = node("a");
        client.disconnect();
        CompletableFuture<Void> update = node.update(bytes("b"));
        client.time.settle();
        client.expire();
        assertFalse(update.isDone());
        client.reconnect(0);
        rest();

        assertTrue(update.isDone());
        assertEquals("b", server.text(PATH));
    }

    @Test
    void isGoneWhenItIsClosed() {
        OwnedNode node = node("a");

        CompletableFuture<Void> gone = node.closeAsync();
        assertFalse(gone.isDone());
        rest();

        assertTrue(gone.isDone());
        assertFalse(server.has(PATH));
        assertEquals(Presence.CLOSED, node.presence());
        CompletableFuture<Void> late = node.update(bytes("x"));
        rest();
        assertTrue(late.isCompletedExceptionally());
    }

    @Test
    void isGoneWhenItIsClosedWhileItIsCreated() {
        OwnedNode node = OwnedNode.builder(client, PATH).build();
        client.time.settle();
        client.serve();

        CompletableFuture<Void> gone = node.closeAsync();
        client.time.settle();
        client.disconnect();
        client.reconnect(0);
        rest();

        assertTrue(gone.isDone());
        assertFalse(server.has(PATH));
    }

    @Test
    void saysThatItIsClosedAsSoonAsItIsGivenUp() {
        OwnedNode node = node("a");
        assertEquals(Presence.PRESENT, node.presence());

        node.close(); // what the client has to do for that waits for a thread

        assertEquals(Presence.CLOSED, node.presence(), "others may have the name from now on");
    }

    @Test
    void closingLeavesWhoCameAfterUsAlone() {
        OwnedNode node = node("a");
        node.close();
        client.time.settle();
        client.serve(); // the watch is removed without a request; this is the deletion
        client.disconnect();
        server.create(PATH, "other", 99);
        client.reconnect(0);
        rest();

        assertEquals("other", server.text(PATH));
        assertTrue(node.closeAsync().isDone());
    }

    @Test
    void closingLeavesWhoCameAfterAnExpiryAlone() {
        OwnedNode node = node("a");
        client.disconnect();
        server.end(client.session.id());
        server.create(PATH, "other", 99); // in the version that ours had
        node.close(); // before the client knows of the expiry
        client.expireHereOnly();
        client.reconnect(0);
        rest();

        assertEquals("other", server.text(PATH));
        assertTrue(node.closeAsync().isDone());
    }

    @Test
    void endsWithTheClient() {
        OwnedNode node = OwnedNode.builder(client, PATH).build();
        client.close();
        rest();

        assertEquals(Presence.CLOSED, node.presence());
        CompletionException failure =
                assertThrows(CompletionException.class, () -> node.created().join());
        assertInstanceOf(ClientClosedException.class, failure.getCause());
    }

    @Test
    void isThereInTheEndWhateverHappens() {
        for (int seed = 0; seed < 500; seed++) {
            new OwnedNodeTest().play(seed);
        }
    }

    private void play(int seed) {
        Random random = new Random(seed);
        OwnedNode node = OwnedNode.builder(client, PATH)
                .data(bytes("0"))
                .waitWhileOccupied()
                .build();
        int last = 0;
        for (int step = 0; step < 150; step++) {
            switch (random.nextInt(16)) {
                case 0 -> node.update(bytes("" + ++last));
                case 1 -> {
                    if (server.has(PATH)) {
                        server.delete(PATH);
                    }
                }
                case 2 -> {
                    if (!server.has(PATH)) {
                        server.create(PATH, "other", 99);
                    }
                }
                case 3 -> server.end(99);
                case 4 -> client.expire();
                case 5 -> {
                    if (client.isConnected()) {
                        client.disconnect();
                    }
                }
                case 6 -> client.time.advance(Duration.ofMillis(random.nextInt(2000)));
                case 7, 8 -> {
                    if (!client.isConnected()) {
                        client.reconnect(random.nextInt(2));
                    }
                }
                case 9, 10, 11, 12 -> {
                    if (client.canServe()) {
                        client.serve();
                    }
                }
                default -> {
                    if (client.canDeliver()) {
                        client.deliver();
                    }
                }
            }
            client.time.settle();
        }
        if (!client.isConnected()) {
            client.reconnect(0);
        }
        server.end(99);
        rest();
        assertEquals(Presence.PRESENT, node.presence(), "seed " + seed);
        assertEquals("" + last, server.text(PATH), "seed " + seed);
        CompletableFuture<Void> gone = node.closeAsync();
        rest();
        assertTrue(gone.isDone() && !server.has(PATH), "seed " + seed);
    }

    private OwnedNode node(String data) {
        OwnedNode node = OwnedNode.builder(client, PATH).data(bytes(data)).build();
        node.onPresence(told::add);
        rest();
        return node;
    }

    private void rest() {
        for (int i = 0; i < 20; i++) {
            client.flow();
            client.time.advance(LONG.dividedBy(20));
        }
        client.flow();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
