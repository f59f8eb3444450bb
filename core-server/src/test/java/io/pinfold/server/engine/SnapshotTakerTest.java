package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.pinfold.server.engine.EngineHarness.Client;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.SnapshotRestore;
import io.pinfold.wire.MalformedFrame;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTakerTest {
    private final EngineHarness rim = new EngineHarness(
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
                    2000));

    @Test
    void aSnapshotIsTakenAfterSoManyTransactionsAndHoldsExactlyItsZxid() throws MalformedFrame {
        Client client = rim.session();
        for (int i = 0; i < 1999; i++) {
            client.create("/n" + i);
        }
        rim.engine.endOfTurn();
        long due = rim.log.get(rim.log.size() - 1).zxid();
        rim.engine.onForced(due);
        rim.engine.endOfTurn();
        client.create("/late");
        rim.settle();

        assertEquals(List.of("begin 0x" + Long.toHexString(due), "commit"), rim.snapshotCalls);
        SnapshotRestore restore = new SnapshotRestore();
        for (byte[] block : rim.snapshotBlocks) {
            restore.add(block, 0, block.length);
        }
        DataTree restored = restore.finish();
        assertEquals(due, restored.lastZxid());
        assertNotNull(restored.get("/n1998"));
        assertNull(restored.get("/late"));
        assertNotNull(rim.tree.get("/late"));
    }

    @Test
    void theNextSnapshotBeginsOnlyWhenTheFirstHasEnded() {
        Client client = rim.session();
        rim.answersCommits = false;
        write(client, 0, 2000);
        write(client, 2000, 4000);
        assertEquals(2, rim.snapshotCalls.size());

        rim.engine.onSnapshotDone();
        rim.settle();

        assertEquals(4, rim.snapshotCalls.size());
    }

    private void write(Client client, int from, int to) {
        for (int i = from; i < to; i++) {
            client.create("/n" + i);
        }
        rim.settle();
    }
}
