package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.server.engine.EngineHarness.Client;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.SnapshotRestore;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTakerTest {
    private static EngineHarness every(int transactions) {
        return new EngineHarness(
                new DataTree(),
                1,
                new EngineOptions(
                        1,
                        new byte[32],
                        EngineHarness.TICK,
                        EngineHarness.MIN_SESSION,
                        EngineHarness.MAX_SESSION,
                        10_000,
                        10_000,
                        1 << 20,
                        1 << 24,
                        100,
                        transactions));
    }

    @Test
    void aSnapshotIsTakenAfterSoManyTransactionsAndHoldsExactlyItsZxid() throws MalformedFrame {
        EngineHarness rim = every(2000);
        Client client = rim.session();
        for (int i = 0; i < 1000; i++) {
            client.create("/n" + i);
        }
        for (int i = 0; i < 999; i++) {
            client.send(new Request.SetData("/n" + i, new byte[] {2}, -1));
        }
        rim.engine.endOfTurn();
        long due = rim.log.get(rim.log.size() - 1).zxid();
        rim.engine.onForced(due);
        rim.engine.endOfTurn();
        client.create("/late");
        rim.settle();

        assertEquals(List.of("begin 0x" + Long.toHexString(due), "commit"), rim.snapshotCalls);
        DataTree restored = restored(rim);
        assertEquals(due, restored.lastZxid());
        assertNotNull(restored.get("/n999"));
        assertNull(restored.get("/late"));
        assertNotNull(rim.tree.get("/late"));
    }

    @Test
    void aLargeTreeIsNotWrittenDownMoreOftenThanItChanges() {
        EngineHarness rim = every(10);
        Client client = rim.session();
        for (int i = 0; i < 2000; i++) {
            client.create("/n" + i);
            rim.settle();
        }

        int snapshots = rim.snapshotCalls.size() / 2;
        assertTrue(snapshots >= 3 && snapshots <= 10, snapshots + " snapshots while the tree grew to 2000 znodes");
    }

    private static DataTree restored(EngineHarness rim) throws MalformedFrame {
        SnapshotRestore restore = new SnapshotRestore();
        for (byte[] block : rim.snapshotBlocks) {
            restore.add(block, 0, block.length);
        }
        return restore.finish();
    }

    @Test
    void theNextSnapshotBeginsOnlyWhenTheFirstHasEnded() {
        EngineHarness rim = every(2000);
        Client client = rim.session();
        rim.answersCommits = false;
        write(rim, client, 0, 2000);
        write(rim, client, 2000, 4100);
        assertEquals(2, rim.snapshotCalls.size());

        rim.engine.onSnapshotDone();
        rim.settle();

        assertEquals(4, rim.snapshotCalls.size());
    }

    @Test
    void whatChangesWriteDownAtOnceReachesTheDiskInSmallPieces() throws MalformedFrame {
        EngineHarness rim = every(2000);
        Client client = rim.session();
        for (int i = 0; i < 20; i++) {
            client.send(new Request.Create(
                    OpCode.CREATE, "/large" + i, new byte[900_000], Acl.OPEN, CreateMode.PERSISTENT.flag(), -1));
            rim.settle();
        }
        write(rim, client, 0, 1979);

        assertEquals(2, rim.snapshotCalls.size());
        assertTrue(rim.snapshotBlocks.stream().allMatch(block -> block.length <= 1 << 20));
        assertNotNull(restored(rim).get("/large19"));
    }

    private static void write(EngineHarness rim, Client client, int from, int to) {
        for (int i = from; i < to; i++) {
            client.create("/n" + i);
        }
        rim.settle();
    }
}
