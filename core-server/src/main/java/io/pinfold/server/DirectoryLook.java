package io.pinfold.server;

import io.pinfold.server.admin.DirectoryFacts;
import io.pinfold.server.storage.FileNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at a data directory from outside, while a member works in it. Stateless; blocks on the disk. */
final class DirectoryLook {
    private DirectoryLook() {}

    /** {@return what is there; nothing if it changes while it is looked at, or without a directory} */
    static DirectoryFacts at(@Nullable Path directory) {
        if (directory == null) {
            return DirectoryFacts.NONE;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return count(files);
        } catch (IOException | UncheckedIOException e) {
            return DirectoryFacts.NONE;
        }
    }

    private static DirectoryFacts count(Stream<Path> files) throws IOException {
        long bytes = 0;
        long zxid = -1;
        long seconds = -1;
        for (Path file : files.toList()) {
            bytes += file.toFile().length();
            OptionalLong snapshot = FileNames.snapshotZxid(String.valueOf(file.getFileName()));
            if (snapshot.isPresent() && snapshot.getAsLong() >= zxid) {
                zxid = snapshot.getAsLong();
                seconds = Files.getLastModifiedTime(file).toMillis() / 1000;
            }
        }
        return new DirectoryFacts(bytes, zxid, seconds);
    }
}
