package io.pinfold.server.watch;

import io.pinfold.WatchEvent;
import io.pinfold.ZnodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to hear of which znode, and what they hear. There are four kinds of watches, which do not affect each other:
 * <i>data</i> and <i>child</i> watches end with their first event, <i>persistent</i> and <i>recursive</i> ones stay until
 * they are removed. A watcher hears of one change once, however many of its watches match.
 *
 * <p>What all watches of one watcher on one path have in common is one object of 48 bytes, linked into the lists of its
 * path and of its watcher and into one table, so a path with a hundred thousand watchers costs no more per watch than a
 * hundred thousand paths with one, and taking away a watcher costs what the watcher had. Events reach the watchers of a
 * path in the order in which they came.
 *
 * <p>Confined to the node loop.
 *
 * @param <W> who watches: a connection. Compared by {@code equals}
 */
public final class WatchIndex<W> {
    private final HashMap<String, WatchedPath<W>> paths = new HashMap<>();
    private final HashMap<W, WatcherEntry<W>> watchers = new HashMap<>();
    private final WatchTable<W> table = new WatchTable<>();
    private final int[] countByKind = new int[Watch.ALL + 1];
    private int nextNumber;
    private long change;

    /** Tells of the next event of the znode itself: its creation, deletion or new data. */
    public void addData(String path, W watcher) {
        add(path, watcher, Watch.DATA);
    }

    /** Tells of the next change of the set of children, or of the znode's deletion. */
    public void addChild(String path, W watcher) {
        add(path, watcher, Watch.CHILD);
    }

    /** Tells of all that data and child watches tell of, until it is removed. */
    public void addPersistent(String path, W watcher) {
        add(path, watcher, Watch.PERSISTENT);
    }

    /** Tells of creation, deletion and new data of the znode and of everything below it, until it is removed. */
    public void addRecursive(String path, W watcher) {
        add(path, watcher, Watch.RECURSIVE);
    }

    private void add(String path, W watcher, int kind) {
        WatchedPath<W> watched = paths.computeIfAbsent(path, WatchedPath::new);
        WatcherEntry<W> entry = watchers.get(watcher);
        if (entry == null) {
            entry = new WatcherEntry<>(watcher, nextNumber++);
            watchers.put(watcher, entry);
        }
        Watch<W> watch = table.find(watched, entry);
        if (watch == null) {
            watch = new Watch<>(watched, entry);
            watched.append(watch);
            entry.add(watch);
            table.add(watch);
        }
        if ((watch.kinds & kind) == 0) {
            watch.kinds |= kind;
            countByKind[kind]++;
        }
    }

    /** A znode was created. */
    public void created(String path, EventSink<W> sink) {
        if (table.size() != 0) {
            tellOfNode(path, WatchEvent.Type.NODE_CREATED, Watch.DATA, sink);
            tellOfChildren(path, sink);
        }
    }

    /** A znode was deleted. */
    public void deleted(String path, EventSink<W> sink) {
        if (table.size() != 0) {
            tellOfNode(path, WatchEvent.Type.NODE_DELETED, Watch.DATA | Watch.CHILD, sink);
            tellOfChildren(path, sink);
        }
    }

    /** A znode's data was set. */
    public void dataChanged(String path, EventSink<W> sink) {
        if (table.size() != 0) {
            tellOfNode(path, WatchEvent.Type.NODE_DATA_CHANGED, Watch.DATA, sink);
        }
    }

    private void tellOfNode(String path, WatchEvent.Type type, int consumed, EventSink<W> sink) {
        change++;
        tell(path, path, type, consumed, Watch.PERSISTENT | Watch.RECURSIVE, sink);
        String ancestor = path;
        while (countByKind[Watch.RECURSIVE] != 0 && ancestor.length() > 1) {
            ancestor = ZnodePath.parent(ancestor);
            tell(ancestor, path, type, 0, Watch.RECURSIVE, sink);
        }
    }

    private void tellOfChildren(String path, EventSink<W> sink) {
        if (countByKind[Watch.CHILD] + countByKind[Watch.PERSISTENT] != 0) {
            change++;
            String parent = ZnodePath.parent(path);
            tell(parent, parent, WatchEvent.Type.NODE_CHILDREN_CHANGED, Watch.CHILD, Watch.PERSISTENT, sink);
        }
    }

