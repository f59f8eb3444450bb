package io.pinfold.server.storage;

import static io.pinfold.server.storage.Entries.appendForced;
import static io.pinfold.server.storage.Entries.offset;
import static io.pinfold.server.storage.Entries.range;
import static io.pinfold.server.storage.Entries.replayed;
import static io.pinfold.server.storage.Entries.shown;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a member with peers makes of damage: it goes on with what can be read, and remembers what was there. */
@Execution(ExecutionMode.CONCURRENT)
class DamageTest {
    private static final StorageOptions PEERS =
            Entries.SMALL.damageTolerated(true).snapshotsKept(2);
    private static final String LOG = FileNames.log(1);
    private static final byte[] STATE = {1, 2, 3};

    /** What a start finds: how much of the log 1, 2, 3..., behind which snapshot, and what is missing. */
    private record Found(
            long snapshotZxid, long lastZxid, @Nullable Damage damage) {}

    private static MemoryDisk written(int entries) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        try (Storage storage = Storage.open(disk, PEERS)) {
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

    private static Found start(Storage storage) throws IOException {
        long zxid = 0;
        try (SnapshotReader snapshot = storage.newestSnapshot()) {
            zxid = snapshot == null ? 0 : snapshot.zxid();
        }
        List<String> entries = replayed(storage, zxid);
        long last = zxid + entries.size();
        assertEquals(shown(range(zxid + 1, last)), entries);
        assertEquals(last, storage.lastZxid());
        return new Found(zxid, last, storage.damage());
    }

    private static Found find(MemoryDisk disk) throws IOException {
        try (Storage storage = Storage.open(disk, PEERS)) {
            return start(storage);
        }
    }

    private static long neededBy(Found found) {
        return found.damage == null ? 0 : found.damage.neededZxid();
    }

    /** A leader sends what is missing, in two parts. */
    private static void repair(MemoryDisk disk, Found found, long last) throws IOException {
        long middle = (found.lastZxid + last) / 2;
        try (Storage storage = Storage.open(disk, PEERS)) {
            start(storage);
            appendForced(storage, found.lastZxid + 1, middle);
        }
        try (Storage storage = Storage.open(disk, PEERS)) {
            start(storage);
            assertEquals(middle < last, storage.damage() != null);
            appendForced(storage, middle + 1, last);
            assertNull(storage.damage());
        }
        assertEquals(last, find(disk).lastZxid);
        assertNull(find(disk).damage);
        assertTrue(
                disk.list().stream().noneMatch(FileNames::isSetAside),
                disk.list().toString());
    }

    private static void snapshot(Storage storage, long zxid) throws IOException {
        try (SnapshotWriter writer = storage.beginSnapshot(zxid)) {
            writer.write(STATE, 0, STATE.length);
            writer.commit();
        }
    }

    @Test
    void anyFlippedByteOfTheLogCostsOnlyWhatIsBehindItAndThatIsRemembered() throws IOException {
        MemoryDisk disk = written(12);
        int size = disk.bytes(LOG).length;
        int[] places = IntStream.concat(IntStream.range(0, 72), IntStream.range(offset(1), offset(13)))
                .toArray();
        for (int at : places) {
            MemoryDisk rotten = flipped(disk, LOG, at);
            Found found = find(rotten);
            assertTrue(found.lastZxid < 12, "at " + at);
            assertEquals(new Damage(found.lastZxid + 1, 12), found.damage, "at " + at);
            assertEquals(found, find(rotten), "again at " + at);
            if (at % 40 == 0) {
                repair(rotten, found, 12);
            }
        }
        for (int at = size - 13 * RecordFormat.SLOT; at < size; at++) {
            assertEquals(new Found(0, 12, null), find(flipped(disk, LOG, at)), "identifier at " + at);
        }
    }

    @Test
    void rotInAnOlderFileIsRememberedToo() throws IOException {
        MemoryDisk rotten = flipped(written(300), LOG, offset(9) + 40);
        Found found = find(rotten);
        assertEquals(new Found(0, 8, new Damage(9, 300)), found);
        assertEquals(found, find(rotten));
        repair(rotten, found, 300);
    }

    @Test
    void aFileWithoutItsHeaderTellsHowFarForcingHadCome() throws IOException {
        MemoryDisk disk = written(700);
        List<Long> files = FileNames.numbers(disk.list(), FileNames.LOG);
        assertTrue(files.size() > 3);
        for (long file : files) {
            MemoryDisk rotten = flipped(disk, FileNames.log(file), 30);
            Found found = find(rotten);
            assertEquals(700, neededBy(found));
            assertEquals(found.lastZxid + 1, found.damage == null ? 0 : found.damage.fromZxid());
            assertEquals(found, find(rotten));
            repair(rotten, found, 700);
        }
    }

    @Test
    void aFileThatASnapshotCoversIsNotMissed() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        try (Storage storage = Storage.open(disk, PEERS)) {
            appendForced(storage, 1, 500);
            snapshot(storage, 500);
            appendForced(storage, 501, 700);
        }
        assertEquals(new Found(500, 700, null), find(flipped(disk, FileNames.log(1), 30)));
        assertEquals(new Found(500, 700, null), find(flipped(disk, FileNames.log(2), 30)));
        assertEquals(new Found(500, 700, null), find(flipped(disk, LOG, offset(9))));
    }

