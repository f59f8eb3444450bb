package io.pinfold.server.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeapDiskTest {
    private final HeapDisk disk = new HeapDisk();

    @Test
    void readsBackWhatWasWrittenAnywhere() throws IOException {
        byte[] model = new byte[100_000];
        Random random = new Random(3);
        DiskFile file = disk.create("x", Disk.Access.ORDINARY);
        file.extend(model.length);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(40_000)];
            random.nextBytes(bytes);
            int at = random.nextInt(model.length - bytes.length);
            System.arraycopy(bytes, 0, model, at, bytes.length);
            file.write(at, ByteBuffer.wrap(bytes));
            int from = random.nextInt(model.length);
            ByteBuffer into = ByteBuffer.allocate(30_000);
            int count = file.read(from, into);
            assertEquals(Math.min(30_000, model.length - from), count);
            assertArrayEquals(Arrays.copyOfRange(model, from, from + count), Arrays.copyOf(into.array(), count));
        }
        assertEquals(model.length, file.size());
    }

    @Test
    void namesAreMovedAndRemoved() throws IOException {
        disk.create("b", Disk.Access.ORDINARY);
        disk.create("a", Disk.Access.ORDINARY);
        assertThrows(IOException.class, () -> disk.create("a", Disk.Access.ORDINARY));
        disk.rename("a", "c");
        assertEquals(List.of("b", "c"), disk.list());
        disk.delete("b");
        assertThrows(IOException.class, () -> disk.open("b"));
    }

    @Test
    void oneUserAtATime() throws IOException {
        disk.lock();
        assertThrows(StorageException.class, disk::lock);
        disk.close();
        disk.lock();
    }
}
