package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.UnimplementedException;
import io.pinfold.client.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class WatchedTreeTest {
    private final SmallServer server = new SmallServer();
    private final SmallClient client = new SmallClient(server, 7);
    private final List<TreeChange> changes = new ArrayList<>();

    @Test
    void showsEverythingBelowItsTop() {
        server.create("/c", "top", 0);
        server.create("/c/a", "1", 0);
        server.create("/c/a/x", "2", 0);
        server.create("/c/a-b", "3", 0);
        server.create("/d", "not this", 0);

        WatchedTree tree = tree();

        assertEquals(4, tree.snapshot().size());
        assertEquals(List.of("a", "a-b"), tree.snapshot().children("/c"));
        assertEquals(List.of("x"), tree.snapshot().children("/c/a"));
        assertEquals("2", text(tree, "/c/a/x"));
        assertTrue(tree.snapshot().get("/d").isEmpty());
        assertTrue(tree.snapshot().exact());
        assertEquals(server.zxid() - 1, tree.snapshot().zxid());
        assertSame(tree.snapshot(), tree.ready().join());
    }

    @Test
    void knowsNothingOfWhatIsLeftOutNorOfWhatIsBelowIt() {
        server.create("/c", "top", 0);
        server.create("/c/a", "1", 0);
        server.create("/c/secret", "2", 0);
        server.create("/c/secret/key", "3", 0);
        WatchedTree tree = WatchedTree.builder(client, "/c")
                .leaveOut(path -> path.endsWith("/secret"))
                .build();
        tree.onChange(changes::add);
        client.flow();
        changes.clear();

        server.set("/c/secret/key", "4");
        server.create("/c/secret/other", "5", 0);
        server.delete("/c/secret/key");
        client.flow();

        assertEquals(List.of("a"), tree.snapshot().children("/c"));
        assertEquals(2, tree.snapshot().size());
        assertEquals(List.of(), changes);
    }

    @Test
    void goesOnIfTheChoiceOfWhatIsLeftOutFails() {
        server.create("/c", "top", 0);
        server.create("/c/a", "1", 0);

        WatchedTree tree = WatchedTree.builder(client, "/c")
                .leaveOut(path -> {
                    throw new IllegalStateException("as it happens");
                })
                .build();
        client.flow();

        assertEquals("1", text(tree, "/c/a"));
    }

    @Test
    void saysForHowLongItMayBeTrusted() {
        Freshness old = Freshness.stale(Duration.ofSeconds(5));

        assertTrue(Freshness.LIVE.isWithin(Duration.ZERO));
        assertTrue(old.isWithin(Duration.ofSeconds(5)));
        assertFalse(old.isWithin(Duration.ofSeconds(4)));
    }

    @Test
    void isReadyAlsoWhenThereIsNothing() {
        WatchedTree tree = tree();

        assertTrue(tree.ready().isDone());
        assertEquals(0, tree.snapshot().size());
        server.create("/c", "there", 0);
        client.flow();
        assertEquals("there", text(tree, "/c"));
    }

    @Test
    void tellsWhatBecameOfEachZnode() {
        server.create("/c", "", 0);
        server.create("/c/a", "1", 0);
        tree();
        changes.clear();

        server.set("/c/a", "2");
        client.flow();
        assertInstanceOf(NodeChange.Changed.class, only());
        server.delete("/c/a");
        client.flow();
        assertInstanceOf(NodeChange.Removed.class, only());
        server.create("/c/a", "2", 0);
        client.flow();
        assertInstanceOf(NodeChange.Added.class, only());
    }

    @Test
    void tellsOfADeletionAndRecreationThatBothHappenedDuringALostConnection() {
        server.create("/c", "", 0);
        server.create("/c/a", "1", 0);
        tree();
        changes.clear();

        client.disconnect();
        server.delete("/c/a");
        server.create("/c/a", "1", 0);
        client.reconnect(0);
        client.flow();

        assertInstanceOf(NodeChange.Replaced.class, only());
    }

    @Test
    void tellsWhatOneTransactionDidAtOnce() {
        server.create("/c", "", 0);
        server.create("/c/a", "1", 0);
        server.create("/c/b", "1", 0);
        server.create("/c/old", "", 0);
        tree();
        changes.clear();

        server.change(
                () -> server.remove("/c/old", -1),
                () -> server.write("/c/a", bytes("2"), -1),
                () -> server.write("/c/b", bytes("2"), -1));
        client.flow();

        assertEquals(1, changes.size());
        assertEquals(
                List.of("/c/a", "/c/b", "/c/old"),
                changes.get(0).changes().stream().map(NodeChange::path).toList());
        assertEquals(server.zxid(), changes.get(0).after().zxid());
    }

    @Test
    void showsNothingNewBetweenAReconnectionAndTheEndOfTheComparison() {
        server.create("/c", "", 0);
        server.create("/c/a", "1", 0);
        server.create("/c/b", "1", 0);
        WatchedTree tree = tree();
        server.set("/c/a", "2");
        client.deliver(); // the event; the read is under way when the connection breaks
        client.disconnect();
        server.set("/c/a", "3");
        server.set("/c/b", "3");

        client.reconnect(1); // and is answered before the watch is set anew
        client.deliver();

        assertEquals("1", text(tree, "/c/a"));
        assertFalse(tree.freshness().live());
        client.flow();
        assertEquals("3", text(tree, "/c/a"));
        assertEquals("3", text(tree, "/c/b"));
    }

    @Test
    void saysForHowLongItHasBeenOnItsOwn() {
        server.create("/c", "", 0);
        WatchedTree tree = tree();
        assertEquals(Freshness.LIVE, tree.freshness());

        client.disconnect();
        client.time.advance(Duration.ofSeconds(3));
        assertEquals(Freshness.stale(Duration.ofSeconds(3)), tree.freshness());

        client.reconnect(0);
        client.flow();
        assertEquals(Freshness.LIVE, tree.freshness());
    }

    @Test
    void followsIntoTheNextSession() {
        server.create("/c", "", 0);
        server.create("/c/mine", "", 7);
        WatchedTree tree = tree();

        client.expire();
        client.reconnect(0);
        client.flow();

        assertTrue(tree.snapshot().get("/c/mine").isEmpty());
        assertTrue(tree.freshness().live());
    }

    @Test
    void aSlowServerUnderConstantChangeIsShownInTime() {
        server.create("/c", "", 0);
        server.create("/c/a", "0", 0);
        server.create("/c/b", "0", 0);
        WatchedTree tree = tree();
        server.set("/c/a", "1");
        client.deliver();

        for (int i = 2; i < 20; i++) { // whenever an answer comes, the other znode has changed already
            server.set(i % 2 == 0 ? "/c/b" : "/c/a", "" + i);
            client.serve();
            client.deliver();
            client.deliver();
            client.time.advance(Duration.ofMillis(100));
        }

        assertFalse(tree.snapshot().exact());
        assertTrue(Integer.parseInt(text(tree, "/c/a")) > 8);
        client.flow();
        assertTrue(tree.snapshot().exact());
    }

    @Test
    void listenersThatComeLateAreToldWhatIsThere() {
        server.create("/c", "", 0);
        WatchedTree tree = tree();
        List<TreeChange> late = new ArrayList<>();

        Subscription subscription = tree.onChange(late::add);
        client.flow();

        assertEquals(1, late.size());
        assertInstanceOf(NodeChange.Added.class, late.get(0).changes().get(0));
        subscription.close();
        server.set("/c", "x");
        client.flow();
        assertEquals(1, late.size());
    }

    @Test
    void keepsNoMoreThanItWasAskedTo() {
        server.create("/c", "top", 0);
        server.create("/c/a", "1", 0);
        server.create("/c/a/x", "2", 0);

        WatchedTree tree =
                WatchedTree.builder(client, "/c").maxDepth(1).withoutData().build();
        client.flow();
        server.create("/c/b", "1", 0);
        server.create("/c/b/y", "1", 0);
        client.flow();

        assertEquals(List.of("a", "b"), tree.snapshot().children("/c"));
        assertEquals(3, tree.snapshot().size());
        assertEquals(null, tree.snapshot().get("/c/a").orElseThrow().data());
    }

    @Test
    void aServerWithoutRecursiveWatchesIsRefused() {
        client.knowsLastingWatches = false;

        WatchedTree tree = tree();

        CompletionException failure =
                assertThrows(CompletionException.class, () -> tree.ready().join());
        assertInstanceOf(UnimplementedException.class, failure.getCause());
    }

    @Test
    void endsWithTheClient() {
        WatchedTree tree = WatchedTree.at(client, "/c");
        client.close();
        client.flow();

        CompletionException failure =
                assertThrows(CompletionException.class, () -> tree.ready().join());
        assertInstanceOf(ClientClosedException.class, failure.getCause());
        assertFalse(tree.freshness().live());
    }

    @Test
    void tellsNothingMoreWhenItIsClosed() {
        server.create("/c", "", 0);
        WatchedTree tree = tree();
        changes.clear();

        tree.close();
        tree.close();
        client.flow();
        server.set("/c", "x");
        client.flow();

        assertEquals(List.of(), changes);
        assertEquals("", text(tree, "/c"));
    }

    private WatchedTree tree() {
        WatchedTree tree = WatchedTree.at(client, "/c");
        tree.onChange(changes::add);
        client.flow();
        return tree;
    }

    private NodeChange only() {
        assertEquals(1, changes.size());
        TreeChange change = changes.remove(0);
        assertEquals(1, change.changes().size());
        return change.changes().get(0);
    }

    private static String text(WatchedTree tree, String path) {
        return new String(tree.snapshot().get(path).orElseThrow().data(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
