package io.pinfold.server.storage;

import static io.pinfold.server.storage.Entries.SMALL;
import static io.pinfold.server.storage.Entries.appendForced;
import static io.pinfold.server.storage.Entries.range;
import static io.pinfold.server.storage.Entries.replayed;
import static io.pinfold.server.storage.Entries.shown;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {
    @TempDir
    Path directory;

    @Test
    void keepsEntriesAcrossStartsAndCreatesTheDirectory() throws IOException {
        Path deep = directory.resolve("a/b");
        try (Storage storage = Storage.open(new FileDisk(deep), SMALL)) {
            storage.append(range(1, 400));
            storage.force();
            try (SnapshotWriter writer = storage.beginSnapshot(400)) {
                writer.write(new byte[] {1, 2, 3}, 1, 2);
                writer.commit();
            }
        }
        try (Storage storage = Storage.open(new FileDisk(deep), SMALL);
                SnapshotReader reader = storage.newestSnapshot()) {
            assertEquals(2, reader.nextBlock().length);
            assertEquals(shown(range(1, 400)), replayed(storage, 0));
            appendForced(storage, 401, 402);
        }
    }

    @Test
    void aSecondProcessIsRefused() throws IOException {
        try (Storage first = Storage.open(new FileDisk(directory), SMALL)) {
            assertEquals(
                    "data directory " + directory + " is used by another process",
                    assertThrows(StorageException.class, () -> Storage.open(new FileDisk(directory), SMALL))
                            .getMessage());
            appendForced(first, 1, 1);
        }
        Storage.open(new FileDisk(directory), SMALL).close();
    }

    @Test
    void onlyTheOwnerMayReadTheKey() throws IOException {
        assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Storage.open(new FileDisk(directory), SMALL).close();
        for (String name : List.of(FileNames.IDENTITY_A, FileNames.IDENTITY_B)) {
            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))));
        }
    }

    @Test
    void readsAndWritesAtPositions() throws IOException {
        try (FileDisk disk = new FileDisk(directory);
                DiskFile file = disk.create("x", Disk.Access.ORDINARY)) {
            file.extend(100);
            file.extend(50);
            file.write(98, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
            assertEquals(102, file.size());
            ByteBuffer into = ByteBuffer.allocate(10);
            assertEquals(4, file.read(98, into));
            assertEquals(1, into.get(0));
            assertEquals(0, file.read(200, into));
            assertThrows(IOException.class, () -> disk.create("x", Disk.Access.ORDINARY));
            assertThrows(IOException.class, () -> disk.open("y"));
            disk.rename("x", "z");
            assertEquals(List.of("z"), disk.list());
            disk.delete("z");
            assertThrows(IOException.class, () -> disk.delete("z"));
        }
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsASentence() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertTrue(assertThrows(StorageException.class, () -> new FileDisk(file))
                .getMessage()
                .startsWith("could not create data directory " + file));
    }
}
