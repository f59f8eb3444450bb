package io.pinfold.server.storage;

import static io.pinfold.server.storage.Entries.appendForced;
import static io.pinfold.server.storage.Entries.range;
import static io.pinfold.server.storage.Entries.replayed;
import static io.pinfold.server.storage.Entries.shown;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final StorageOptions SMALL = Entries.SMALL.snapshotsKept(2);

    private final MemoryDisk disk = new MemoryDisk();

    private static void snapshot(Storage storage, long zxid, byte[]... blocks) throws IOException {
        try (SnapshotWriter writer = storage.beginSnapshot(zxid)) {
            for (byte[] block : blocks) {
                writer.write(block, 0, block.length);
            }
            writer.commit();
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static long newest(Storage storage) throws IOException {
        try (SnapshotReader reader = storage.newestSnapshot()) {
            return reader == null ? 0 : reader.zxid();
        }
    }

    @Test
    void givesBackTheBlocksThatWereWritten() throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            appendForced(storage, 1, 10);
            snapshot(storage, 7, bytes(1), bytes(0), bytes(700_000), bytes(20));
        }
        try (Storage storage = Storage.open(disk, SMALL);
                SnapshotReader reader = storage.newestSnapshot()) {
            assertEquals(7, reader.zxid());
            for (int length : new int[] {1, 0, 700_000, 20}) {
                assertArrayEquals(bytes(length), reader.nextBlock());
            }
            assertNull(reader.nextBlock());
            assertNull(reader.nextBlock());
            assertEquals(shown(range(8, 10)), replayed(storage, reader.zxid()));
        }
    }

    @Test
    void anEmptySnapshotIsOne() throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            appendForced(storage, 1, 10);
            snapshot(storage, 10);
            assertEquals(10, newest(storage));
        }
    }

    @Test
    void aCommittedSnapshotIsDurable() throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            appendForced(storage, 1, 10);
            snapshot(storage, 10, bytes(3000));
            for (int seed = 0; seed < 20; seed++) {
                try (Storage after = Storage.open(disk.afterCrash(new Random(seed)), SMALL)) {
                    assertEquals(10, newest(after));
                }
            }
        }
    }

    @Test
    void anAbortedSnapshotLeavesNothing() throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            appendForced(storage, 1, 10);
            List<String> before = disk.list();
            SnapshotWriter writer = storage.beginSnapshot(10);
            writer.write(bytes(10), 0, 10);
            writer.abort();
            assertEquals(before, disk.list());
            assertNull(storage.newestSnapshot());
            snapshot(storage, 10, bytes(5));
            assertEquals(10, newest(storage));
        }
    }

    @Test
    void aFullDiskSpoilsTheSnapshotAndNothingElse() throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            appendForced(storage, 1, 10);
            try (SnapshotWriter writer = storage.beginSnapshot(10)) {
                disk.failNext("write");
                byte[] much = bytes(1 << 20);
                assertTrue(assertThrows(StorageException.class, () -> writer.write(much, 0, much.length))
                        .getMessage()
                        .endsWith("No space left on device"));
            }
            appendForced(storage, 11, 12);
            assertEquals(shown(range(1, 12)), replayed(storage, 0));
        }
        assertFalse(disk.list().stream().anyMatch(FileNames::isStaged));
    }

    @Test
    void onlyDurableStateIsTaken() throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            appendForced(storage, 1, 10);
            storage.append(range(11, 12));
            assertThrows(IllegalArgumentException.class, () -> storage.beginSnapshot(11));
        }
    }

    /** Entries 1 to 600 with snapshots of 200 and 400. */
    private Storage withTwoSnapshots() throws IOException {
        Storage storage = Storage.open(disk, SMALL);
        appendForced(storage, 1, 600);
        snapshot(storage, 200, bytes(30), bytes(40));
        snapshot(storage, 400, bytes(30), bytes(40));
        return storage;
    }

    @Test
    void aSnapshotWithAnyFlippedOrMissingByteIsPassedOver() throws IOException {
        withTwoSnapshots().close();
        byte[] good = disk.bytes(FileNames.snapshot(400)).clone();
        for (int at = 0; at < good.length; at++) {
            byte[] flipped = good.clone();
            flipped[at] ^= 4;
            for (byte[] bad : List.of(flipped, Arrays.copyOf(good, at), Arrays.copyOf(good, good.length + at + 1))) {
                if (Arrays.equals(bad, good)) {
                    continue;
                }
                disk.put(FileNames.snapshot(400), bad);
                try (Storage storage = Storage.open(disk, SMALL)) {
                    assertEquals(200, newest(storage), "byte " + at);
                }
            }
        }
    }

    @Test
    void retentionKeepsEveryKeptSnapshotUsable() throws IOException {
        try (Storage storage = withTwoSnapshots()) {
            int files = FileNames.numbers(disk.list(), FileNames.LOG).size();
            storage.retain();
            int left = FileNames.numbers(disk.list(), FileNames.LOG).size();
            assertTrue(left < files, left + " of " + files);
            snapshot(storage, 600, bytes(9));
            storage.retain();
            assertEquals(List.of(400L, 600L), FileNames.numbers(disk.list(), FileNames.SNAPSHOT));
            assertTrue(FileNames.numbers(disk.list(), FileNames.LOG).size() < left);
        }
        byte[] bad = disk.bytes(FileNames.snapshot(600)).clone();
        bad[bad.length / 2] ^= 1;
        disk.put(FileNames.snapshot(600), bad);
        try (Storage storage = Storage.open(disk, SMALL)) {
            assertEquals(400, newest(storage));
            assertEquals(shown(range(401, 600)), replayed(storage, 400));
        }
    }

    @Test
    void retentionCountsOnlySnapshotsThatVerify() throws IOException {
        withTwoSnapshots().close();
        byte[] bad = disk.bytes(FileNames.snapshot(400)).clone();
        bad[70] ^= 1;
        disk.put(FileNames.snapshot(400), bad);
        List<String> before = disk.list();
        try (Storage storage = Storage.open(disk, SMALL)) {
            storage.retain();
            assertEquals(before, disk.list());
            assertEquals(shown(range(201, 600)), replayed(storage, 200));
        }
    }

    @Test
    void noReadableSnapshotAndNoWholeLogIsRefused() throws IOException {
        try (Storage storage = withTwoSnapshots()) {
            storage.retain();
        }
        for (long zxid : List.of(200L, 400L)) {
            disk.put(FileNames.snapshot(zxid), new byte[0]);
        }
        try (Storage storage = Storage.open(disk, SMALL)) {
            assertTrue(assertThrows(StorageException.class, storage::newestSnapshot)
                    .getMessage()
                    .contains("there is no readable snapshot"));
            assertThrows(StorageException.class, () -> replayed(storage, 0));
        }
    }

    @Test
    void aLogThatEndsBeforeItsSnapshotIsRefusedUntilTheOperatorAgrees() throws IOException {
        withTwoSnapshots().close();
        MemoryDisk old = new MemoryDisk();
        try (Storage storage = Storage.open(old, SMALL)) {
            appendForced(storage, 1, 50); // the same cluster by the same entropy
        }
        old.put(FileNames.snapshot(400), disk.bytes(FileNames.snapshot(400)));
        try (Storage storage = Storage.open(old, SMALL)) {
            assertTrue(assertThrows(StorageException.class, storage::newestSnapshot)
                    .getMessage()
                    .contains("accept-loss-from-0x191"));
        }
        old.put(FileNames.acceptLoss(0x191), new byte[0]);
        for (int start = 0; start < 2; start++) {
            try (Storage storage = Storage.open(old, SMALL);
                    SnapshotReader reader = storage.newestSnapshot()) {
                assertNotNull(reader);
                assertEquals(400 + start, storage.lastZxid());
                appendForced(storage, 401 + start, 401 + start);
                assertEquals(shown(range(401, 401 + start)), replayed(storage, 400));
            }
        }
    }
}
