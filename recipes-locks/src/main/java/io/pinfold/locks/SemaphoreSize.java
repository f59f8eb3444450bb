package io.pinfold.locks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How many permits a semaphore has, as all its users read it from one znode. Immutable.
 *
 * @param path the znode
 * @param format how it is written
 * @param declared what this process was told, if it was
 */
record SemaphoreSize(String path, Format format, OptionalInt declared) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(?: (\\d{1,9}))?");

    /** How a size is written. */
    enum Format {
        /** The size in decimal digits; after it was changed, followed by the first one. */
        TEXT,
        /** Four bytes, the highest first, as Apache Curator's {@code SharedCount} writes them. */
        SHARED_COUNT
    }

    /** What is stored: the size now, and the one before any change, by which processes may still call it. */
    record Stored(int now, int initial) {}

    /** {@return what the data mean, or null if nothing is stored yet} */
    @Nullable
    Stored read(byte @Nullable [] data) {
        if (data == null || data.length == 0) {
            return null;
        }
        if (format == Format.SHARED_COUNT) {
            if (data.length != Integer.BYTES) {
                throw foreign(data);
            }
            int now = ByteBuffer.wrap(data).getInt();
            return new Stored(now, declared.orElse(now));
        }
        Matcher text = TEXT.matcher(new String(data, US_ASCII));
        if (!text.matches()) {
            throw foreign(data);
        }
        int now = Integer.parseInt(text.group(1));
        return new Stored(now, text.group(2) == null ? now : Integer.parseInt(text.group(2)));
    }

    /** {@return the data for a size, given what is stored} */
    byte[] write(int size, @Nullable Stored before) {
        if (format == Format.SHARED_COUNT) {
            return ByteBuffer.allocate(Integer.BYTES).putInt(size).array();
        }
        boolean first = before == null || before.initial() == size;
        return (first ? String.valueOf(size) : size + " " + before.initial()).getBytes(US_ASCII);
    }

    /** Throws if this process was told something else. */
    void compare(Stored stored) {
        if (declared.isPresent()) {
            int told = declared.getAsInt();
            if (told != stored.now() && told != stored.initial()) {
                throw new SizeMismatchException(path, stored.now(), stored.initial(), told);
            }
        }
    }

    int toBegin() {
        return declared.orElseThrow(() -> new IllegalStateException("Nobody said yet how many permits the semaphore "
                + path + " has; say so with builder(...).permits(n), or resize it"));
    }

    private IllegalStateException foreign(byte[] data) {
        return new IllegalStateException("The znode " + path + " holds " + data.length
                + " bytes that are no size of a semaphore; is it used for something else?");
    }
}
