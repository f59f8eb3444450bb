package io.pinfold.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.storage.Damage;
import io.pinfold.server.storage.FileDisk;
import io.pinfold.server.storage.Storage;
import io.pinfold.server.storage.StorageOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What happens to data directories: bytes flip, copies are put back, files are lost. Stateless. */
final class Directories {
    /** Records of these tests are all in the first part of a log file. */
    private static final int SEARCHED_BYTES = 4 << 20;

    private Directories() {}

    /** {@return the files whose names begin like this, oldest first} */
    static List<Path> files(Path dir, String prefix) throws IOException {
        try (Stream<Path> all = Files.list(dir)) {
            return all.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    /** Flips a bit of a byte, counted from the end if negative. */
    static void flip(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long place = at < 0 ? channel.size() + at : at;
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, place);
            one.put(0, (byte) (one.get(0) ^ 0x20)).rewind();
            channel.write(one, place);
        }
    }

    /** Flips a bit of a text in the log, at the place where it was written last. */
    static void flipInLog(Path dir, String text) throws IOException {
        List<Path> logs = files(dir, "log-");
        for (int i = logs.size() - 1; i >= 0; i--) {
            int at = indexOf(logs.get(i), text);
            if (at >= 0) {
                flip(logs.get(i), at);
                return;
            }
        }
        throw new AssertionError(text + " is not in the log in " + dir);
    }

    /** {@return whether a text was written to the log, durably or not} */
    static boolean isInLog(Path dir, String text) throws IOException {
        for (Path log : files(dir, "log-")) {
            if (indexOf(log, text) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static int indexOf(Path log, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(SEARCHED_BYTES);
            channel.read(bytes, 0);
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1).lastIndexOf(text);
        }
    }

    /** Empties a directory. */
    static void empty(Path dir) throws IOException {
        for (Path file : files(dir, "")) {
            Files.delete(file);
        }
    }

    /** Makes a directory hold what another one holds, and nothing else. */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        empty(to);
        for (Path file : files(from, "")) {
            copyFile(file, to.resolve(file.getFileName()));
        }
    }

    /** Log files are large and mostly empty. */
    private static void copyFile(Path from, Path to) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer part = ByteBuffer.allocate(1 << 20);
            byte[] zeros = new byte[1 << 20];
            for (long at = 0; in.read(part.clear(), at) > 0; at += part.limit()) {
                part.flip();
                boolean last = at + part.limit() == in.size();
                if (last || Arrays.mismatch(part.array(), 0, part.limit(), zeros, 0, part.limit()) >= 0) {
                    out.write(part, at);
                }
            }
        }
    }

    /** {@return what is missing in the directory of a member that does not run} */
    static @Nullable Damage damage(Path dir, int member) throws IOException {
        assertTrue(files(dir, "log-").size() > 0, dir + " is a data directory");
        try (Storage storage = Storage.open(
                new FileDisk(dir), StorageOptions.defaults().memberId(member).damageTolerated(true))) {
            return storage.damage();
        }
    }
}