    /** Tells the watchers of one path of an event, and ends those of their watches that are consumed by it. */
    private void tell(
            String watchedPath, String path, WatchEvent.Type type, int consumed, int lasting, EventSink<W> sink) {
        WatchedPath<W> watched = paths.get(watchedPath);
        Watch<W> watch = watched == null ? null : watched.first;
        while (watch != null) {
            Watch<W> next = watch.nextOfPath;
            WatcherEntry<W> entry = watch.watcher;
            if ((watch.kinds & (consumed | lasting)) != 0 && sink.mayHear(entry.watcher, type)) {
                drop(watch, consumed);
                if (entry.toldOf != change) {
                    entry.toldOf = change;
                    sink.deliver(entry.watcher, type, path);
                }
            }
            watch = next;
        }
    }

    /** Forgets all watches of a watcher. */
    public void removeConnection(W watcher) {
        WatcherEntry<W> entry = watchers.get(watcher);
        Watch<W> watch = entry == null ? null : entry.first;
        while (watch != null) {
            Watch<W> next = watch.nextOfWatcher;
            drop(watch, Watch.ALL);
            watch = next;
        }
    }

    /**
     * Ends watches of a watcher on a path, without an event.
     *
     * @param watcherType which kinds: 1 child, 2 data, 3 any, 4 persistent, 5 recursive
     * @return whether there was one
     */
    public boolean remove(String path, W watcher, int watcherType) {
        Watch<W> watch = find(path, watcher);
        int kinds = watch == null ? 0 : watch.kinds & kinds(watcherType);
        if (watch == null || kinds == 0) {
            return false;
        }
        drop(watch, kinds);
        return true;
    }

    /**
     * {@return whether a watcher has a watch on a path}
     *
     * @param watcherType which kinds, as with {@link #remove}
     */
    public boolean contains(String path, W watcher, int watcherType) {
        Watch<W> watch = find(path, watcher);
        return watch != null && (watch.kinds & kinds(watcherType)) != 0;
    }

    /** {@return whether the protocol knows this type of watcher} */
    public static boolean isWatcherType(int watcherType) {
        return kinds(watcherType) != 0;
    }

    private static int kinds(int watcherType) {
        return switch (watcherType) {
            case 1 -> Watch.CHILD;
            case 2 -> Watch.DATA;
            case 3 -> Watch.ALL;
            case 4 -> Watch.PERSISTENT;
            case 5 -> Watch.RECURSIVE;
            default -> 0;
        };
    }

    /** {@return the number of watches, each kind on each path by each watcher counted apart} */
    public int count() {
        return countByKind[Watch.DATA]
                + countByKind[Watch.CHILD]
                + countByKind[Watch.PERSISTENT]
                + countByKind[Watch.RECURSIVE];
    }

    /** {@return the number of paths that are watched} */
    public int pathCount() {
        return paths.size();
    }

    /** {@return the number of those who watch} */
    public int watcherCount() {
        return watchers.size();
    }

    /** {@return the paths that somebody watches, those first that were watched last} */
    public List<String> pathsOf(W watcher) {
        List<String> watched = new ArrayList<>();
        WatcherEntry<W> entry = watchers.get(watcher);
        for (Watch<W> watch = entry == null ? null : entry.first; watch != null; watch = watch.nextOfWatcher) {
            watched.add(watch.path.path);
        }
        return watched;
    }

    private @Nullable Watch<W> find(String path, W watcher) {
        WatchedPath<W> watched = paths.get(path);
        WatcherEntry<W> entry = watchers.get(watcher);
        return watched == null || entry == null ? null : table.find(watched, entry);
    }

    /** Ends some kinds of a watch, and forgets the watch, its path and its watcher once they have nothing left. */
    private void drop(Watch<W> watch, int kinds) {
        for (int kind = Watch.DATA; kind <= Watch.RECURSIVE; kind <<= 1) {
            if ((watch.kinds & kinds & kind) != 0) {
                countByKind[kind]--;
            }
        }
        watch.kinds &= ~kinds;
        if (watch.kinds != 0) {
            return;
        }
        table.remove(watch);
        watch.path.remove(watch);
        if (watch.path.first == null) {
            paths.remove(watch.path.path);
        }
        watch.watcher.remove(watch);
        if (watch.watcher.first == null) {
            watchers.remove(watch.watcher.watcher);
        }
    }
}
