package io.pinfold.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory processes take. Stateless. */
final class ResidentMemory {
    private ResidentMemory() {}

    /** {@return the most physical memory that a process had, where the system tells it; 0 elsewhere} */
    static int mostMegabytes(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }
}
