package io.pinfold.testing.sim.oracle;

import io.pinfold.WatchEvent;
import io.pinfold.ZnodePath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The watches of one connection, the events that it got, and those that it is owed. Confined to the world's thread. */
final class WatchLedger {
    private record Due(long zxid, WatchEvent.Type type, String path) {}

    final TreeSet<String> data = new TreeSet<>();
    final TreeSet<String> child = new TreeSet<>();
    final TreeSet<String> persistent = new TreeSet<>();
    final TreeSet<String> recursive = new TreeSet<>();

    private final long connection;
    private final String invariant;
    private final ArrayDeque<Due> got = new ArrayDeque<>();
    private final ArrayDeque<Due> owed = new ArrayDeque<>();
    private long position;
    private boolean lost;

    WatchLedger(long connection, String invariant) {
        this.connection = connection;
        this.invariant = invariant;
    }

    void told(Fact.Told told) {
        got.add(new Due(told.zxid(), told.type(), told.path()));
    }

    /**
     * The member had applied everything up to this zxid, as a reply or an event shows.
     *
     * @param partly whether events of the last transaction may still be on their way
     */
    void advance(Model model, long zxid, boolean partly) {
        if (data.isEmpty() && child.isEmpty() && persistent.isEmpty() && recursive.isEmpty()) {
            position = Math.max(position, zxid);
        } else if (!model.remembers(position)) {
            lost = true;
        }
        for (Model.Step step : lost ? List.<Model.Step>of() : model.between(position, zxid)) {
            for (State.Change change : step.after().changes) {
                owe(step.entry().zxid(), change);
            }
        }
        position = Math.max(position, zxid);
        if (lost) {
            got.clear();
            owed.clear();
            return;
        }
        while (!got.isEmpty() && !owed.isEmpty() && (got.peek().zxid() > 0 || !partly)) {
            settle(got.poll(), owed.poll());
        }
        if (!owed.isEmpty() && !(partly && owed.peek().zxid() == zxid)) {
            throw broken("did not hear of " + owed.peek() + " before 0x" + Long.toHexString(zxid));
        }
        if (partly && !got.isEmpty() && got.peek().zxid() > 0) {
            throw broken("was told of " + got.peek() + ", which it is not owed");
        }
    }

    void requireNothingMore() {
        if (lost) {
            got.clear();
        }
        if (!got.isEmpty()) {
            throw broken("was told of " + got.peek() + ", which it is not owed");
        }
    }

    private void settle(Due told, Due due) {
        if (!told.equals(due)) {
            throw broken("was told of " + told + " instead of " + due);
        }
    }

    private void owe(long zxid, State.Change change) {
        String path = change.path();
        boolean deleted = change.type() == WatchEvent.Type.NODE_DELETED;
        boolean told = data.remove(path);
        told |= deleted && child.remove(path);
        told |= persistent.contains(path) || recursive.contains(path);
        for (String above = path; above.length() > 1 && !told; ) {
            above = ZnodePath.parent(above);
            told = recursive.contains(above);
        }
        if (told) {
            owed.add(new Due(zxid, change.type(), path));
        }
        if (change.type() == WatchEvent.Type.NODE_DATA_CHANGED) {
            return;
        }
        String parent = ZnodePath.parent(path);
        if (child.remove(parent) | persistent.contains(parent)) {
            owed.add(new Due(zxid, WatchEvent.Type.NODE_CHILDREN_CHANGED, parent));
        }
    }

    /** What was missed is told at once, in the order of the request; the rest is watched again. */
    void restore(State state, long seen, List<String> dataPaths, List<String> existPaths, List<String> childPaths) {
        List<Due> missed = new ArrayList<>();
        for (String path : dataPaths) {
            ModelNode node = state.node(path);
            if (node == null) {
                missed.add(new Due(-1, WatchEvent.Type.NODE_DELETED, path));
            } else if (node.mzxid > seen) {
                missed.add(new Due(-1, WatchEvent.Type.NODE_DATA_CHANGED, path));
            } else {
                data.add(path);
            }
        }
        for (String path : existPaths) {
            if (state.node(path) != null) {
                missed.add(new Due(-1, WatchEvent.Type.NODE_CREATED, path));
            } else {
                data.add(path);
            }
        }
        for (String path : childPaths) {
            ModelNode node = state.node(path);
            if (node == null) {
                missed.add(new Due(-1, WatchEvent.Type.NODE_DELETED, path));
            } else if (node.pzxid > seen) {
                missed.add(new Due(-1, WatchEvent.Type.NODE_CHILDREN_CHANGED, path));
            } else {
                child.add(path);
            }
        }
        for (Due due : missed) {
            if (got.isEmpty()) {
                throw broken("was not told of " + due + ", which it missed");
            }
            settle(got.poll(), due);
        }
    }

    void remove(String path, int type) {
        if (type == 1 || type == 3) {
            child.remove(path);
        }
        if (type == 2 || type == 3) {
            data.remove(path);
        }
        if (type == 4 || type == 3) {
            persistent.remove(path);
        }
        if (type == 5 || type == 3) {
            recursive.remove(path);
        }
    }

    private Violation broken(String what) {
        return new Violation(invariant, "connection " + connection + ' ' + what);
    }
}
