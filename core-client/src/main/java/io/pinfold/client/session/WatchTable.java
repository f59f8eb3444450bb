package io.pinfold.client.session;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who watches which path, for one kind of watch; also how many calls are under way that would add a watcher, because
 * taking a watch off the server would take it away from them, too. Confined to the client's loop.
 */
final class WatchTable {
    private final Map<String, Set<WatchTarget>> targets = new LinkedHashMap<>();
    private final Map<String, Integer> expected = new LinkedHashMap<>();

    void expect(String path) {
        expected.merge(path, 1, Integer::sum);
    }

    void unexpect(String path) {
        expected.computeIfPresent(path, (p, count) -> count == 1 ? null : count - 1);
    }

    void add(String path, WatchTarget target) {
        targets.computeIfAbsent(path, p -> new LinkedHashSet<>(2)).add(target);
    }

    /** {@return whether it was there} */
    boolean remove(String path, WatchTarget target) {
        Set<WatchTarget> on = targets.get(path);
        if (on == null || !on.remove(target)) {
            return false;
        }
        if (on.isEmpty()) {
            targets.remove(path);
        }
        return true;
    }

    /** {@return whether a watch of this kind on the server is of use to anybody} */
    boolean isWanted(String path) {
        return targets.containsKey(path) || expected.containsKey(path);
    }

    int size() {
        return targets.size();
    }

    boolean isEmpty() {
        return targets.isEmpty();
    }

    /** {@return the watched paths with their targets, in the order in which they were first watched} */
    Map<String, Set<WatchTarget>> all() {
        return targets;
    }

    void collect(String path, Set<WatchTarget> into) {
        Set<WatchTarget> on = targets.get(path);
        if (on != null) {
            into.addAll(on);
        }
    }

    void consume(String path, Set<WatchTarget> into) {
        @Nullable Set<WatchTarget> on = targets.remove(path);
        if (on != null) {
            into.addAll(on);
        }
    }

    void clear() {
        targets.clear();
    }
}
