package io.pinfold.election;

import io.pinfold.NoNodeException;
import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Children;
import io.pinfold.client.Node;
import io.pinfold.client.Watcher;
import io.pinfold.framework.PlaceNames;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who leads with one watch: on the znode of the leader or, while there is none, on the directory. Sees the
 * leader that is there when it looks; one whose term is over by then is passed over.
 *
 * <p>Confined to the progress of its observer.
 */
final class FirstInLine implements Lookout {
    private final AsyncClient async;
    private final String path;
    private final PlaceNames names;
    private final Reports reports;
    private final Watcher watcher = event -> look();

    private boolean closed;
    /** The number of the newest question; answers to older ones are ignored. */
    private int round;
    /** Where the watch is, if one is set. */
    private @Nullable String watched;

    FirstInLine(AsyncClient async, String path, PlaceNames names, Reports reports) {
        this.async = async;
        this.path = path;
        this.names = names;
        this.reports = reports;
    }

    @Override
    public void look() {
        if (!closed) {
            round++;
            int asked = round;
            async.children(path, null).whenComplete((listing, failure) -> onListed(asked, false, listing, failure));
        }
    }

    @Override
    public void close() {
        closed = true;
        if (watched != null) {
            async.removeWatcher(watched, watcher);
        }
    }

    private void onListed(int asked, boolean watching, @Nullable Children listing, @Nullable Throwable failure) {
        if (isOver(asked)) {
            return;
        }
        if (listing == null) {
            if (failure instanceof NoNodeException) {
                watched = path;
                async.exists(path, watcher).whenComplete((stat, missed) -> onLookedFor(asked, stat, missed));
            } else {
                fail(failure);
            }
            return;
        }
        List<String> queue = names.inOrder(listing.names());
        if (!queue.isEmpty()) {
            watched = ZnodePath.child(path, queue.get(0));
            async.get(watched, watcher).whenComplete((node, missed) -> onRead(asked, node, missed));
        } else if (watching) {
            reports.saw(Optional.empty());
        } else {
            // Only an empty queue is watched as a whole: else each arrival would wake every observer.
            watched = path;
            async.children(path, watcher).whenComplete((again, missed) -> onListed(asked, true, again, missed));
        }
    }

    private void onLookedFor(int asked, @Nullable Optional<Stat> stat, @Nullable Throwable failure) {
        if (isOver(asked)) {
            return;
        }
        if (stat == null) {
            fail(failure);
        } else if (stat.isPresent()) {
            look();
        } else {
            reports.saw(Optional.empty());
        }
    }

    private void onRead(int asked, @Nullable Node node, @Nullable Throwable failure) {
        if (isOver(asked)) {
            return;
        }
        if (node != null) {
            reports.saw(Optional.of(Sight.leader(node)));
        } else if (failure instanceof NoNodeException) {
            look();
        } else {
            fail(failure);
        }
    }

    private boolean isOver(int asked) {
        return asked != round || closed;
    }

    private void fail(@Nullable Throwable failure) {
        reports.failed(failure == null ? new IllegalStateException("Neither reply nor failure") : failure);
    }
}
