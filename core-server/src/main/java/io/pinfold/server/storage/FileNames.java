package io.pinfold.server.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** How the files of a data directory are called. Stateless. */
public final class FileNames {
    /** Files under construction end in this; whatever is found with it at start was never finished. */
    static final String STAGED = ".new";

    static final String LOG = "log-";
    static final String SNAPSHOT = "snapshot-";
    static final String IDENTITY_A = "identity-a";
    static final String IDENTITY_B = "identity-b";
    static final String METADATA_A = "metadata-a";
    static final String METADATA_B = "metadata-b";
    static final String ACCEPT_LOSS = "accept-loss-from-";
    static final String DAMAGED = "damaged-";

    private FileNames() {}

    static String log(long sequence) {
        return LOG + hex(sequence);
    }

    static String snapshot(long zxid) {
        return SNAPSHOT + hex(zxid);
    }

    /** {@return the zxid of the snapshot that is called so, if it is a complete one} */
    public static OptionalLong snapshotZxid(String name) {
        return number(name, SNAPSHOT);
    }

    static String acceptLoss(long zxid) {
        return ACCEPT_LOSS + zxid(zxid);
    }

    /** {@return how a file is called that is of no use any more but may be looked at} */
    static String setAside(String name) {
        return DAMAGED + name;
    }

    static boolean isSetAside(String name) {
        return name.startsWith(DAMAGED) && isOurs(name.substring(DAMAGED.length()));
    }

    /** {@return a zxid as messages and file names for people show it} */
    static String zxid(long zxid) {
        return "0x" + Long.toHexString(zxid);
    }

    private static String hex(long number) {
        return String.format("%016x", number);
    }

    /** {@return the numbers of all finished files with this prefix, ascending} */
    static List<Long> numbers(List<String> names, String prefix) {
        List<Long> numbers = new ArrayList<>();
        for (String name : names) {
            number(name, prefix).ifPresent(numbers::add);
        }
        numbers.sort(null);
        return numbers;
    }

    private static OptionalLong number(String name, String prefix) {
        if (name.length() != prefix.length() + 16 || !name.startsWith(prefix)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(name, prefix.length(), name.length(), 16));
        } catch (NumberFormatException foreign) {
            return OptionalLong.empty();
        }
    }

    /** {@return whether storage gives files such names} */
    static boolean isOurs(String name) {
        String finished = isStaged(name) ? name.substring(0, name.length() - STAGED.length()) : name;
        return finished.equals(IDENTITY_A)
                || finished.equals(IDENTITY_B)
                || finished.equals(METADATA_A)
                || finished.equals(METADATA_B)
                || name.startsWith(ACCEPT_LOSS)
                || isSetAside(name)
                || number(finished, LOG).isPresent()
                || number(finished, SNAPSHOT).isPresent();
    }

    static boolean isStaged(String name) {
        return name.endsWith(STAGED);
    }
}
