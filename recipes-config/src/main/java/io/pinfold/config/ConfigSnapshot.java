package io.pinfold.config;

import io.pinfold.framework.Codec;
import io.pinfold.framework.TreeSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as it was after some transaction: what one transaction changed is here all of it or none, if the snapshot is
 * {@linkplain #exact exact}. Immutable; takes no copy, and shares what did not change with the snapshots before and after it.
 */
public final class ConfigSnapshot {
    private final Keys keys;
    private final long zxid;
    private final boolean exact;
    private final @Nullable TreeSnapshot tree;
    private final SortedMap<String, ConfigEntry> saved;

    /** A configuration as the server has it. */
    ConfigSnapshot(Keys keys, TreeSnapshot tree) {
        this.keys = keys;
        this.zxid = tree.zxid();
        this.exact = tree.exact();
        this.tree = tree;
        this.saved = Collections.emptySortedMap();
    }

    /** A configuration as it once was. */
    ConfigSnapshot(Keys keys, long zxid, boolean exact, SortedMap<String, ConfigEntry> saved) {
        this.keys = keys;
        this.zxid = zxid;
        this.exact = exact;
        this.tree = null;
        this.saved = saved;
    }

    static ConfigSnapshot empty(Keys keys) {
        return new ConfigSnapshot(keys, 0, true, new TreeMap<>());
    }

    /** {@return the path below which the keys are} */
    public String root() {
        return keys.root();
    }

    /** {@return the zxid of the last change that this snapshot shows; 0 if there was none} */
    public long zxid() {
        return zxid;
    }

    /**
     * {@return whether the configuration looked exactly like this when {@link #zxid()} had happened}
     *
     * <p>Always, except while changes come in so fast for a second or more that the reading of one is overtaken by the next,
     * again and again: then some keys may be shown in a later state than others.
     */
    public boolean exact() {
        return exact;
    }

    /** {@return all keys, sorted; also those that have keys below them, and the empty one for the root, if there is one} */
    public List<String> keys() {
        return entries().stream().map(ConfigEntry::key).toList();
    }

    /** {@return all keys with their data, sorted by the keys} */
    public List<ConfigEntry> entries() {
        if (tree == null) {
            return List.copyOf(saved.values());
        }
        List<ConfigEntry> all = new ArrayList<>(tree.size());
        tree.nodes().forEach(node -> all.add(ConfigEntry.of(keys.key(node.path()), node)));
        return all;
    }

    /**
     * {@return a key with its data, if it is there}
     *
     * @param key the key; not to begin with a slash
     * @throws io.pinfold.BadArgumentsException if it is none
     */
    public Optional<ConfigEntry> entry(String key) {
        String path = keys.path(key);
        return tree == null
                ? Optional.ofNullable(saved.get(key))
                : tree.get(path).map(node -> ConfigEntry.of(key, node));
    }

    /**
     * {@return the value of a key, if it is there}
     *
     * @param key the key
     * @param codec how the value is written
     * @param <T> the type of the value
     * @throws io.pinfold.BadArgumentsException if it is no key
     * @throws RuntimeException what the codec throws for bytes that are no value
     */
    public <T> Optional<T> get(String key, Codec<T> codec) {
        return entry(key).map(entry -> codec.decode(entry.data()));
    }

    @Override
    public String toString() {
        return "ConfigSnapshot[" + root() + ", zxid 0x" + Long.toHexString(zxid) + ']';
    }

    Keys names() {
        return keys;
    }
}
