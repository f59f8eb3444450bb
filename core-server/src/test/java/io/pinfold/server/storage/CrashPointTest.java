package io.pinfold.server.storage;

import static io.pinfold.server.storage.Entries.entry;
import static io.pinfold.server.storage.Entries.range;
import static io.pinfold.server.storage.Entries.replayed;
import static io.pinfold.server.storage.Entries.shown;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Loses power before every single call to the disk, and everything that was not forced in every random way; sometimes only
 * the process dies, and the power goes later.
 */
@Execution(ExecutionMode.CONCURRENT)
class CrashPointTest {
    private static final StorageOptions OPTIONS = Entries.SMALL.snapshotsKept(2);
    private static final int STEPS = 45;

    /** What a server does, and what it was told is durable. The state is the sum of all zxids. */
    private static final class Server {
        final Random random;
        long durable;
        long appended;

        Server(Random random) {
            this.random = random;
        }

        void run(MemoryDisk disk, int steps) throws IOException {
            try (Storage storage = Storage.open(disk, OPTIONS)) {
                assertTrue(storage.lastZxid() >= durable, "lost " + durable + ", has " + storage.lastZxid());
                assertTrue(storage.lastZxid() <= appended, "has " + storage.lastZxid() + " of " + appended);
                assertEquals(sum(storage.lastZxid()), restored(storage));
                durable = storage.lastZxid(); // what was shown once must stay
                appended = durable;
                for (int i = 0; i < steps; i++) {
                    step(storage);
                }
            }
        }

        private void step(Storage storage) throws IOException {
            int dice = random.nextInt(20);
            if (dice < 18) {
                int count = 1 + random.nextInt(dice == 0 ? 60 : 6);
                List<LogEntry> batch = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    batch.add(entry(appended + i + 1, random.nextInt(400)));
                }
                appended += count; // from here on any of it may be on the disk
                storage.append(batch);
                if (dice > 3) {
                    storage.force();
                    durable = appended;
                }
            } else if (dice == 18) {
                try (SnapshotWriter writer = storage.beginSnapshot(storage.forcedZxid())) {
                    byte[] state =
                            ByteBuffer.allocate(8).putLong(sum(writer.zxid())).array();
                    writer.write(state, 0, 4);
                    writer.write(state, 4, 4);
                    writer.commit();
                }
            } else {
                storage.retain();
            }
        }

        private static long restored(Storage storage) throws IOException {
            long[] state = new long[1];
            long zxid = 0;
            try (SnapshotReader snapshot = storage.newestSnapshot()) {
                if (snapshot != null) {
                    zxid = snapshot.zxid();
                    state[0] = ByteBuffer.allocate(8)
                            .put(snapshot.nextBlock())
                            .put(snapshot.nextBlock())
                            .getLong(0);
                    assertEquals(null, snapshot.nextBlock());
                }
            }
            long[] last = {zxid};
            storage.replay(zxid, entry -> {
                assertEquals(last[0] + 1, entry.zxid());
                last[0] = entry.zxid();
                state[0] += entry.zxid();
            });
            assertEquals(storage.lastZxid(), last[0]);
            return state[0];
        }

        private static long sum(long zxid) {
            return zxid * (zxid + 1) / 2;
        }
    }

    private static MemoryDisk crash(Server server, MemoryDisk disk, int steps) throws IOException {
        try {
            server.run(disk, steps);
        } catch (MemoryDisk.Crash powerLoss) {
            return server.random.nextInt(3) > 0 ? disk.afterCrash(server.random) : disk.afterKill();
        }
        return disk.afterKill();
    }

    @Test
    void nothingForcedIsLostWhereverThePowerGoes() throws IOException {
        for (int seed = 0; seed < 2; seed++) {
            MemoryDisk whole = new MemoryDisk();
            new Server(new Random(seed)).run(whole, STEPS);
            for (int call = 0; call < whole.calls(); call++) {
                Server server = new Server(new Random(seed));
                try {
                    MemoryDisk left = crash(server, new MemoryDisk().crashAt(call), STEPS);
                    server.run(left, 5);
                    server.run(left.afterCrash(server.random), 1);
                } catch (IOException | AssertionError e) {
                    throw new AssertionError("seed " + seed + ", crash before call " + call, e);
                }
            }
        }
    }

    @Test
    void crashAfterCrashLosesNothingForcedEither() throws IOException {
        for (int seed = 100; seed < 140; seed++) {
            Random random = new Random(seed);
            Server server = new Server(random);
            MemoryDisk disk = new MemoryDisk();
            try {
                for (int life = 0; life < 12; life++) {
                    disk = crash(server, disk.crashAt(random.nextInt(80)), 40);
                }
                server.run(disk, 1);
            } catch (IOException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void aCutSurvivesOrNeverHappened() throws IOException {
        MemoryDisk whole = cutting(new MemoryDisk());
        for (int call = 0; call < whole.calls(); call++) {
            MemoryDisk disk = new MemoryDisk().crashAt(call);
            try {
                cutting(disk);
            } catch (MemoryDisk.Crash powerLoss) {
                // the point of it
            }
            try (Storage storage = Storage.open(disk.afterCrash(new Random(call)), OPTIONS)) {
                List<String> kept = replayed(storage, 0);
                boolean before = kept.equals(shown(range(1, storage.lastZxid())));
                List<LogEntry> cut = new ArrayList<>(range(1, 20));
                cut.add(entry(1000));
                assertTrue(before || kept.equals(shown(cut)), "crash before call " + call + ": " + kept);
            }
        }
    }

    private static MemoryDisk cutting(MemoryDisk disk) throws IOException {
        try (Storage storage = Storage.open(disk, OPTIONS)) {
            storage.append(range(1, 200));
            storage.force();
            storage.cutAfter(20);
            storage.append(List.of(entry(1000)));
            storage.force();
        }
        return disk;
    }
}
