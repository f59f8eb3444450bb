package io.pinfold.cli.sim;

import io.pinfold.config.ConfigChange;
import io.pinfold.config.ConfigEntry;
import io.pinfold.config.ConfigSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one listener of a configuration is told: each step begins where the one before ended, and names all keys that differ,
 * those that were deleted and made anew among them. Confined to the world's thread.
 */
final class ConfigStory {
    static final String PROMISE = "ConfigToldWhole";

    private final Complaints complaints;
    private final String viewer;
    private SortedMap<String, Long> last = new TreeMap<>();

    ConfigStory(Complaints complaints, String viewer) {
        this.complaints = complaints;
        this.viewer = viewer;
    }

    void told(ConfigChange change) {
        SortedMap<String, Long> before = keys(change.before());
        SortedMap<String, Long> after = keys(change.after());
        if (!before.equals(last)) {
            complaints.broken(PROMISE, viewer + " is told of a step from " + before + ", but was at " + last);
        }
        told(after, change.keys());
    }

    /** A step: what wrote each key, and which keys are said to have changed. */
    void told(SortedMap<String, Long> after, SortedSet<String> keys) {
        SortedSet<String> differ = new TreeSet<>();
        Map<String, Long> old = new HashMap<>(last);
        after.forEach((key, zxid) -> {
            if (!zxid.equals(old.remove(key))) {
                differ.add(key);
            }
        });
        differ.addAll(old.keySet());
        if (!differ.equals(keys)) {
            complaints.broken(PROMISE, viewer + " is told that " + keys + " changed, but " + differ + " did");
        }
        last = after;
    }

    private static SortedMap<String, Long> keys(ConfigSnapshot snapshot) {
        SortedMap<String, Long> keys = new TreeMap<>();
        for (ConfigEntry entry : snapshot.entries()) {
            keys.put(entry.key(), entry.changedAt());
        }
        return keys;
    }
}
