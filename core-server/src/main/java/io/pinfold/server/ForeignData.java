package io.pinfold.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Data of Apache ZooKeeper in a directory that is to be ours. Stateless. */
final class ForeignData {
    private ForeignData() {}

    /** A server that starts empty beside ZooKeeper's data would look like a loss of all of it. */
    static void refuse(Path dataDir) {
        Path theirs = dataDir.resolve("version-2");
        if (!Files.isDirectory(theirs)) {
            return;
        }
        try (Stream<Path> files = Files.list(theirs)) {
            boolean data = files.map(path -> path.getFileName().toString())
                    .anyMatch(name -> name.startsWith("log.") || name.startsWith("snapshot."));
            if (data) {
                throw new ConfigException("dataDir=" + dataDir + " holds data of Apache ZooKeeper; take it over with"
                        + " pinfold import, into another directory");
            }
        } catch (IOException e) {
            throw new ConfigException("dataDir=" + dataDir + " cannot be read: " + e.getMessage(), e);
        }
    }
}
