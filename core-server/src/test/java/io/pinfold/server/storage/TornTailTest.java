package io.pinfold.server.storage;

import static io.pinfold.server.storage.Entries.SMALL;
import static io.pinfold.server.storage.Entries.appendForced;
import static io.pinfold.server.storage.Entries.entry;
import static io.pinfold.server.storage.Entries.offset;
import static io.pinfold.server.storage.Entries.range;
import static io.pinfold.server.storage.Entries.replayed;
import static io.pinfold.server.storage.Entries.shown;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TornTailTest {
    private static final String LOG = FileNames.log(1);
    private static final int SLOT_5 = StorageOptions.MIN_SEGMENT_BYTES - 5 * RecordFormat.SLOT;

    private final Random random = new Random(1);
    private MemoryDisk crashed;
    private int start;
    private int end;

    /** Four entries forced one by one, a fifth written but not forced. */
    @BeforeEach
    void crashWithOneEntryInFlight() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Storage storage = Storage.open(disk, SMALL);
        appendForced(storage, 1, 4);
        storage.append(List.of(entry(5)));
        crashed = disk.copy();
        start = offset(5);
        end = offset(6);
    }

    private interface Damage {
        void on(byte[] log);
    }

    private MemoryDisk damaged(Damage damage) {
        MemoryDisk disk = crashed.copy();
        byte[] log = disk.bytes(LOG).clone();
        damage.on(log);
        disk.put(LOG, log);
        return disk;
    }

    private void assertFourLeftAndUsable(MemoryDisk disk, String what) throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            assertEquals(4, storage.lastZxid(), what);
            assertEquals(shown(range(1, 4)), replayed(storage, 0), what);
            storage.append(List.of(entry(7, 3)));
            storage.force();
        }
        try (Storage storage = Storage.open(disk.copy(), SMALL)) {
            assertEquals(List.of(4L, 7L), List.of(storage.tail().forcedZxid() - 3, storage.lastZxid()), what);
            assertEquals(1, replayed(storage, 4).size(), what);
        }
    }

    @Test
    void anUndamagedUnforcedEntryIsKept() throws IOException {
        try (Storage storage = Storage.open(crashed, SMALL)) {
            assertEquals(shown(range(1, 5)), replayed(storage, 0));
            assertEquals(new LogTail(4, 5, 5), storage.tail());
        }
    }

    @Test
    void zerosFromAnyByteOfTheLastRecordOnAreCut() throws IOException {
        int lastByte = lastNonZero(crashed.bytes(LOG));
        for (int p = start; p <= lastByte; p++) {
            int from = p;
            assertFourLeftAndUsable(damaged(log -> Arrays.fill(log, from, end, (byte) 0)), "zeros from " + p);
            assertFourLeftAndUsable(
                    damaged(log -> {
                        Arrays.fill(log, from, end, (byte) 0);
                        Arrays.fill(log, SLOT_5, SLOT_5 + RecordFormat.SLOT, (byte) 0);
                    }),
                    "zeros from " + p + " and no identifier");
        }
    }

    private int lastNonZero(byte[] log) {
        int at = end - 1;
        while (log[at] == 0) {
            at--;
        }
        return at;
    }

    @Test
    void garbageFromAnyByteOfTheLastRecordOnIsCut() throws IOException {
        for (int p = start; p < end; p++) {
            int from = p;
            assertFourLeftAndUsable(damaged(log -> garble(log, from, end)), "garbage from " + p);
            assertFourLeftAndUsable(
                    damaged(log -> {
                        garble(log, from, end);
                        garble(log, SLOT_5, SLOT_5 + RecordFormat.SLOT);
                    }),
                    "garbage from " + p + " and in the identifier");
        }
    }

    private void garble(byte[] log, int from, int to) {
        for (int i = from; i < to; i++) {
            log[i] ^= (byte) (1 + random.nextInt(255));
        }
    }

    @Test
    void aLostIdentifierOfAnIntactLastRecordCostsNothing() throws IOException {
        MemoryDisk disk = damaged(log -> garble(log, SLOT_5, SLOT_5 + RecordFormat.SLOT));
        try (Storage storage = Storage.open(disk, SMALL)) {
            assertEquals(shown(range(1, 5)), replayed(storage, 0));
        }
    }

    @Test
    void aFileCutAtAnyByteIsTakenOnlyWhenTheOperatorAgrees() throws IOException {
        for (int p = start; p < end; p++) {
            MemoryDisk disk = crashed.copy();
            disk.put(LOG, Arrays.copyOf(crashed.bytes(LOG), p));
            MemoryDisk untouched = disk.copy();
            String message = assertThrows(StorageException.class, () -> Storage.open(untouched, SMALL))
                    .getMessage();
            assertTrue(message.contains(LOG) && message.contains("0x4"), message);
            disk.put(FileNames.acceptLoss(5), new byte[0]);
            assertFourLeftAndUsable(disk, "cut at " + p);
        }
    }

    @Test
    void aTornBatchIsCutBehindItsLastWholeRecord() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Storage storage = Storage.open(disk, SMALL);
        appendForced(storage, 1, 4);
        storage.append(range(5, 20));
        byte[] log = disk.bytes(LOG).clone();
        garble(log, offset(9) + 3, offset(9) + 4);
        MemoryDisk torn = disk.copy();
        torn.put(LOG, log);
        try (Storage after = Storage.open(torn, SMALL)) {
            assertEquals(shown(range(1, 8)), replayed(after, 0));
            assertEquals(new LogTail(4, 8, 20), after.tail());
        }
    }

    @Test
    void cutEntriesNeverComeBackWhenShorterOnesTakeTheirPlace() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Storage storage = Storage.open(disk, SMALL);
        appendForced(storage, 1, 4);
        storage.append(range(5, 20));
        byte[] log = disk.bytes(LOG).clone();
        garble(log, offset(5), offset(5) + 1);
        MemoryDisk now = disk.copy();
        now.put(LOG, log);
        for (long zxid = 100; zxid < 110; zxid++) {
            try (Storage after = Storage.open(now, SMALL)) {
                after.append(List.of(entry(zxid, 1)));
                after.force();
            }
            try (Storage again = Storage.open(now.copy(), SMALL)) {
                assertEquals(4 + zxid - 99, replayed(again, 0).size());
                assertEquals(zxid, again.lastZxid());
            }
            now = now.copy();
        }
    }

    @Test
    void aPayloadThatLooksLikeARecordIsNotBelieved() throws IOException {
        RecordFormat guessed = new RecordFormat(0);
        ByteBuffer forged = ByteBuffer.allocate(RecordFormat.HEADER);
        LogEntry inner = new LogEntry(900, new byte[0]);
        guessed.writeRecord(forged, inner, 5, Checksums.content(900, inner.payload()), 899);
        MemoryDisk disk = new MemoryDisk();
        Storage storage = Storage.open(disk, SMALL);
        storage.append(List.of(new LogEntry(1, forged.array())));
        byte[] log = disk.bytes(LOG).clone();
        log[SegmentHeader.BYTES] ^= 1;
        MemoryDisk torn = disk.copy();
        torn.put(LOG, log);
        try (Storage after = Storage.open(torn, SMALL)) {
            assertEquals(0, after.lastZxid());
        }
    }
}
