package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.NoNodeException;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.WatcherType;
import io.pinfold.client.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the watches of our client tell while its connection lasts, on whatever server. */
abstract class ClientWatchContractTest extends ClientContractTest {
    private final WatchLog events = new WatchLog();

    @Test
    void oneShotWatchesTellOnceOfEachKindOfChange() throws Exception {
        String a = root + "/a";
        client.exists(a, events);
        other.create(a, null);
        assertTold("NODE_CREATED " + a);

        client.exists(a, events);
        other.set(a, null);
        assertTold("NODE_DATA_CHANGED " + a);

        client.get(a, events);
        other.set(a, null);
        assertTold("NODE_DATA_CHANGED " + a);

        client.children(a, events);
        other.create(a + "/b", null);
        assertTold("NODE_CHILDREN_CHANGED " + a);

        client.children(a, events);
        other.delete(a + "/b");
        assertTold("NODE_CHILDREN_CHANGED " + a);

        client.exists(a, events);
        other.delete(a);
        assertTold("NODE_DELETED " + a);
    }

    @Test
    void oneShotWatchesAreSpentByTheFirstChange() throws Exception {
        client.get(root, events);
        client.children(root, events);

        other.set(root, bytes("1"));
        other.set(root, bytes("2"));
        other.create(root + "/a", null);
        other.create(root + "/b", null);

        assertTold("NODE_DATA_CHANGED " + root, "NODE_CHILDREN_CHANGED " + root);
    }

    @Test
    void watcherWithSeveralWatchesOnAZnodeIsToldOfItsDeletionOnce() throws Exception {
        client.create(root + "/a", null);
        client.get(root + "/a", events);
        client.exists(root + "/a", events);
        client.children(root + "/a", events);

        other.delete(root + "/a");

        assertTold("NODE_DELETED " + root + "/a");
    }

    @Test
    void eventComesBeforeTheReplyThatShowsTheChange() throws Exception {
        List<String> order = new ArrayList<>();
        client.get(root, event -> order.add("event of " + event.zxid()));
        long zxid = other.set(root, bytes("new")).mzxid();

        client.async()
                .get(root, null)
                .thenAccept(node -> order.add("reply of " + node.stat().mzxid()))
                .join();

        assertEquals(List.of("event of " + zxid, "reply of " + zxid), order);
    }

    @Test
    void failedReadLeavesNoWatch() throws Exception {
        String none = root + "/none";
        assertThrows(NoNodeException.class, () -> client.get(none, events));
        assertThrows(NoNodeException.class, () -> client.children(none, events));

        assertFalse(client.isWatched(none, WatcherType.ANY));
        other.create(none, null);
        assertTold();
    }

    @Test
    void removedWatcherIsNotToldAndOthersAre() throws Exception {
        WatchLog staying = new WatchLog();
        client.get(root, events);
        client.get(root, staying);
        client.children(root, events);

        client.removeWatcher(root, events);

        assertFalse(client.isWatched(root, WatcherType.CHILDREN));
        assertTrue(client.isWatched(root, WatcherType.DATA));
        other.create(root + "/a", null);
        other.set(root, null);
        assertTold();
        assertEquals(List.of("NODE_DATA_CHANGED " + root), staying.told());
    }

    @Test
    void lastingWatchTellsOfAZnodeAndItsChildren() throws Exception {
        String a = root + "/a";
        Subscription subscription = client.watch(a, WatchMode.PERSISTENT, events);

        other.create(a, null);
        other.create(a + "/b", null);
        other.set(a + "/b", null);
        other.set(a, null);
        other.delete(a + "/b");
        other.delete(a);

        assertTold(
                "NODE_CREATED " + a,
                "NODE_CHILDREN_CHANGED " + a,
                "NODE_DATA_CHANGED " + a,
                "NODE_CHILDREN_CHANGED " + a,
                "NODE_DELETED " + a);
        subscription.close();
        assertFalse(client.isWatched(a, WatcherType.PERSISTENT));
        other.create(a, null);
        assertTold();
    }

    @Test
    void recursiveWatchTellsOfEverythingBelow() throws Exception {
        String a = root + "/a";
        Subscription subscription = client.watch(a, WatchMode.PERSISTENT_RECURSIVE, events);

        other.create(a, null);
        other.create(a + "/b", null);
        other.create(a + "/b/c", null);
        other.set(a + "/b/c", null);
        other.delete(a + "/b/c");
        other.create(root + "/beside", null);

        assertTold(
                "NODE_CREATED " + a,
                "NODE_CREATED " + a + "/b",
                "NODE_CREATED " + a + "/b/c",
                "NODE_DATA_CHANGED " + a + "/b/c",
                "NODE_DELETED " + a + "/b/c");
        subscription.close();
        assertFalse(client.isWatched(a, WatcherType.PERSISTENT_RECURSIVE));
        other.set(a, null);
        assertTold();
    }

    @Test
    void lastingWatchAndOneShotWatchOfOneZnodeTellEachTheirOwn() throws Exception {
        WatchLog once = new WatchLog();
        client.watch(root, WatchMode.PERSISTENT, events);
        client.get(root, once);

        other.set(root, bytes("1"));
        WatchEvent first = events.next();
        other.set(root, bytes("2"));

        assertEquals(WatchEvent.Type.NODE_DATA_CHANGED, first.type());
        assertTold("NODE_DATA_CHANGED " + root);
        assertEquals(List.of("NODE_DATA_CHANGED " + root), once.told());
    }

    @Test
    void serverSaysWhichKindsOfWatchesItKeeps() throws Exception {
        String a = root + "/a";
        for (WatcherType type : WatcherType.values()) {
            assertFalse(client.isWatched(a, type), type.name());
        }
        client.exists(a, events);
        assertEquals(List.of(WatcherType.DATA, WatcherType.ANY), watched(a));
        assertFalse(other.isWatched(a, WatcherType.ANY), "another client's watch");
        client.create(a, null);
        assertEquals(List.of(), watched(a));

        client.children(a, events);
        assertEquals(List.of(WatcherType.CHILDREN, WatcherType.ANY), watched(a));
        client.delete(a);
        client.watch(a, WatchMode.PERSISTENT, events);
        assertEquals(List.of(WatcherType.ANY, WatcherType.PERSISTENT), watched(a));
        client.watch(root, WatchMode.PERSISTENT_RECURSIVE, events);
        assertEquals(List.of(WatcherType.ANY, WatcherType.PERSISTENT_RECURSIVE), watched(root));
        assertFalse(client.isWatched(root + "/below", WatcherType.PERSISTENT_RECURSIVE));
        assertThrows(BadArgumentsException.class, () -> client.isWatched("no/path", WatcherType.ANY));
    }

    private List<WatcherType> watched(String path) {
        return Stream.of(WatcherType.values())
                .filter(type -> client.isWatched(path, type))
                .toList();
    }

    /** That the client was told this since the last look and nothing else. */
    private void assertTold(String... expected) throws Exception {
        settle(client);
        assertEquals(List.of(expected), events.told());
    }
}
