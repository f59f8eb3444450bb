package io.pinfold.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many connections clients may have: as many as are configured, unless the heap or the files that the process may open are
 * fewer. A server whose last file is taken by a client could not go on with its log. Immutable.
 *
 * @param connections the number
 * @param reason what it comes from
 */
record ConnectionLimit(int connections, String reason) {
    /** For the log, its snapshots, links with other members and the ports of operators. */
    private static final long OWN_FILES = 256;

    /** {@return the limit, of this process} */
    static ConnectionLimit of(int configured, MemoryShares shares) {
        return of(
                configured,
                shares.connections(),
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                        ? unix.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE);
    }

    /**
     * {@return the least of what is configured, or 0 for any number, what the heap bears, and what is left of the open files; not
     * less than one}
     */
    static ConnectionLimit of(int configured, int ofHeap, long files) {
        int wanted = configured == 0 ? Integer.MAX_VALUE : configured;
        long ofFiles = Math.max(1, files - Math.min(OWN_FILES, files / 2));
        if (wanted <= ofHeap && wanted <= ofFiles) {
            return new ConnectionLimit(wanted, "maxCnxns");
        }
        return ofHeap <= ofFiles
                ? new ConnectionLimit(Math.max(1, ofHeap), "heap")
                : new ConnectionLimit((int) ofFiles, "open files");
    }
}
