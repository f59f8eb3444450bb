package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.server.engine.EngineHarness.Client;
import io.pinfold.server.tree.DataTree;
import io.pinfold.wire.Request;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineTest {
    private final EngineHarness rim = new EngineHarness();

    @Test
    void aWriteIsAnsweredAndVisibleOnlyWhenTheLogIsDurable() {
        Client client = rim.session();
        client.create("/a");

        rim.turn();

        assertEquals(List.of(), client.received());
        assertNull(rim.tree.get("/a"));
        rim.settle();
        assertEquals(List.of("1 0"), client.received());
        assertNotNull(rim.tree.get("/a"));
    }

    @Test
    void writesOfOneTurnAreHandedToTheLogTogether() {
        Client first = rim.session();
        Client second = rim.session();
        int before = rim.log.size();
        first.create("/a");
        second.create("/b");

        assertEquals(before, rim.log.size());
        rim.turn();

        assertEquals(before + 2, rim.log.size());
    }

    @Test
    void aReadWaitsForTheWritesOfItsOwnConnectionAndForNoOthers() {
        Client writer = rim.session();
        Client reader = rim.session();
        writer.create("/a");
        writer.send(new Request.Exists("/a", false));
        reader.send(new Request.Exists("/a", false));

        rim.turn();

        assertEquals(List.of(), writer.received());
        assertEquals(List.of("1 -101"), reader.received());
        rim.settle();
        assertEquals(List.of("1 0", "2 0"), writer.received());
    }

    @Test
    void repliesKeepTheOrderOfTheirRequests() {
        Client client = rim.session();
        client.send(new Request.Exists("/", false));
        client.create("/a");
        client.send(new Request.Ping());
        client.create("/a");
        client.send(new Request.GetData("/a", false));
        client.send(new Request.Sync("/a"));

        rim.settle();

        assertEquals(List.of("1 0", "2 0", "-2 0", "4 -110", "5 0", "6 0"), client.received());
    }

    @Test
    void aRefusalWaitsForTheChangeOnWhichItRests() {
        Client first = rim.session();
        Client second = rim.session();
        first.create("/a");
        second.create("/a");

        rim.turn();

        assertEquals(List.of(), second.received());
        rim.settle();
        assertEquals(List.of("1 -110"), second.received());
    }

    @Test
    void syncWaitsForEverythingThatWasPreparedBefore() {
        Client writer = rim.session();
        Client reader = rim.session();
        writer.create("/a");
        reader.send(new Request.Sync("/"));
        reader.send(new Request.Exists("/a", false));

        rim.turn();

        assertEquals(List.of(), reader.received());
        rim.settle();
        assertEquals(List.of("1 0", "2 0"), reader.received());
    }

    @Test
    void anEventComesBeforeTheReplyThatShowsItsChange() {
        Client watcher = rim.session();
        watcher.send(new Request.Exists("/a", true));
        watcher.create("/a");
        watcher.send(new Request.GetData("/a", false));

        rim.settle();

        assertEquals(List.of("1 -101", "event NODE_CREATED /a", "2 0", "3 0"), watcher.received());
    }

    @Test
    void unknownOperationsAreAnsweredInTheirPlaceAndCostTheConnection() {
        Client client = rim.session();
        client.create("/a");
        client.raw(ByteBuffer.allocate(8).putInt(7).putInt(4711).array());

        rim.settle();

        assertEquals(List.of("1 0", "7 -6"), client.received());
        assertFalse(client.closedBecause.isEmpty());
    }

    @Test
    void aCheckOutsideATransactionIsNotForClients() {
        Client client = rim.session();
        client.send(new Request.Check("/", 0));

        rim.turn();

        assertEquals(List.of("1 -6"), client.received());
        assertFalse(client.closedBecause.isEmpty());
    }

    @Test
    void anUnreadableRecordIsRefusedInItsPlaceAndNothingElseHappens() {
        Client client = rim.session();
        client.create("/a");
        client.raw(ByteBuffer.allocate(12).putInt(2).putInt(4).putInt(1 << 30).array());
        client.send(3, new Request.Exists("/a", false));

        rim.settle();

        assertEquals(List.of("1 0", "2 -5", "3 0"), client.received());
        assertEquals("", client.closedBecause);
    }

    @Test
    void aFrameShorterThanItsHeaderCostsTheConnection() {
        Client client = rim.session();
        client.raw(new byte[7]);

        rim.turn();

        assertEquals(List.of(), client.received());
        assertFalse(client.closedBecause.isEmpty());
    }

    @Test
    void nothingOfAClosedConnectionIsAppliedAnyMore() {
        Client client = rim.session();
        client.raw(new byte[7]);
        client.create("/late");

        rim.settle();

        assertNull(rim.tree.get("/late"));
    }

    @Test
    void readingStopsAtTheLimitAndGoesOnBelowIt() {
        Client client = rim.session();
        for (int i = 0; i < 10; i++) {
            client.create("/a" + i);
        }

        assertFalse(client.reading);
        rim.settle();

        assertTrue(client.reading);
        assertEquals(10, client.received().size());
    }

    @Test
    void readingStopsWhenAllConnectionsTogetherWaitForTooMuch() {
        EngineHarness small = new EngineHarness(new DataTree(), 1, options(5, 1 << 20));
        Client first = small.session();
        Client second = small.session();
        for (int i = 0; i < 4; i++) {
            first.create("/a" + i);
        }
        second.send(new Request.Sync("/"));

        assertTrue(first.reading);
        assertFalse(second.reading);
        small.settle();

        assertTrue(second.reading);
        assertEquals(List.of("1 0"), second.received());
    }

    @Test
    void readingStopsWhenTooManyBytesWait() {
        Client client = rim.session();
        client.send(new Request.SetData("/", new byte[300_000], -1));
        assertTrue(client.reading);
        client.send(new Request.SetData("/", new byte[300_000], -1));

        assertFalse(client.reading);
        rim.settle();

        assertTrue(client.reading);
        assertTrue(rim.engine.describe().contains(" waiting=0 bytes=0 paused=0 "), rim.engine.describe());
    }

    @Test
    void refusedWritesCountWithWhatTheyHold() {
        Client client = rim.session();
        client.create("/a");
        for (int i = 0; i < 4; i++) {
            assertTrue(client.reading);
            client.send(new Request.SetData("/missing", new byte[300_000], -1));
        }

        assertFalse(client.reading);
        rim.settle();

        assertTrue(client.reading);
        assertEquals(List.of("1 0", "2 -101", "3 -101", "4 -101", "5 -101"), client.received());
    }

    @Test
    void readsThatWaitCountUntilTheyAreAnsweredOrTheirConnectionIsGone() {
        Client patient = rim.session();
        Client hasty = rim.session();
        for (Client client : List.of(patient, hasty)) {
            client.create("/a");
            client.send(new Request.Exists("/" + "x".repeat(600_000), false));
        }
        assertTrue(patient.reading);
        assertFalse(hasty.reading);

        hasty.disconnect();
        patient.send(new Request.Exists("/", false));
        assertTrue(patient.reading);
        rim.settle();

        assertTrue(rim.engine.describe().contains(" waiting=0 bytes=0 paused=0 "), rim.engine.describe());
    }

    @Test
    void aTransactionLongerThanTheLimitIsRefused() {
        EngineHarness small = new EngineHarness(
                new DataTree(),
                1,
                new EngineOptions(1, new byte[32], 1000, 2000, 20_000, 1000, 10, 1 << 20, 5000, 9, 0));
        Client client = small.session();
        client.send(new Request.SetData("/", new byte[4000], -1));
        client.send(new Request.SetData("/", new byte[5000], -1));
        small.settle();

        assertEquals(List.of("1 0", "2 -8"), client.received());
    }

    private static EngineOptions options(int maxOutstanding, int maxOutstandingBytes) {
        return new EngineOptions(
                1, new byte[32], 1000, 2000, 20_000, maxOutstanding, 10, maxOutstandingBytes, 1 << 24, 100, 0);
    }

    @Test
    void theStateIsToldInAFewWords() {
        Client client = rim.session();
        client.create("/a");
        client.send(new Request.Exists("/a", true));
        rim.settle();
        client.create("/b");
        rim.connect();

        assertTrue(
                rim.engine
                        .describe()
                        .matches("member=1 applied=0x100000002 LEADER .* waiting=1 bytes=\\d+ paused=0"
                                + " connections=2 attached=1 watches=1 of=100 sessions=1 znodes=\\d+"
                                + " snapshot=none blocksUnderWay=0 sinceSnapshot=2"),
                rim.engine.describe());
    }

    @Test
    void aFailedTransactionIsASuccessfulReplyAndChangesNothing() {
        Client client = rim.session();
        client.send(new Request.Multi(
                List.of(new Request.SetData("/", new byte[] {1}, -1), new Request.Delete("/missing", -1))));

        rim.settle();

        assertEquals(List.of("1 0"), client.received());
        assertEquals(0, rim.tree.get("/").stat().version());
    }

    @Test
    void ephemeralsListedAreThoseOfTheSessionThatAsks() {
        Client first = rim.session();
        Client second = rim.session();
        first.create("/mine", CreateMode.EPHEMERAL);
        second.create("/other", CreateMode.EPHEMERAL);
        rim.settle();

        assertEquals(List.of("/mine"), rim.tree.ephemerals(first.sessionId, "/"));
        assertEquals(List.of("/other"), rim.tree.ephemerals(second.sessionId, "/"));
    }

    @Test
    void aSmallBatchOfReadsCannotAskForAReplyWithoutEnd() {
        Client client = rim.session();
        client.send(new Request.SetData("/", new byte[500_000], -1));
        client.send(new Request.MultiRead(java.util.Collections.nCopies(1000, new Request.GetData("/", false))));
        client.send(new Request.MultiRead(java.util.Collections.nCopies(10, new Request.GetData("/", false))));

        rim.settle();

        assertEquals(List.of("1 0", "2 -125", "3 0"), client.received());
    }
}
