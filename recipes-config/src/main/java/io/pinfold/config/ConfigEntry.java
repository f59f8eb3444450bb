package io.pinfold.config;

import io.pinfold.client.Node;

/**
 * A key of a configuration with its data. Immutable; the array must not be changed.
 *
 * @param key the path below the configuration's root, without a slash at its beginning
 * @param data the data; empty if the znode has none
 * @param version how often the data had been changed
 * @param createdAt zxid of the transaction that created the key; another one for a key that was deleted and made anew
 * @param changedAt zxid of the transaction that wrote the data
 */
public record ConfigEntry(String key, byte[] data, int version, long createdAt, long changedAt) {
    static ConfigEntry of(String key, Node node) {
        byte[] data = node.data();
        return new ConfigEntry(
                key,
                data == null ? new byte[0] : data,
                node.version(),
                node.stat().czxid(),
                node.stat().mzxid());
    }

    boolean isSame(ConfigEntry other) {
        return createdAt == other.createdAt && changedAt == other.changedAt;
    }
}
