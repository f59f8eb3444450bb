package io.pinfold.server.storage;

import static io.pinfold.server.storage.Entries.SMALL;
import static io.pinfold.server.storage.Entries.appendForced;
import static io.pinfold.server.storage.Entries.offset;
import static io.pinfold.server.storage.Entries.range;
import static io.pinfold.server.storage.Entries.replayed;
import static io.pinfold.server.storage.Entries.shown;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotTest {
    private static final String LOG = FileNames.log(1);

    private static MemoryDisk written(int entries) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        try (Storage storage = Storage.open(disk, SMALL)) {
            appendForced(storage, 1, entries);
        }
        return disk;
    }

    private static MemoryDisk flipped(MemoryDisk disk, String name, int at) {
        MemoryDisk copy = disk.copy();
        byte[] bytes = copy.bytes(name).clone();
        bytes[at] ^= 0x10;
        copy.put(name, bytes);
        return copy;
    }

    private static String refusal(MemoryDisk disk) {
        return assertThrows(
                        StorageException.class, () -> Storage.open(disk, SMALL).close())
                .getMessage();
    }

    @Test
    void everyFlippedByteOfAMiddleRecordIsRefusedAndNothingIsChanged() throws IOException {
        MemoryDisk disk = written(5);
        for (int at = offset(3); at < offset(4); at++) {
            MemoryDisk rotten = flipped(disk, LOG, at);
            byte[] before = rotten.bytes(LOG).clone();
            String message = refusal(rotten);
            assertTrue(
                    message.contains(LOG)
                            && message.contains("offset " + offset(3))
                            && message.contains("transaction 0x3")
                            && message.contains("accept-loss-from-0x3"),
                    message);
            assertArrayEquals(before, rotten.bytes(LOG));
            assertEquals(disk.list(), rotten.list());
        }
    }

    @Test
    void everyFlippedByteOfTheLastForcedRecordIsRefused() throws IOException {
        MemoryDisk disk = written(5);
        for (int at = offset(5); at < offset(6); at++) {
            assertTrue(refusal(flipped(disk, LOG, at)).contains("transaction 0x5"));
        }
    }

    @Test
    void rotIsKnownFromLaterRecordsWhenAllIdentifiersAreGone() throws IOException {
        MemoryDisk rotten = flipped(written(5), LOG, offset(3));
        byte[] bytes = rotten.bytes(LOG).clone();
        Arrays.fill(bytes, bytes.length - 4096, bytes.length, (byte) 0);
        rotten.put(LOG, bytes);
        assertTrue(refusal(rotten).contains("transaction 0x4")); // the first of which anything is known
    }

    @Test
    void aFlippedByteAmongTheIdentifiersCostsNothing() throws IOException {
        MemoryDisk disk = written(5);
        int size = disk.bytes(LOG).length;
        for (int at = size - 6 * RecordFormat.SLOT; at < size; at++) {
            MemoryDisk rotten = flipped(disk, LOG, at);
            for (int opened = 0; opened < 2; opened++) {
                try (Storage storage = Storage.open(rotten, SMALL)) {
                    assertEquals(shown(range(1, 5)), replayed(storage, 0));
                }
            }
        }
    }

    @Test
    void everyFlippedByteOfAFileHeaderIsRefused() throws IOException {
        MemoryDisk disk = written(5);
        for (int at = 0; at < 72; at++) {
            assertTrue(refusal(flipped(disk, LOG, at)).contains(LOG));
        }
    }

    @Test
    void rotInAnOlderFileIsRefusedWhenItIsReplayed() throws IOException {
        MemoryDisk disk = written(300);
        MemoryDisk rotten = flipped(disk, LOG, offset(9) + 40);
        try (Storage storage = Storage.open(rotten, SMALL)) {
            String message = assertThrows(StorageException.class, () -> replayed(storage, 0))
                    .getMessage();
            assertTrue(message.contains(LOG) && message.contains("transaction 0x9"), message);
        }
    }

    @Test
    void acceptedLossCutsThereOnceAndOnlyThere() throws IOException {
        for (int entries : List.of(12, 300)) { // rot in the newest file, and in an older one
            MemoryDisk rotten = flipped(written(entries), LOG, offset(9) + 40);
            rotten.put(FileNames.acceptLoss(9), new byte[0]);
            try (Storage storage = Storage.open(rotten, SMALL)) {
                assertEquals(shown(range(1, 8)), replayed(storage, 0));
                assertEquals(8, storage.lastZxid());
                appendForced(storage, 9, 10);
            }
            assertFalse(rotten.list().contains(FileNames.acceptLoss(9)));
            try (Storage storage = Storage.open(rotten.copy(), SMALL)) {
                assertEquals(shown(range(1, 10)), replayed(storage, 0));
            }
        }
    }

    @Test
    void aLossAcceptedForAnotherTransactionChangesNothing() throws IOException {
        MemoryDisk rotten = flipped(written(12), LOG, offset(9) + 40);
        rotten.put(FileNames.acceptLoss(8), new byte[0]);
        assertTrue(refusal(rotten).contains("transaction 0x9"));
    }

    @Test
    void aMissingFileIsRefused() throws IOException {
        MemoryDisk disk = written(1000);
        int files = FileNames.numbers(disk.list(), FileNames.LOG).size();
        assertTrue(files > 3);
        MemoryDisk middle = disk.copy();
        middle.remove(FileNames.log(2));
        assertTrue(refusal(middle).contains(FileNames.log(2)));
        MemoryDisk newest = disk.copy();
        newest.remove(FileNames.log(files));
        assertTrue(refusal(newest).contains(FileNames.log(files)));
        MemoryDisk first = disk.copy();
        first.remove(FileNames.log(1));
        try (Storage storage = Storage.open(first, SMALL)) {
            assertTrue(assertThrows(StorageException.class, storage::newestSnapshot)
                    .getMessage()
                    .contains("begins only after"));
        }
    }

    @Test
    void aFileOfAnotherPlaceIsNamed() throws IOException {
        MemoryDisk disk = written(1000);
        MemoryDisk swapped = disk.copy();
        swapped.put(FileNames.log(2), disk.bytes(FileNames.log(3)));
        assertTrue(refusal(swapped).contains(FileNames.log(3)));
    }

    @Test
    void anEmptyNewestFileIsDroppedUnlessItWasInUse() throws IOException {
        MemoryDisk disk = written(5);
        disk.put(FileNames.log(2), new byte[0]);
        try (Storage storage = Storage.open(disk, SMALL)) {
            assertEquals(5, storage.lastZxid());
        }
        MemoryDisk lost = written(300);
        long newest = FileNames.numbers(lost.list(), FileNames.LOG).size();
        lost.put(FileNames.log(newest), new byte[0]);
        assertTrue(refusal(lost).contains("although it was in use"));
    }
}
