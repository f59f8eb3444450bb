package io.pinfold.server.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.wire.MalformedFrame;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What holds for every sequence of requests; each failure names the seed that shows it. */
@Execution(ExecutionMode.CONCURRENT)
class TreePropertiesTest {
    @Test
    void answersEverySequenceOfRequestsAsTheNaiveModelDoes() {
        forEachSeed(2500, seed -> new TreeRun(seed).steps(120).compareWithModel());
    }

    @Test
    void becomesTheSameTreeFromTheEncodedTransactions() {
        forEachSeed(500, seed -> {
            TreeRun run = new TreeRun(seed).steps(200);
            try {
                DataTree replayed = run.replayed();
                assertEquals(TreeDump.of(run.tree), TreeDump.of(replayed));
                assertEquals(run.tree.digest(), replayed.digest());
            } catch (MalformedFrame e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void restoresEveryCaptureToTheStateAtItsBeginning() {
        int[] captures = {0};
        forEachSeed(1000, seed -> {
            TreeRun run = new TreeRun(seed).steps(200);
            Random random = new Random(seed);
            for (Map.Entry<String, byte[]> capture : run.captures) {
                captures[0]++;
                assertEquals(capture.getKey(), TreeDump.of(restored(capture.getValue(), random)));
            }
        });
        assertTrue(captures[0] > 500, captures[0] + " captures");
    }

    @Test
    void livesTheSameLifeFromTheSameSeed() {
        TreeRun one = new TreeRun(42).steps(2000);
        TreeRun other = new TreeRun(42).steps(2000);
        assertEquals(encoded(one), encoded(other));
        assertEquals(TreeDump.of(one.tree), TreeDump.of(other.tree));
    }

    private static List<String> encoded(TreeRun run) {
        return run.history.stream()
                .map(txn -> HexFormat.of().formatHex(TxnCodec.encode(txn)))
                .toList();
    }

    private static DataTree restored(byte[] bytes, Random random) {
        SnapshotRestore restore = new SnapshotRestore();
        try {
            int position = 0;
            while (position < bytes.length) {
                int size = Math.min(bytes.length - position, 1 + random.nextInt(300));
                restore.add(bytes, position, size);
                position += size;
            }
            return restore.finish();
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }

    private static void forEachSeed(int count, LongConsumer life) {
        for (long seed = 1; seed <= count; seed++) {
            try {
                life.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }
}
