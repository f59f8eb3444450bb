package io.pinfold.locks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a job's znode says: the last slot that is done with, and who had it. Immutable.
 *
 * @param slot the slot
 * @param fencingToken the token of its run
 * @param owner what the process said about itself
 */
record JobRecord(long slot, long fencingToken, String owner) {
    private static final Pattern TEXT = Pattern.compile("(-?\\d{1,18}) (\\d{1,19}) (.*)", Pattern.DOTALL);

    byte[] write() {
        return (slot + " " + fencingToken + " " + owner).getBytes(UTF_8);
    }

    /**
     * {@return what the data say, or empty if no slot was run yet}
     *
     * @throws IllegalStateException if they are something else
     */
    static Optional<JobRecord> read(String path, byte @Nullable [] data) {
        if (data == null || data.length == 0) {
            return Optional.empty();
        }
        Matcher text = TEXT.matcher(new String(data, UTF_8));
        if (!text.matches()) {
            throw new IllegalStateException("The znode " + path + " holds " + data.length
                    + " bytes that are no record of a job; is it used for something else?");
        }
        return Optional.of(new JobRecord(Long.parseLong(text.group(1)), Long.parseLong(text.group(2)), text.group(3)));
    }
}
