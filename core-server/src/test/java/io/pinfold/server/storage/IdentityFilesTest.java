package io.pinfold.server.storage;

import static io.pinfold.server.storage.Entries.SMALL;
import static io.pinfold.server.storage.Entries.appendForced;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdentityFilesTest {
    private final MemoryDisk disk = new MemoryDisk();
    private byte[] original;

    @BeforeEach
    void create() throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            appendForced(storage, 1, 3);
        }
        original = disk.bytes(FileNames.IDENTITY_A).clone();
    }

    private void flip(String name, int at) {
        byte[] bytes = original.clone();
        bytes[at] ^= 1;
        disk.put(name, bytes);
    }

    private String refusal() {
        return assertThrows(StorageException.class, () -> Storage.open(disk, SMALL))
                .getMessage();
    }

    @Test
    void eitherCopySufficesAndTheOtherIsWrittenAnew() throws IOException {
        for (String name : List.of(FileNames.IDENTITY_A, FileNames.IDENTITY_B)) {
            for (int at = 0; at < original.length; at++) {
                flip(name, at);
                Storage.open(disk, SMALL).close();
                assertArrayEquals(original, disk.bytes(name));
            }
            disk.put(name, Arrays.copyOf(original, 10));
            Storage.open(disk, SMALL).close();
            disk.remove(name);
            Storage.open(disk, SMALL).close();
            assertArrayEquals(original, disk.bytes(name));
        }
    }

    @Test
    void twoBadCopiesAreRefused() {
        flip(FileNames.IDENTITY_A, 5);
        flip(FileNames.IDENTITY_B, 50);
        assertTrue(refusal().startsWith("both copies of the identity"));
    }

    @Test
    void twoDifferentCopiesAreRefused() throws IOException {
        MemoryDisk other = new MemoryDisk();
        Storage.open(other, SMALL.entropy(bytes -> Arrays.fill(bytes, (byte) 9)))
                .close();
        disk.put(FileNames.IDENTITY_B, other.bytes(FileNames.IDENTITY_B));
        assertTrue(refusal().contains("belong to different members"));
    }

    @Test
    void aDirectoryThatLostItsIdentityIsNotTakenForANewOne() {
        disk.remove(FileNames.IDENTITY_A);
        disk.remove(FileNames.IDENTITY_B);
        assertTrue(refusal().contains("has lost its identity"));
    }

    @Test
    void aDirectoryThatLostItsLogIsNotTakenForANewOne() {
        disk.remove(FileNames.log(1));
        assertTrue(refusal().contains("log files are missing"));
    }

    @Test
    void theSessionKeyIsNotShown() throws IOException {
        try (Storage storage = Storage.open(disk, SMALL)) {
            assertEquals(-1, storage.identity().toString().indexOf("key"));
        }
    }
}
