package io.pinfold.config;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The step from one snapshot of a configuration to a later one. What one transaction changed is in one step. Immutable.
 *
 * @param before the configuration before
 * @param after the configuration now
 * @param keys the keys that were added, changed, removed, or removed and added again
 */
public record ConfigChange(ConfigSnapshot before, ConfigSnapshot after, SortedSet<String> keys) {
    /** {@return the zxid of the last change in it} */
    public long zxid() {
        return after.zxid();
    }

    /** {@return the difference between two configurations, found by comparing everything} */
    static ConfigChange between(ConfigSnapshot before, ConfigSnapshot after) {
        SortedMap<String, ConfigEntry> old = new TreeMap<>();
        before.entries().forEach(entry -> old.put(entry.key(), entry));
        SortedSet<String> changed = new TreeSet<>();
        for (ConfigEntry entry : after.entries()) {
            ConfigEntry was = old.remove(entry.key());
            if (was == null || !was.isSame(entry)) {
                changed.add(entry.key());
            }
        }
        changed.addAll(old.keySet());
        return new ConfigChange(before, after, changed);
    }
}
