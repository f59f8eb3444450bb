package io.pinfold.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/** Reads files that only their owner and its group may see. Stateless. */
final class SecretFile {
    private SecretFile() {}

    /** {@return the one line of a file; what it holds is named in messages} */
    static String line(Path file, String what) {
        List<String> lines = lines(file, what);
        if (lines.size() != 1 || lines.get(0).isBlank()) {
            throw new ConfigException(file + " has " + lines.size() + " lines; it must hold " + what + " in one line");
        }
        return lines.get(0);
    }

    /** {@return the lines of a file; what it holds is named in messages} */
    static List<String> lines(Path file, String what) {
        try {
            PosixFileAttributeView attributes = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (attributes != null) {
                requirePrivate(file, what, attributes.readAttributes().permissions());
            }
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigException(file + ", which must hold " + what + ", cannot be read: " + e, e);
        }
    }

    private static void requirePrivate(Path file, String what, Set<PosixFilePermission> permissions) {
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new ConfigException(file + " holds " + what + ", and everybody on this machine has access to it; "
                    + "allow that only to its owner (chmod 600)");
        }
    }
}
