package io.pinfold.server.storage;

import static io.pinfold.server.storage.Entries.entry;
import static io.pinfold.server.storage.Entries.range;
import static io.pinfold.server.storage.Entries.replayed;
import static io.pinfold.server.storage.Entries.shown;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a member of an ensemble asks of its disk, and what a crash in the middle leaves. */
class DiskQueueTest {
    private static final StorageOptions OPTIONS = Entries.SMALL.snapshotsKept(2);
    private static final byte[] STATE = {1, 2, 3};

    /** Remembers what it was told. */
    private static final class Told implements DiskListener {
        long forced;

        @Nullable
        Metadata saved;

        final List<String> order = new ArrayList<>();
        final List<LogEntry> read = new ArrayList<>();
        final List<byte[]> blocks = new ArrayList<>();
        boolean gone;
        long installed;

        @Override
        public void onForced(long zxid) {
            forced = zxid;
            order.add("forced " + zxid);
        }

        @Override
        public void onSaved(Metadata metadata) {
            saved = metadata;
            order.add("saved " + metadata.epoch());
        }

        @Override
        public void onLogRead(int peer, @Nullable LogSlice slice) {
            gone = slice == null;
            if (slice != null) {
                read.addAll(slice.entries());
            }
        }

        @Override
        public void onUnreadable() {
            order.add("unreadable");
        }

        @Override
        public void onSnapshotGone(int peer) {
            order.add("gone for " + peer);
        }

        @Override
        public void onSnapshotRead(int peer, long zxid, long chain, int index, byte[] block, boolean last) {
            blocks.add(block);
            order.add("block " + index + (last ? " last" : ""));
        }

        @Override
        public void onSnapshotStored(long zxid, long chain, int index, boolean last) {
            if (last) {
                installed = zxid;
            }
        }
    }

    private static void run(DiskQueue queue) throws IOException {
        while (queue.begin()) {
            queue.finish();
        }
    }

    @Test
    void answersInTheOrderOfTheCommandsAndForcesOnceForNeighbours() throws IOException {
        try (Storage storage = Storage.open(new MemoryDisk(), OPTIONS)) {
            Told told = new Told();
            DiskQueue queue = new DiskQueue(storage, told);
            queue.add(new DiskCommand.Append(range(1, 3)));
            queue.add(new DiskCommand.Append(range(4, 5)));
            queue.add(new DiskCommand.Save(storage.metadata().vote(7, 2)));
            queue.add(new DiskCommand.Append(range(6, 6)));
            run(queue);
            assertEquals(List.of("forced 5", "saved 7", "forced 6"), told.order);
        }
    }

    @Test
    void readsOnWhileTheLogIsWrittenAndRolled() throws IOException {
        try (Storage storage = Storage.open(new MemoryDisk(), OPTIONS)) {
            Told told = new Told();
            DiskQueue queue = new DiskQueue(storage, told);
            for (long zxid = 1; zxid <= 300; zxid++) {
                queue.add(new DiskCommand.Append(List.of(entry(zxid, 300))));
                if (zxid % 3 == 0) {
                    long after = told.read.isEmpty()
                            ? 0
                            : told.read.get(told.read.size() - 1).zxid();
                    queue.add(new DiskCommand.ReadLog(2, after, 2_000));
                }
                run(queue);
            }
            queue.add(new DiskCommand.ReadLog(
                    2, told.read.get(told.read.size() - 1).zxid(), 1 << 20));
            run(queue);
            List<LogEntry> all = new ArrayList<>();
            for (long zxid = 1; zxid <= 300; zxid++) {
                all.add(entry(zxid, 300));
            }
            assertEquals(shown(all), shown(told.read));
        }
    }

    @Test
    void startsReadingInTheMiddleAndAcrossACut() throws IOException {
        try (Storage storage = Storage.open(new MemoryDisk(), OPTIONS)) {
            Told told = new Told();
            DiskQueue queue = new DiskQueue(storage, told);
            queue.add(new DiskCommand.Append(range(1, 9)));
            queue.add(new DiskCommand.Cut(5));
            queue.add(new DiskCommand.Append(List.of(new LogEntry(1L << 32, new byte[0]), entry((1L << 32) + 1))));
            queue.add(new DiskCommand.ReadLog(2, 3, 1 << 20));
            run(queue);
            assertEquals(
                    List.of(4L, 5L, 1L << 32, (1L << 32) + 1),
                    told.read.stream().map(LogEntry::zxid).toList());

            LogSlice behindCut = storage.read(8, 1 << 20);
            assertNotNull(behindCut);
            assertEquals(5, behindCut.previousZxid());
            assertEquals(storage.chainAt(5), behindCut.previousChain());
        }
    }

