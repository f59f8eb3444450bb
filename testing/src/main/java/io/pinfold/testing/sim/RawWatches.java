package io.pinfold.testing.sim;

import io.pinfold.WatchEvent;
import io.pinfold.wire.Request;
import java.util.List;
import java.util.TreeSet;

/** The watches that a client believes it has, to be renewed on its next connection. Confined to the world's thread. */
final class RawWatches {
    private final TreeSet<String> data = new TreeSet<>();
    private final TreeSet<String> exist = new TreeSet<>();
    private final TreeSet<String> child = new TreeSet<>();
    private final TreeSet<String> persistent = new TreeSet<>();
    private final TreeSet<String> recursive = new TreeSet<>();

    private List<TreeSet<String>> all() {
        return List.of(data, exist, child, persistent, recursive);
    }

    void clear() {
        all().forEach(TreeSet::clear);
    }

    boolean isEmpty() {
        return all().stream().allMatch(TreeSet::isEmpty);
    }

    void answered(Request request, boolean absent) {
        if (request instanceof Request.Exists read && read.watch()) {
            (absent ? exist : data).add(read.path());
        } else if (absent) {
            return;
        } else if (request instanceof Request.GetData read && read.watch()) {
            data.add(read.path());
        } else if (request instanceof Request.GetChildren2 read && read.watch()) {
            child.add(read.path());
        } else if (request instanceof Request.AddWatch add) {
            (add.mode() == 0 ? persistent : recursive).add(add.path());
        } else if (request instanceof Request.RemoveWatches remove) {
            removed(remove.path(), remove.type());
        }
    }

    private void removed(String path, int type) {
        boolean any = type == 3;
        if (any || type == 1) {
            child.remove(path);
        }
        if (any || type == 2) {
            data.remove(path);
            exist.remove(path);
        }
        if (any || type == 4) {
            persistent.remove(path);
        }
        if (any || type == 5) {
            recursive.remove(path);
        }
    }

    void fired(WatchEvent.Type type, String path) {
        if (type != WatchEvent.Type.NODE_CHILDREN_CHANGED) {
            data.remove(path);
            exist.remove(path);
        }
        if (type == WatchEvent.Type.NODE_CHILDREN_CHANGED || type == WatchEvent.Type.NODE_DELETED) {
            child.remove(path);
        }
    }

    Request renewal(long seenZxid) {
        return new Request.SetWatches2(
                seenZxid, list(data), list(exist), list(child), list(persistent), list(recursive));
    }

    private static List<String> list(TreeSet<String> paths) {
        return List.copyOf(paths);
    }
}
