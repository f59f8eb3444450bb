package io.pinfold.framework;

import io.pinfold.BadVersionException;
import io.pinfold.NoNodeException;
import io.pinfold.NodeExistsException;
import io.pinfold.PinfoldException;
import io.pinfold.Stat;
import io.pinfold.WatchEvent;
import io.pinfold.ZnodePath;
import io.pinfold.client.Children;
import io.pinfold.client.Node;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A tree of znodes that remembers how it looked after each change. Confined to one thread. */
final class SmallServer {
    private record Znode(byte @Nullable [] data, Stat stat) {}

    private final TreeMap<String, Znode> znodes = new TreeMap<>();
    /** How everything looked after each zxid, each znode as a line of text. */
    private final Map<Long, Map<String, String>> history = new HashMap<>();

    final List<Consumer<WatchEvent>> observers = new ArrayList<>();
    private long zxid = 100;

    SmallServer() {
        znodes.put("/", new Znode(null, new Stat(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
        remember();
    }

    long zxid() {
        return zxid;
    }

    boolean has(String path) {
        return znodes.containsKey(path);
    }

    @Nullable
    String text(String path) {
        Znode znode = znodes.get(path);
        return znode == null ? null : text(znode.data);
    }

    /** Each znode below a path as it was after a change, or the last one before it. */
    Map<String, String> picture(String below, long at) {
        Map<String, String> all = history.get(at);
        Map<String, String> found = new TreeMap<>();
        all.forEach((path, line) -> {
            if (path.equals(below) || path.startsWith(TreeSnapshot.prefix(below))) {
                found.put(path, line);
            }
        });
        return found;
    }

    static String line(Stat stat, byte @Nullable [] data) {
        return stat.czxid() + "/" + stat.mzxid() + "/" + stat.ephemeralOwner() + "/" + text(data);
    }

    /** Does several things as one transaction. */
    void change(Runnable... steps) {
        zxid++;
        try {
            List.of(steps).forEach(Runnable::run);
        } catch (PinfoldException refused) {
            zxid--;
            throw refused;
        }
        remember();
    }

    void create(String path, String data, long owner) {
        change(() -> make(path, data.getBytes(StandardCharsets.UTF_8), owner));
    }

    void set(String path, String data) {
        change(() -> write(path, data.getBytes(StandardCharsets.UTF_8), -1));
    }

    void delete(String path) {
        change(() -> remove(path, -1));
    }

    /** A session ends. */
    void end(long session) {
        List<String> owned = znodes.entrySet().stream()
                .filter(entry -> entry.getValue().stat.ephemeralOwner() == session)
                .map(Map.Entry::getKey)
                .toList();
        if (!owned.isEmpty()) {
            change(() -> owned.forEach(path -> remove(path, -1)));
        }
    }

    // Parts of a change.

    Stat make(String path, byte @Nullable [] data, long owner) {
        if (znodes.containsKey(path)) {
            throw new NodeExistsException(path, "exists: " + path);
        }
        String parent = ZnodePath.parent(path);
        Znode above = find(parent);
        znodes.put(parent, new Znode(above.data, counted(above.stat, 1)));
        Stat stat = new Stat(zxid, zxid, 0, 0, 0, 0, 0, owner, data == null ? 0 : data.length, 0, zxid);
        znodes.put(path, new Znode(data, stat));
        tell(path, WatchEvent.Type.NODE_CREATED);
        return stat;
    }

    Stat write(String path, byte @Nullable [] data, int version) {
        Stat old = find(path).stat;
        if (version >= 0 && version != old.version()) {
            throw new BadVersionException(path, "bad version of " + path);
        }
        Stat stat = new Stat(
                old.czxid(),
                zxid,
                0,
                0,
                old.version() + 1,
                old.cversion(),
                0,
                old.ephemeralOwner(),
                data == null ? 0 : data.length,
                old.numChildren(),
                old.pzxid());
        znodes.put(path, new Znode(data, stat));
        tell(path, WatchEvent.Type.NODE_DATA_CHANGED);
        return stat;
    }

    void remove(String path, int version) {
        Stat stat = find(path).stat;
        if (version >= 0 && version != stat.version()) {
            throw new BadVersionException(path, "bad version of " + path);
        }
        if (stat.numChildren() > 0) {
            throw new IllegalStateException("not empty: " + path);
        }
        znodes.remove(path);
        String parent = ZnodePath.parent(path);
        Znode above = find(parent);
        znodes.put(parent, new Znode(above.data, counted(above.stat, -1)));
        tell(path, WatchEvent.Type.NODE_DELETED);
    }

    // Reads.

    Node read(String path) {
        Znode znode = find(path);
        return new Node(path, znode.data, znode.stat);
    }

    Children list(String path) {
        Stat stat = find(path).stat;
        String prefix = TreeSnapshot.prefix(path);
        List<String> names = znodes.keySet().stream()
                .filter(each -> each.startsWith(prefix)
                        && each.length() > prefix.length()
                        && each.indexOf('/', prefix.length()) < 0)
                .map(ZnodePath::name)
                .toList();
        return new Children(path, names, stat);
    }

    private Znode find(String path) {
        Znode znode = znodes.get(path);
        if (znode == null) {
            throw new NoNodeException(path, "no node " + path);
        }
        return znode;
    }

    private void tell(String path, WatchEvent.Type type) {
        observers.forEach(observer -> observer.accept(new WatchEvent(type, path, zxid)));
    }

    private void remember() {
        Map<String, String> now = new TreeMap<>();
        znodes.forEach((path, znode) -> now.put(path, line(znode.stat, znode.data)));
        history.put(zxid, now);
    }

    private Stat counted(Stat stat, int children) {
        return new Stat(
                stat.czxid(),
                stat.mzxid(),
                0,
                0,
                stat.version(),
                stat.cversion() + 1,
                0,
                stat.ephemeralOwner(),
                stat.dataLength(),
                stat.numChildren() + children,
                zxid);
    }

    private static String text(byte @Nullable [] data) {
        return data == null ? "-" : new String(data, StandardCharsets.UTF_8);
    }
}