    @Test
    void saysThatTheLogNoLongerReachesBack() throws IOException {
        try (Storage storage = Storage.open(new MemoryDisk(), OPTIONS)) {
            Told told = new Told();
            DiskQueue queue = new DiskQueue(storage, told);
            queue.add(new DiskCommand.Append(range(1, 9)));
            queue.add(new DiskCommand.StoreSnapshot(20, 77, 0, STATE, true));
            queue.add(new DiskCommand.ReadLog(2, 3, 100));
            run(queue);
            assertTrue(told.gone);
            assertNull(storage.read(9, 100));
        }
    }

    @Test
    void passesASnapshotOnBlockByBlock() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        try (Storage storage = Storage.open(disk, OPTIONS)) {
            Told told = new Told();
            DiskQueue queue = new DiskQueue(storage, told);
            queue.add(new DiskCommand.StoreSnapshot(20, 77, 0, STATE, false));
            queue.add(new DiskCommand.StoreSnapshot(20, 77, 1, new byte[] {9}, true));
            queue.add(new DiskCommand.ReadSnapshot(3, 0));
            queue.add(new DiskCommand.ReadSnapshot(3, 1));
            queue.add(new DiskCommand.CloseSnapshot(3));
            run(queue);
            assertEquals(20, told.installed);
            assertEquals(List.of("block 0", "block 1 last"), told.order);
            assertArrayEquals(STATE, told.blocks.get(0));
        }
    }

    @Test
    void saysThatASnapshotEndsInTheMiddle() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        try (Storage storage = Storage.open(disk, OPTIONS)) {
            Told told = new Told();
            DiskQueue queue = new DiskQueue(storage, told);
            queue.add(new DiskCommand.StoreSnapshot(20, 77, 0, STATE, false));
            queue.add(new DiskCommand.StoreSnapshot(20, 77, 1, STATE, false));
            queue.add(new DiskCommand.StoreSnapshot(20, 77, 2, new byte[1000], true));
            run(queue);
            String file = disk.list().stream()
                    .filter(name -> name.startsWith("snapshot-"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = disk.bytes(file).clone();
            bytes[bytes.length - 500] ^= 1;
            disk.put(file, bytes);

            queue.add(new DiskCommand.ReadSnapshot(3, 0));
            queue.add(new DiskCommand.ReadSnapshot(3, 1));
            queue.add(new DiskCommand.ReadSnapshot(3, 0));
            run(queue);
            assertEquals(List.of("block 0", "unreadable", "gone for 3", "unreadable"), told.order);
        }
    }

    @Test
    void asksForASnapshotWhenThereIsNoneToSend() throws IOException {
        try (Storage storage = Storage.open(new MemoryDisk(), OPTIONS)) {
            Told told = new Told();
            DiskQueue queue = new DiskQueue(storage, told);
            queue.add(new DiskCommand.Append(range(1, 9)));
            queue.add(new DiskCommand.ReadSnapshot(3, 0));
            run(queue);
            assertEquals(List.of("forced 9", "unreadable"), told.order);
        }
    }

    /** Whatever was acknowledged last, or what was under way then, is what is there after a crash at any call. */
    @Test
    void aCrashAtAnyCallLosesNothingThatWasTold() throws IOException {
        for (int call = 1; ; call++) {
            Random random = new Random(call);
            MemoryDisk disk = new MemoryDisk();
            Storage.open(disk, OPTIONS).close();
            disk = disk.afterKill();
            Told told = new Told();
            boolean crashed = run(disk.crashAt(call), told);
            try (Storage storage = Storage.open(disk.afterCrash(random), OPTIONS)) {
                checkAfterCrash(storage, told, call);
            }
            if (!crashed) {
                return;
            }
        }
    }

    private static boolean run(MemoryDisk disk, Told told) {
        try (Storage storage = Storage.open(disk, OPTIONS)) {
            DiskQueue queue = new DiskQueue(storage, told);
            queue.add(new DiskCommand.Save(storage.metadata().vote(1, 1)));
            queue.add(new DiskCommand.Append(range(1, 6)));
            queue.add(new DiskCommand.Save(storage.metadata().vote(2, 3)));
            queue.add(new DiskCommand.Cut(4));
            queue.add(new DiskCommand.Append(range(100, 101)));
            queue.add(new DiskCommand.StoreSnapshot(120, 77, 0, STATE, false));
            queue.add(new DiskCommand.StoreSnapshot(120, 77, 1, STATE, true));
            queue.add(new DiskCommand.Append(range(121, 122)));
            queue.add(new DiskCommand.Save(storage.metadata().vote(3, 1)));
            run(queue);
            return false;
        } catch (IOException | MemoryDisk.Crash e) {
            return true;
        }
    }

    private static void checkAfterCrash(Storage storage, Told told, int call) throws IOException {
        String when = "crash at call " + call + ", told " + told.order;
        long epoch = storage.metadata().epoch();
        long knownEpoch = told.saved == null ? 0 : told.saved.epoch();
        assertTrue(epoch == knownEpoch || epoch == knownEpoch + 1, when + ", has epoch " + epoch);
        long snapshotZxid = 0;
        try (SnapshotReader snapshot = storage.newestSnapshot()) {
            if (snapshot != null) {
                snapshotZxid = snapshot.zxid();
                assertEquals(77, snapshot.chain());
                assertArrayEquals(STATE, snapshot.nextBlock());
            }
        }
        assertTrue(snapshotZxid >= told.installed, when);
        List<String> entries = replayed(storage, snapshotZxid);
        if (snapshotZxid > 0) {
            assertTrue(isPrefix(entries, shown(range(121, 122))), when + ", has " + entries);
            assertTrue(entries.size() >= told.forced - 120, when);
        } else if (told.forced == 101) {
            List<LogEntry> kept = new ArrayList<>(range(1, 4));
            kept.addAll(range(100, 101));
            assertEquals(shown(kept), entries, when);
        } else if (told.forced == 6) {
            List<LogEntry> rest = new ArrayList<>(range(1, 4));
            rest.addAll(range(100, 101));
            assertTrue(
                    entries.size() >= 4 && (isPrefix(entries, shown(range(1, 6))) || isPrefix(entries, shown(rest))),
                    when + ", has " + entries);
        }
    }

    private static boolean isPrefix(List<String> some, List<String> all) {
        return some.size() <= all.size() && all.subList(0, some.size()).equals(some);
    }

    /** What a process wrote and could not force is read by the next one, and the next, and would be gone when the power is. */
    @Test
    void whatIsReadOfTheMetadataIsDurableThoughNoForceOfThemSucceeded() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Storage.open(disk, OPTIONS).close();
        FailingDisk failing = new FailingDisk(disk.afterKill());
        try (Storage storage = Storage.open(failing, OPTIONS)) {
            failing.fail("force metadata-a");
            assertThrows(
                    IOException.class,
                    () -> storage.saveMetadata(storage.metadata().vote(9, 2)));
        }
        disk = disk.afterKill();
        FailingDisk again = new FailingDisk(disk);
        again.fail("force metadata-b");
        assertThrows(IOException.class, () -> Storage.open(again, OPTIONS));
        disk = disk.afterKill();

        long epoch;
        try (Storage storage = Storage.open(disk, OPTIONS)) {
            epoch = storage.metadata().epoch();
        }
        for (int seed = 0; seed < 20; seed++) {
            try (Storage storage = Storage.open(disk.afterCrash(new Random(seed)), OPTIONS)) {
                assertEquals(epoch, storage.metadata().epoch(), "seed " + seed);
            }
        }
    }

    @Test
    void eitherCopyOfTheMetadataIsEnoughAndNoneIsRefused() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        try (Storage storage = Storage.open(disk, OPTIONS)) {
            storage.saveMetadata(storage.metadata().vote(9, 2));
        }
        for (String name : List.of(FileNames.METADATA_A, FileNames.METADATA_B)) {
            for (int at = 0; at < disk.bytes(name).length; at += 5) {
                MemoryDisk damaged = disk.afterKill();
                byte[] bytes = damaged.bytes(name).clone();
                bytes[at] ^= 4;
                damaged.put(name, bytes);
                try (Storage storage = Storage.open(damaged, OPTIONS)) {
                    assertEquals(9, storage.metadata().epoch());
                    assertEquals(2, storage.metadata().votedFor());
                }
            }
        }
        MemoryDisk lost = disk.afterKill();
        lost.put(FileNames.METADATA_A, new byte[10]);
        lost.put(FileNames.METADATA_B, new byte[10]);
        StorageException refused = assertThrows(StorageException.class, () -> Storage.open(lost, OPTIONS));
        assertTrue(refused.getMessage().contains("both copies of the metadata"), refused.getMessage());
    }
}
