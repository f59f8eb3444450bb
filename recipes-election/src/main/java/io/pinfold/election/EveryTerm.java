package io.pinfold.election;

import io.pinfold.NoNodeException;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Children;
import io.pinfold.client.Node;
import io.pinfold.client.Subscription;
import io.pinfold.framework.PlaceNames;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds out about every term, however short: keeps the whole queue in mind, by one lasting watch that tells of each
 * arrival and departure in order. The first in line after each of them is the next leader. What a candidate says about
 * itself is read when it arrives; of one that is gone by then the zxid of its creation is known, which is its term.
 *
 * <p>After a lost connection the queue is listed anew. A term that began and ended meanwhile is passed over.
 *
 * <p>Confined to the progress of its observer.
 */
final class EveryTerm implements Lookout {
    private final AsyncClient async;
    private final String path;
    private final PlaceNames names;
    private final Reports reports;

    /** The candidates, and what they say. */
    private final Map<String, CompletableFuture<Sight>> queue = new LinkedHashMap<>();
    /** What is to be reported, in order. */
    private final Queue<CompletableFuture<Sight>> sights = new ArrayDeque<>();

    private @Nullable Subscription subscription;
    private @Nullable String first;
    /** Whether the queue is complete, so that events can be applied to it. */
    private boolean listed;

    private boolean closed;
    private int round;

    EveryTerm(AsyncClient async, String path, PlaceNames names, Reports reports) {
        this.async = async;
        this.path = path;
        this.names = names;
        this.reports = reports;
    }

    @Override
    public void look() {
        if (closed) {
            return;
        }
        round++;
        int asked = round;
        listed = false;
        if (subscription != null) {
            list(asked);
            return;
        }
        async.watch(path, WatchMode.PERSISTENT_RECURSIVE, this::onEvent).whenComplete((watching, failure) -> {
            if (watching == null) {
                fail(asked, failure);
            } else if (asked != round || closed) {
                watching.close();
            } else {
                subscription = watching;
                list(asked);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        if (subscription != null) {
            subscription.close();
        }
    }

    private void list(int asked) {
        async.children(path, null).whenComplete((listing, failure) -> onListed(asked, listing, failure));
    }

    /** Events that came before this reply are of changes that it shows. */
    private void onListed(int asked, @Nullable Children listing, @Nullable Throwable failure) {
        if (asked != round || closed) {
            return;
        }
        if (listing == null && !(failure instanceof NoNodeException)) {
            fail(asked, failure);
            return;
        }
        queue.clear();
        for (String name : names.inOrder(listing == null ? List.of() : listing.names())) {
            queue.put(name, read(name, -1));
        }
        listed = true;
        first = firstInLine();
        reportFirst();
    }

    private void onEvent(WatchEvent event) {
        if (event.type() == WatchEvent.Type.RESYNC) {
            look();
            return;
        }
        String name = event.path().startsWith(path) && event.path().length() > path.length()
                ? ZnodePath.name(event.path())
                : "";
        if (!listed
                || closed
                || names.sequence(name).isEmpty()
                || !ZnodePath.child(path, name).equals(event.path())) {
            return;
        }
        switch (event.type()) {
            case NODE_CREATED -> queue.put(name, read(name, event.zxid()));
            case NODE_DELETED -> queue.remove(name);
            case NODE_DATA_CHANGED -> {
                queue.replace(name, read(name, -1));
                if (name.equals(first)) {
                    reportFirst();
                }
            }
            default -> {} // nothing that concerns the queue
        }
        String now = firstInLine();
        if (!Objects.equals(now, first)) {
            first = now;
            reportFirst();
        }
    }

    private @Nullable String firstInLine() {
        List<String> order = names.inOrder(queue.keySet());
        return order.isEmpty() ? null : order.get(0);
    }

    private void reportFirst() {
        CompletableFuture<Sight> read = first == null ? null : queue.get(first);
        sights.add(read == null ? CompletableFuture.completedFuture(Sight.NOBODY) : read);
        report();
    }

    private void report() {
        for (CompletableFuture<Sight> next = sights.peek(); next != null && next.isDone(); next = sights.peek()) {
            sights.remove();
            Sight sight = next.join();
            if (sight.isKnown()) {
                reports.saw(sight.leader());
            }
        }
    }

    private CompletableFuture<Sight> read(String name, long czxid) {
        int asked = round;
        String child = ZnodePath.child(path, name);
        CompletableFuture<Sight> sight = new CompletableFuture<>();
        async.get(child, null).whenComplete((node, failure) -> {
            sight.complete(sightOf(child, czxid, node, failure));
            report();
            if (node == null && !(failure instanceof NoNodeException)) {
                fail(asked, failure);
            }
        });
        return sight;
    }

    private static Sight sightOf(String child, long czxid, @Nullable Node node, @Nullable Throwable failure) {
        if (node != null) {
            return Sight.of(node);
        }
        return failure instanceof NoNodeException && czxid > 0 ? Sight.nameless(child, czxid) : Sight.MISSED;
    }

    private void fail(int asked, @Nullable Throwable failure) {
        if (asked == round && !closed) {
            listed = false;
            reports.failed(failure == null ? new IllegalStateException("Neither reply nor failure") : failure);
        }
    }
}