    @Test
    void aCrashAnywhereOnTheWayLeavesTheEvidenceOrTheWholeLog() throws IOException {
        for (MemoryDisk rotten : List.of(
                flipped(written(300), LOG, offset(9) + 40),
                flipped(written(12), LOG, offset(9) + 40),
                flipped(written(700), FileNames.log(2), 30))) {
            long all = find(rotten.copy()).damage.neededZxid();
            boolean crashed = true;
            for (int call = 1; crashed; call += 1 + call / 50) {
                MemoryDisk disk = rotten.copy();
                crashed = repairUntil(disk.crashAt(call), all);
                Found left = find(disk.afterCrash(new Random(call)));
                assertTrue(left.lastZxid >= all || neededBy(left) == all, "crash at " + call + " leaves " + left);
            }
        }
    }

    private static boolean repairUntil(MemoryDisk disk, long last) throws IOException {
        try (Storage storage = Storage.open(disk, PEERS)) {
            Found found = start(storage);
            storage.append(range(found.lastZxid + 1, last - 1));
            storage.force();
            storage.saveMetadata(storage.metadata().vote(3, 1));
            appendForced(storage, last, last);
            return false;
        } catch (MemoryDisk.Crash e) {
            return true;
        }
    }

    @Test
    void aDamagedSnapshotIsReplacedByAnOlderOneAndTheLog() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        try (Storage storage = Storage.open(disk, PEERS)) {
            appendForced(storage, 1, 500);
            snapshot(storage, 300);
            snapshot(storage, 500);
            storage.retain();
            appendForced(storage, 501, 510);
        }
        String newest = FileNames.snapshot(500);
        for (int at = 0; at < disk.bytes(newest).length; at++) {
            assertEquals(new Found(300, 510, null), find(flipped(disk, newest, at)), "at " + at);
        }
    }

    @Test
    void withoutAReadableSnapshotForItsLogAMemberWaitsForTheLeaders() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        StorageOptions keepOne = PEERS.snapshotsKept(1);
        try (Storage storage = Storage.open(disk, keepOne)) {
            appendForced(storage, 1, 500);
            snapshot(storage, 500);
            storage.retain();
            appendForced(storage, 501, 510);
        }
        MemoryDisk rotten = flipped(disk, FileNames.snapshot(500), 70);
        assertEquals(new Found(0, 0, new Damage(1, 510)), find(rotten));
        assertEquals(new Found(0, 0, new Damage(1, 510)), find(rotten));
        try (Storage storage = Storage.open(rotten, keepOne)) {
            SnapshotWriter received = storage.receiveSnapshot(505, 77);
            storage.install(received, 77);
            assertEquals(510, storage.damage().neededZxid());
            appendForced(storage, 506, 510);
            assertNull(storage.damage());
        }
        assertEquals(505, find(rotten).snapshotZxid);
        assertNull(find(rotten).damage);
    }

    @Test
    void aSnapshotThatReachesFarEnoughRepairsAtOnce() throws IOException {
        MemoryDisk rotten = flipped(written(300), LOG, offset(9) + 40);
        try (Storage storage = Storage.open(rotten, PEERS)) {
            start(storage);
            storage.install(storage.receiveSnapshot(400, 77), 77);
            assertNull(storage.damage());
        }
        assertEquals(new Found(400, 400, null), find(rotten));
    }

    @Test
    void aServerWithoutPeersRefusesWhatAMemberCouldNotRepair() throws IOException {
        MemoryDisk rotten = flipped(written(12), LOG, offset(9) + 40);
        find(rotten);
        StorageException refused = assertThrows(StorageException.class, () -> Storage.open(rotten, Entries.SMALL));
        assertTrue(refused.getMessage().contains("accept-loss-from-0x9"), refused.getMessage());
        assertTrue(refused.getMessage().contains("up to 0xc was durable"), refused.getMessage());
    }

    @Test
    void theOperatorCanGiveUpWhatNobodyHas() throws IOException {
        MemoryDisk rotten = flipped(written(12), LOG, offset(9) + 40);
        assertEquals(new Damage(9, 12), find(rotten).damage);
        rotten.put(FileNames.acceptLoss(9), new byte[0]);
        assertEquals(new Found(0, 8, null), find(rotten));
        assertFalse(rotten.list().contains(FileNames.acceptLoss(9)));
    }

    @Test
    void damageThatWasRepairedIsForgottenBeforeTheLogIsCut() throws IOException {
        MemoryDisk rotten = flipped(written(12), LOG, offset(9) + 40);
        try (Storage storage = Storage.open(rotten, PEERS)) {
            start(storage);
            appendForced(storage, 9, 12);
            storage.cutAfter(10);
        }
        assertEquals(new Found(0, 10, null), find(rotten));
    }

    @Test
    void rotThatAPeerWouldGetEndsWhatTheLogCanGive() throws IOException {
        MemoryDisk disk = written(300);
        byte[] bytes = disk.bytes(LOG).clone();
        bytes[offset(9) + 40] ^= 1;
        try (Storage storage = Storage.open(disk, PEERS)) {
            start(storage);
            disk.put(LOG, bytes);
            LogSlice before = storage.read(3, 1 << 20);
            assertNotNull(before);
            assertEquals(8, before.entries().get(before.entries().size() - 1).zxid());
            assertNull(storage.read(8, 1 << 20));
            LogSlice behind = storage.read(250, 1 << 20);
            assertNotNull(behind);
            assertEquals(251, behind.entries().get(0).zxid());
        }
    }
}
