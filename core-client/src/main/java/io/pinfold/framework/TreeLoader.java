package io.pinfold.framework;

import io.pinfold.AuthFailedException;
import io.pinfold.ClientClosedException;
import io.pinfold.NoNodeException;
import io.pinfold.PinfoldException;
import io.pinfold.Stat;
import io.pinfold.WatchEvent;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Children;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.Node;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a copy of a subtree true by visits to its znodes: one for each event, one to each znode after a lost connection.
 *
 * <p>A server tells of a change before it answers a read that shows the change. So when no visit is left, every znode is
 * as it was at the time of the last answer: that is when the copy is a picture of one moment, and {@code settled} is
 * called.
 *
 * <p>Confined to the tree's progress.
 */
final class TreeLoader {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedTree.class);
    /** So many visits are under way at once: enough to fill the line, too few to hold up other calls of the client. */
    private static final int VISITS_AT_ONCE = 256;

    private static final Duration PAUSE_FIRST = Duration.ofMillis(50);
    private static final int PAUSE_DOUBLINGS_MAX = 5;

    /** One look at one znode, or a whole subtree of looks. */
    private static final class Visit {
        final String path;
        boolean deep;
        /** Something happened since the questions were asked. */
        boolean again;

        boolean againDeep;
        int setbacks;

        Visit(String path, boolean deep) {
            this.path = path;
            this.deep = deep;
        }
    }

    private final AsyncClient async;
    private final ClientRuntime runtime;
    private final Executor progress;
    private final TreeTerms terms;
    private final Runnable settled;
    private final Map<String, Visit> visits = new HashMap<>();
    private final Deque<Visit> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean stopped;

    private @Nullable SortedTree<Node> nodes;
    private Set<String> touched = new TreeSet<>();
    private long zxid;
    private @Nullable PinfoldException refusal;

    TreeLoader(AsyncClient async, ClientRuntime runtime, Executor progress, TreeTerms terms, Runnable settled) {
        this.async = async;
        this.runtime = runtime;
        this.progress = progress;
        this.terms = terms;
        this.settled = settled;
    }

    /** Reads everything again. */
    void walk() {
        refusal = null;
        visit(terms.root(), true);
    }

    /** Takes in an event of the recursive watch. */
    void event(WatchEvent event) {
        String path = event.path();
        if (!terms.covers(path)) {
            return;
        }
        zxid = Math.max(zxid, event.zxid());
        if (event.type() == WatchEvent.Type.NODE_DELETED) {
            removeWithDescendants(path);
            if (event.zxid() < 0 && !path.equals(terms.root())) {
                visit(ZnodePath.parent(path), false); // whose metadata say when this happened
            }
        }
        // A deleted one as well: behind the answer, all events of the same transaction are here.
        visit(path, false);
    }

    /** {@return whether nothing is to be read} */
    boolean isIdle() {
        return visits.isEmpty();
    }

    /** Asks nothing more. */
    void stop() {
        stopped = true;
        waiting.clear();
    }

    @Nullable
    SortedTree<Node> nodes() {
        return nodes;
    }

    long zxid() {
        return zxid;
    }

    /** {@return why the znode at the top cannot be read, if it cannot} */
    @Nullable
    PinfoldException refusal() {
        return refusal;
    }

    /** {@return the paths that may have changed since the last time, in order} */
    Set<String> takeTouched() {
        Set<String> taken = touched;
        touched = new TreeSet<>();
        return taken;
    }

    // Visits.

    private void visit(String path, boolean deep) {
        Visit known = visits.get(path);
        if (known != null) {
            known.again = true;
            known.againDeep |= deep;
            return;
        }
        Visit visit = new Visit(path, deep);
        visits.put(path, visit);
        waiting.add(visit);
        pump();
    }

    private void pump() {
        while (!stopped && underWay < VISITS_AT_ONCE && !waiting.isEmpty()) {
            underWay++;
            begin(waiting.remove());
        }
    }

    private void begin(Visit visit) {
        if (!terms.withData() || visit.deep && SortedTree.get(nodes, visit.path) != null) {
            async.exists(visit.path, null).whenComplete((stat, failure) -> onStat(visit, stat, failure));
        } else {
            async.get(visit.path, null).whenComplete((node, failure) -> onNode(visit, node, failure));
        }
    }

    private void onStat(Visit visit, @Nullable Optional<Stat> found, @Nullable Throwable failure) {
        if (found == null) {
            failed(visit, failure);
        } else if (found.isEmpty()) {
            gone(visit);
        } else {
            Stat stat = found.get();
            Node known = SortedTree.get(nodes, visit.path);
            if (!terms.withData()) {
                present(visit, new Node(visit.path, null, stat));
            } else if (known != null && isSame(known.stat(), stat)) {
                present(visit, new Node(visit.path, known.data(), stat));
            } else {
                async.get(visit.path, null).whenComplete((node, missed) -> onNode(visit, node, missed));
            }
        }
    }

    private void onNode(Visit visit, @Nullable Node node, @Nullable Throwable failure) {
        if (node == null) {
            failed(visit, failure);
        } else {
            present(visit, node);
        }
    }

    private void present(Visit visit, Node node) {
        put(node);
        if (!visit.deep || !terms.coversChildrenOf(visit.path)) {
            done(visit);
        } else if (node.stat().numChildren() == 0) {
            removeDescendants(visit.path);
            done(visit);
        } else {
            async.children(visit.path, null).whenComplete((listing, failure) -> onListed(visit, listing, failure));
        }
    }

    private void onListed(Visit visit, @Nullable Children listing, @Nullable Throwable failure) {
        if (listing == null) {
            failed(visit, failure);
            return;
        }
        note(listing.stat());
        Set<String> names = Set.copyOf(listing.names());
        for (String name : new TreeSnapshot(terms.root(), zxid, false, nodes).children(visit.path)) {
            if (!names.contains(name)) {
                removeWithDescendants(ZnodePath.child(visit.path, name));
            }
        }
        for (String name : listing.names()) {
            String child = ZnodePath.child(visit.path, name);
            if (terms.covers(child)) {
                visit(child, true);
            }
        }
        done(visit);
    }

    private void gone(Visit visit) {
        removeWithDescendants(visit.path);
        if (visit.path.equals(terms.root()) && refusal == null) {
            dateAbsence(visit, visit.path);
        } else {
            done(visit);
        }
    }

    /** When the top went, or that it never was there, is known by the nearest znode above it. */
    private void dateAbsence(Visit visit, String missing) {
        if (missing.equals(ZnodePath.ROOT)) {
            done(visit);
            return;
        }
        String parent = ZnodePath.parent(missing);
        async.exists(parent, null).whenComplete((stat, failure) -> {
            if (stat == null) {
                failed(visit, failure);
            } else if (stat.isEmpty()) {
                dateAbsence(visit, parent);
            } else {
                note(stat.get());
                done(visit);
            }
        });
    }

    private void failed(Visit visit, @Nullable Throwable failure) {
        PinfoldException cause = Failures.causeOf(failure);
        if (cause instanceof NoNodeException) {
            gone(visit);
        } else if (cause instanceof ClientClosedException || cause instanceof AuthFailedException) {
            refusal = cause; // nothing can be read any more; what was read stays
            stop();
            settled.run();
        } else if (Failures.mayPass(cause)) {
            underWay--;
            Duration pause = PAUSE_FIRST.multipliedBy(1L << Math.min(visit.setbacks++, PAUSE_DOUBLINGS_MAX));
            runtime.schedule(
                    pause,
                    () -> progress.execute(() -> {
                        waiting.add(visit);
                        pump();
                    }));
        } else {
            if (visit.path.equals(terms.root())) {
                refusal = cause;
            }
            LOG.warn("watched-tree-hidden path={} reason={}", visit.path, cause.getMessage());
            gone(visit);
        }
    }

    private void done(Visit visit) {
        underWay--;
        visits.remove(visit.path);
        if (visit.again && !stopped) {
            visit(visit.path, visit.againDeep);
        }
        pump();
        if (visits.isEmpty() && !stopped) {
            settled.run();
        }
    }

    // The copy.

    private void put(Node node) {
        note(node.stat());
        nodes = SortedTree.with(nodes, node.path(), node);
        touched.add(node.path());
    }

    private void removeWithDescendants(String path) {
        removeDescendants(path);
        remove(path);
    }

    private void removeDescendants(String path) {
        for (Node node : new TreeSnapshot(terms.root(), zxid, false, nodes).below(path)) {
            remove(node.path());
        }
    }

    private void remove(String path) {
        if (SortedTree.get(nodes, path) != null) {
            nodes = SortedTree.without(nodes, path);
            touched.add(path);
        }
    }

    private void note(Stat stat) {
        zxid = Math.max(zxid, Math.max(stat.pzxid(), Math.max(stat.czxid(), stat.mzxid())));
    }

    static boolean isSame(Stat one, Stat other) {
        return one.czxid() == other.czxid() && one.mzxid() == other.mzxid();
    }
}
