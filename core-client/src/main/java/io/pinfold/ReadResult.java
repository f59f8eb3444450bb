package io.pinfold;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of one read of a batch of reads, in the place of its operation. Immutable. */
public sealed interface ReadResult {
    /**
     * Data and metadata.
     *
     * @param data the data, or {@code null} if the znode has none
     * @param stat the metadata
     */
    record Data(byte @Nullable [] data, Stat stat) implements ReadResult {}

    /**
     * Names of children, in no particular order.
     *
     * @param names the last elements of the children's paths
     */
    record Children(List<String> names) implements ReadResult {}

    /**
     * This read failed; the others of the batch are not affected.
     *
     * @param code why
     */
    record Failed(ErrorCode code) implements ReadResult {}
}
