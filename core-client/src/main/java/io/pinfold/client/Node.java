package io.pinfold.client;

import io.pinfold.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A znode as it was read. Immutable; the data array must not be changed.
 *
 * @param path its path
 * @param data its data, or {@code null} if it has none
 * @param stat its metadata at the same zxid as the data
 */
public record Node(String path, byte @Nullable [] data, Stat stat) {
    /** {@return the version of the data, for a guarded change} */
    public int version() {
        return stat.version();
    }
}
