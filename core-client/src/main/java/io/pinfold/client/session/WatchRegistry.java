package io.pinfold.client.session;

import io.pinfold.ErrorCode;
import io.pinfold.WatchEvent;
import io.pinfold.WatcherType;
import io.pinfold.ZnodePath;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The watches of a client: who is told of which event, and what a new connection must be told to watch. A watch counts
 * from the reply that confirms it. Confined to the client's loop.
 *
 * <p>Servers keep one-shot watches on data and on existence in one table, and we keep them in two: after a lost
 * connection the server must know what we knew of the znode, to tell what we missed.
 */
final class WatchRegistry {
    private final WatchTable data = new WatchTable();
    private final WatchTable absent = new WatchTable();
    private final WatchTable children = new WatchTable();
    private final WatchTable persistent = new WatchTable();
    private final WatchTable recursive = new WatchTable();

    /** {@return how many watches there are: one for each znode and kind, however many are told} */
    int count() {
        return data.size() + absent.size() + children.size() + persistent.size() + recursive.size();
    }

    /** A call that carries a watch was submitted. */
    void expect(WatchRequest request) {
        table(request.kind()).expect(request.path());
    }

    /** The call was answered. */
    void settle(WatchRequest request, int err, boolean stillWanted) {
        table(request.kind()).unexpect(request.path());
        boolean missing = err == ErrorCode.NO_NODE.number();
        boolean set = err == 0
                || missing
                        && (request.kind() == WatchRequest.Kind.EXISTS
                                || request.kind().isLasting());
        if (set && stillWanted) {
            WatchTable into = missing && request.kind() == WatchRequest.Kind.EXISTS ? absent : table(request.kind());
            into.add(request.path(), request.target());
        }
    }

    /** The call was lost; it may be submitted again. */
    void unexpect(WatchRequest request) {
        table(request.kind()).unexpect(request.path());
    }

    private WatchTable table(WatchRequest.Kind kind) {
        return switch (kind) {
            case DATA, EXISTS -> data;
            case CHILDREN -> children;
            case PERSISTENT -> persistent;
            case RECURSIVE -> recursive;
        };
    }

    /** Tells everybody whom an event from the server concerns, each once. */
    void dispatch(WatchEvent.Type type, String path, long zxid) {
        Set<WatchTarget> told = new LinkedHashSet<>();
        switch (type) {
            case NODE_CREATED, NODE_DATA_CHANGED -> {
                data.consume(path, told);
                absent.consume(path, told);
            }
            case NODE_CHILDREN_CHANGED -> children.consume(path, told);
            case NODE_DELETED -> {
                data.consume(path, told);
                absent.consume(path, told);
                children.consume(path, told);
            }
            case RESYNC, WATCH_LOST -> throw new IllegalArgumentException(type + " does not come from servers");
        }
        persistent.collect(path, told);
        // The server sends a change of children for the sake of other watches; recursive ones hear of the child itself.
        if (type != WatchEvent.Type.NODE_CHILDREN_CHANGED && !recursive.isEmpty()) {
            collectFromAncestors(path, told);
        }
        for (WatchTarget target : told) {
            target.onEvent(type, path, zxid);
        }
    }

    private void collectFromAncestors(String path, Set<WatchTarget> told) {
        String at = path;
        recursive.collect(at, told);
        while (at.length() > 1) {
            at = ZnodePath.parent(at);
            recursive.collect(at, told);
        }
    }

    /**
     * Forgets a lasting watch.
     *
     * @return what to tell the server: nothing if others need the watch there
     */
    List<Request> removeLasting(WatchRequest request) {
        WatchTable table = table(request.kind());
        if (!table.remove(request.path(), request.target()) || table.isWanted(request.path())) {
            return List.of();
        }
        WatcherType type = request.kind() == WatchRequest.Kind.PERSISTENT
                ? WatcherType.PERSISTENT
                : WatcherType.PERSISTENT_RECURSIVE;
        return List.of(new Request.RemoveWatches(request.path(), type.number()));
    }

    /**
     * Forgets the one-shot watches of a target.
     *
     * @return what to tell the server: nothing for kinds that others need there
     */
    List<Request> removeOneShot(String path, WatchTarget target) {
        List<Request> requests = new ArrayList<>(2);
        boolean removed = data.remove(path, target) | absent.remove(path, target);
        if (removed && !data.isWanted(path) && !absent.isWanted(path)) {
            requests.add(new Request.RemoveWatches(path, WatcherType.DATA.number()));
        }
        if (children.remove(path, target) && !children.isWanted(path)) {
            requests.add(new Request.RemoveWatches(path, WatcherType.CHILDREN.number()));
        }
        return requests;
    }

    /** {@return the requests that set all watches anew on another connection} */
    List<WatchBatch> renewals(long lastZxid) {
        WatchBatch.Packer packer = new WatchBatch.Packer(lastZxid);
        data.all().keySet().forEach(path -> packer.add(WatchBatch.DATA, path));
        absent.all().keySet().forEach(path -> packer.add(WatchBatch.ABSENT, path));
        children.all().keySet().forEach(path -> packer.add(WatchBatch.CHILDREN, path));
        persistent.all().keySet().forEach(path -> packer.add(WatchBatch.PERSISTENT, path));
        recursive.all().keySet().forEach(path -> packer.add(WatchBatch.RECURSIVE, path));
        return packer.finish();
    }

    /** The server set the watches of a batch anew: whoever has a lasting one must read again. */
    void renewed(WatchBatch batch) {
        tell(persistent, batch.persistent(), WatchEvent.Type.RESYNC);
        tell(recursive, batch.recursive(), WatchEvent.Type.RESYNC);
    }

    /** The server refused a batch, because it does not know lasting watches: they are lost. */
    void refused(WatchBatch batch) {
        tell(persistent, batch.persistent(), WatchEvent.Type.WATCH_LOST);
        tell(recursive, batch.recursive(), WatchEvent.Type.WATCH_LOST);
        batch.persistent().forEach(persistent.all()::remove);
        batch.recursive().forEach(recursive.all()::remove);
    }

    private static void tell(WatchTable table, List<String> paths, WatchEvent.Type type) {
        for (String path : paths) {
            Set<WatchTarget> told = new LinkedHashSet<>();
            table.collect(path, told);
            told.forEach(target -> target.onEvent(type, path, -1));
        }
    }

    /** The session is over: one-shot watches end with it. */
    void endOneShots() {
        Map<String, Set<WatchTarget>> told = new LinkedHashMap<>();
        for (WatchTable table : List.of(data, absent, children)) {
            table.all()
                    .forEach((path, targets) -> told.computeIfAbsent(path, p -> new LinkedHashSet<>())
                            .addAll(targets));
            table.clear();
        }
        told.forEach(
                (path, targets) -> targets.forEach(target -> target.onEvent(WatchEvent.Type.WATCH_LOST, path, -1)));
    }

    /** The client is closed: everything ends. */
    void endAll() {
        endOneShots();
        for (WatchTable table : List.of(persistent, recursive)) {
            tell(table, List.copyOf(table.all().keySet()), WatchEvent.Type.WATCH_LOST);
            table.clear();
        }
    }
}
