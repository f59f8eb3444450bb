package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.engine.EngineHarness.Client;
import io.pinfold.wire.Request;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules by which a client that comes back learns what it missed (setWatches, setWatches2). */
class RestoredWatchesTest {
    private final EngineHarness rim = new EngineHarness();
    private Client writer;
    private Client returning;

    @BeforeEach
    void connect() {
        writer = rim.session();
        returning = rim.session();
    }

    private long write(Request request) {
        writer.send(request);
        rim.settle();
        return rim.tree.lastZxid();
    }

    private long create(String path) {
        writer.create(path);
        rim.settle();
        return rim.tree.lastZxid();
    }

    private List<String> restore(long seen, List<String> data, List<String> exist, List<String> child) {
        returning.send(-8, new Request.SetWatches(seen, data, exist, child));
        rim.settle();
        return returning.received();
    }

    @Test
    void aDataWatchTellsOfADeletion() {
        long seen = create("/a");
        write(new Request.Delete("/a", -1));

        assertEquals(List.of("event NODE_DELETED /a", "-8 0"), restore(seen, List.of("/a"), List.of(), List.of()));
    }

    @Test
    void aDataWatchTellsOfAChange() {
        long seen = create("/a");
        write(new Request.SetData("/a", null, -1));

        assertEquals(List.of("event NODE_DATA_CHANGED /a", "-8 0"), restore(seen, List.of("/a"), List.of(), List.of()));
    }

    @Test
    void aDataWatchWithoutAChangeIsArmedAgain() {
        long seen = create("/a");
        assertEquals(List.of("-8 0"), restore(seen, List.of("/a"), List.of(), List.of()));

        write(new Request.SetData("/a", null, -1));

        assertEquals(List.of("event NODE_DATA_CHANGED /a"), returning.received());
    }

    @Test
    void anExistWatchTellsOfACreation() {
        long seen = rim.tree.lastZxid();
        create("/a");

        assertEquals(List.of("event NODE_CREATED /a", "-8 0"), restore(seen, List.of(), List.of("/a"), List.of()));
    }

    @Test
    void anExistWatchOnAMissingZnodeIsArmedAgain() {
        assertEquals(List.of("-8 0"), restore(rim.tree.lastZxid(), List.of(), List.of("/a"), List.of()));

        create("/a");

        assertEquals(List.of("event NODE_CREATED /a"), returning.received());
    }

    @Test
    void aChildWatchTellsOfNewAndOfLostChildren() {
        long seen = create("/a");
        create("/a/b");

        assertEquals(
                List.of("event NODE_CHILDREN_CHANGED /a", "-8 0"), restore(seen, List.of(), List.of(), List.of("/a")));
        long later = rim.tree.lastZxid();
        write(new Request.Delete("/a/b", -1));
        assertEquals(
                List.of("event NODE_CHILDREN_CHANGED /a", "-8 0"), restore(later, List.of(), List.of(), List.of("/a")));
    }

    @Test
    void lastingWatchesAreArmedAndTellNothingOfThePast() {
        long seen = create("/a");
        create("/a/b");
        returning.send(-8, new Request.SetWatches2(seen, List.of(), List.of(), List.of(), List.of("/a"), List.of("/")));
        rim.settle();
        assertEquals(List.of("-8 0"), returning.received());

        create("/a/c");

        assertEquals(List.of("event NODE_CREATED /a/c", "event NODE_CHILDREN_CHANGED /a"), returning.received());
    }

    @Test
    void watchesGoWithTheirConnection() {
        returning.send(new Request.Exists("/a", true));
        rim.settle();
        returning.received();
        returning.disconnect();

        create("/a");

        assertEquals(List.of(), returning.received());
    }

    @Test
    void aRemovedWatchIsSilentAndRemovingItTwiceIsAnError() {
        returning.send(new Request.Exists("/a", true));
        returning.send(new Request.RemoveWatches("/a", 2));
        returning.send(new Request.RemoveWatches("/a", 2));
        returning.send(new Request.CheckWatches("/a", 3));
        returning.send(new Request.CheckWatches("/a", 9));
        rim.settle();

        create("/a");

        assertEquals(List.of("1 -101", "2 0", "3 -121", "4 -121", "5 -5"), returning.received());
    }

    @Test
    void aLimitOfWatchesIsARefusal() {
        for (int i = 0; i < 100; i++) {
            returning.send(new Request.Exists("/w" + i, true));
        }
        rim.settle();
        returning.received();

        returning.send(new Request.Exists("/more", true));
        returning.send(new Request.Exists("/more", false));
        rim.settle();

        assertEquals(List.of("101 -125", "102 -101"), returning.received());
    }

    @Test
    void moreWatchesThanThereMayBeAreRefusedAsAWhole() {
        Client client = rim.session();
        List<String> paths = IntStream.range(0, 99).mapToObj(i -> "/n" + i).toList();
        client.send(new Request.SetWatches2(0, List.of(), paths, List.of(), List.of("/p"), List.of("/q")));
        client.send(new Request.SetWatches(0, List.of("/1", "/2"), paths, List.of()));
        rim.settle();

        assertEquals(List.of("1 -125", "2 -125"), client.received());
        assertTrue(rim.engine.describe().contains(" watches=0 "), rim.engine.describe());

        client.send(new Request.SetWatches2(0, List.of(), paths, List.of(), List.of("/p"), List.of()));
        rim.settle();
        assertEquals(List.of("3 0"), client.received());
        assertTrue(rim.engine.describe().contains(" watches=100 "), rim.engine.describe());
    }
}
