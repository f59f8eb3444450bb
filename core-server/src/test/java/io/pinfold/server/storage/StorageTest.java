package io.pinfold.server.storage;

import static io.pinfold.server.storage.Entries.SMALL;
import static io.pinfold.server.storage.Entries.appendForced;
import static io.pinfold.server.storage.Entries.entry;
import static io.pinfold.server.storage.Entries.range;
import static io.pinfold.server.storage.Entries.replayed;
import static io.pinfold.server.storage.Entries.shown;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageTest {
    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void givesBackWhatWasAppended() throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            assertEquals(0, storage.lastZxid());
            assertNull(storage.newestSnapshot());
            storage.append(range(1, 500));
            storage.append(List.of(entry(1L << 32, 0), entry((1L << 32) + 1, 100_000)));
            storage.force();
            assertEquals((1L << 32) + 1, storage.forcedZxid());
            assertEquals(502, replayed(storage, 0).size());
        }
        try (Storage storage = Storage.open(disk, SMALL)) {
            List<LogEntry> expected = new ArrayList<>(range(498, 500));
            expected.add(entry(1L << 32, 0));
            expected.add(entry((1L << 32) + 1, 100_000));
            assertEquals(shown(expected), replayed(storage, 497));
            assertEquals((1L << 32) + 1, storage.lastZxid());
        }
    }

    @Test
    void aCleanEndIsContinuedInTheSameFile() throws IOException {
        for (int start = 0; start < 10; start++) {
            try (Storage storage = Storage.open(disk, SMALL)) {
                appendForced(storage, start * 5 + 1, start * 5 + 5);
            }
        }
        assertEquals(1, FileNames.numbers(disk.list(), FileNames.LOG).size());
        try (Storage storage = Storage.open(disk, SMALL)) {
            assertEquals(shown(range(1, 50)), replayed(storage, 0));
        }
    }

    @Test
    void chainValuesDependOnTheHistoryAndNothingElse() throws IOException {
        MemoryDisk other = new MemoryDisk();
        try (Storage one = Storage.open(disk, SMALL);
                Storage two = Storage.open(other, SMALL.segmentBytes(64 << 10))) {
            appendForced(one, 1, 400);
            two.append(range(1, 399));
            two.append(List.of(entry(400, 7)));
            two.force();
            for (long zxid : new long[] {0, 1, 77, 399}) {
                assertEquals(one.chainAt(zxid), two.chainAt(zxid));
            }
            assertNotEquals(one.chainAt(400), two.chainAt(400));
        }
    }

    @Test
    void aCutEntryIsGoneAndAnotherTakesItsPlace() throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            storage.append(range(1, 300));
            storage.cutAfter(40);
            assertEquals(40, storage.lastZxid());
            storage.append(List.of(entry(900)));
            storage.force();
            storage.cutAfter(30);
        }
        try (Storage storage = Storage.open(disk, SMALL)) {
            assertEquals(shown(range(1, 30)), replayed(storage, 0));
            appendForced(storage, 1000, 1200);
            assertEquals(231, replayed(storage, 0).size());
        }
    }

    @Test
    void zxidsThatDoNotAscendAreRefusedAndDoNoHarm() throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            appendForced(storage, 1, 5);
            assertThrows(IllegalArgumentException.class, () -> storage.append(List.of(entry(5))));
            assertThrows(IllegalArgumentException.class, () -> storage.append(List.of(entry(7), entry(6))));
            appendForced(storage, 6, 6);
            assertEquals(shown(range(1, 6)), replayed(storage, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"write", "force", "create", "rename", "forceDirectory", "extend"})
    void theFirstFailureIsTheLast(String call) throws IOException {
        Storage storage = Storage.open(disk, SMALL);
        appendForced(storage, 1, 5);
        disk.failNext(call);
        StorageException failure = assertThrows(StorageException.class, () -> {
            storage.append(range(6, 300)); // rolls
            storage.force();
        });
        assertTrue(failure.getMessage().endsWith("No space left on device"), failure.getMessage());
        int calls = disk.calls();
        assertThrows(StorageException.class, () -> storage.append(List.of(entry(1000))));
        assertThrows(StorageException.class, storage::force);
        assertThrows(StorageException.class, () -> storage.beginSnapshot(1));
        assertThrows(StorageException.class, storage::retain);
        storage.close();
        assertEquals(calls, disk.calls());
        try (Storage after = Storage.open(disk.copy(), SMALL)) {
            assertEquals(shown(range(1, 5)), replayed(after, 0).subList(0, 5));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"write log-", "force log-"})
    void aMistakeWhileWritingEndsTheUseAsWellAndIsNotSealed(String call) throws IOException {
        FailingDisk failing = new FailingDisk(disk);
        Storage storage = Storage.open(failing, SMALL);
        appendForced(storage, 1, 5);
        failing.breakDown(call);
        assertThrows(IllegalStateException.class, () -> appendForced(storage, 6, 6));
        failing.heal();

        assertThrows(StorageException.class, () -> storage.append(List.of(entry(7))));
        storage.close();
        try (Storage after = Storage.open(disk, SMALL)) {
            assertEquals(shown(range(1, 5)), replayed(after, 0).subList(0, 5));
        }
    }

    @Test
    void aDirectoryInUseIsRefused() throws IOException {
        try (Storage first = Storage.open(disk, SMALL)) {
            assertEquals(
                    "data directory /data is used by another process",
                    assertThrows(StorageException.class, () -> Storage.open(disk, SMALL))
                            .getMessage());
            appendForced(first, 1, 1);
        }
        Storage.open(disk, SMALL).close();
    }

    @Test
    void aRefusedDirectoryIsGivenBack() throws IOException {
        Storage.open(disk, SMALL).close();
        assertThrows(StorageException.class, () -> Storage.open(disk, SMALL.memberId(2)));
        Storage.open(disk, SMALL).close();
    }

    @Test
    void aDirectoryOfAnotherMemberOrClusterIsRefused() throws IOException {
        UUID cluster = new UUID(1, 2);
        Storage.open(disk, SMALL.memberId(3).clusterId(cluster)).close();
        assertTrue(assertThrows(StorageException.class, () -> Storage.open(disk, SMALL.memberId(2)))
                .getMessage()
                .contains("belongs to member 3, not to member 2"));
        assertTrue(assertThrows(
                        StorageException.class,
                        () -> Storage.open(disk, SMALL.memberId(3).clusterId(new UUID(1, 3))))
                .getMessage()
                .contains("belongs to cluster " + cluster));
        try (Storage storage = Storage.open(disk, SMALL.memberId(3))) {
            assertEquals(cluster, storage.identity().clusterId());
        }
    }

    @Test
    void filesOfOthersAreLeftAlone() throws IOException {
        List<String> foreign = List.of("myid", "version-2", "log-1", "log.100", "notes.new", "snapshot-x");
        foreign.forEach(name -> disk.put(name, new byte[] {1}));
        try (Storage storage = Storage.open(disk, SMALL)) {
            appendForced(storage, 1, 3);
        }
        Storage.open(disk, SMALL).close();
        assertTrue(disk.list().containsAll(foreign));
    }

    @Test
    void whatWasNeverFinishedIsRemoved() throws IOException {
        Storage.open(disk, SMALL).close();
        disk.put(FileNames.log(2) + FileNames.STAGED, new byte[100]);
        disk.put(FileNames.snapshot(9) + FileNames.STAGED, new byte[100]);
        try (Storage storage = Storage.open(disk, SMALL)) {
            assertFalse(disk.list().stream().anyMatch(FileNames::isStaged));
            appendForced(storage, 1, 1);
        }
    }

    @Test
    void theSessionKeyIsSecretAndStays() throws IOException {
        StorageOptions random = StorageOptions.defaults().segmentBytes(StorageOptions.MIN_SEGMENT_BYTES);
        Identity identity;
        try (Storage storage = Storage.open(disk, random)) {
            identity = storage.identity();
        }
        try (Storage storage = Storage.open(disk, random)) {
            assertArrayEquals(identity.sessionKey(), storage.identity().sessionKey());
            assertEquals(identity.toString(), storage.identity().toString());
        }
        try (Storage other = Storage.open(new MemoryDisk(), random)) {
            assertNotEquals(identity.clusterId(), other.identity().clusterId());
            assertNotEquals(identity.incarnation(), other.identity().incarnation());
        }
    }

    @Test
    void theChainAtARecentForceIsTheOneThatTheLogHolds() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        long[] remembered = new long[301];
        try (Storage storage = Storage.open(disk, SMALL)) {
            appendForced(storage, 1, 300);
            for (int zxid = 1; zxid <= 300; zxid++) {
                remembered[zxid] = storage.chainAt(zxid);
            }
            storage.cutAfter(200);
            storage.append(List.of(entry(201, 9)));
            storage.force();
            assertNotEquals(remembered[201], storage.chainAt(201));
            remembered[201] = storage.chainAt(201);
        }

        try (Storage storage = Storage.open(disk, SMALL)) {
            for (int zxid = 1; zxid <= 201; zxid++) {
                assertEquals(remembered[zxid], storage.chainAt(zxid));
            }
        }
    }
}
