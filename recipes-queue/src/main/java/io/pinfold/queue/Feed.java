package io.pinfold.queue;

import io.pinfold.NoNodeException;
import io.pinfold.PinfoldException;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Children;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Failures;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link Backlog} in step with the server by two lasting watches, on the items and on the claims. Events carry
 * it on from one listing to the next; lists anew after every reconnection. Confined to the queue's progress.
 */
final class Feed {
    /** Who wants to know. */
    interface Listener {
        /** The backlog changed. */
        void changed();

        /** The znode of a claim is gone. */
        void claimGone(String path);

        /** An item is gone. */
        void itemGone(String path);

        /** The connection was replaced, and deletions of claims may have been missed. */
        void claimsMayBeGone();

        /** A server could not be asked; it will be asked again. */
        void troubled(PinfoldException cause);

        /** There will never be a backlog. */
        void hopeless(PinfoldException cause);
    }

    private final QueueSite site;
    private final AsyncClient async;
    private final Backlog backlog;
    private final Listener listener;
    private final Layout layout;
    private final String items;
    private final String claims;
    private final Patience patience = Patience.withServers();
    private final List<Subscription> watches = new ArrayList<>();
    private boolean started;
    private boolean closed;
    private boolean itemsListed;
    /** How many times it was begun to list the items; the last time counts. */
    private int listings;

    private boolean current;
    private boolean claimsListed;

    Feed(QueueSite site, Backlog backlog, Listener listener) {
        this.site = site;
        this.async = site.async();
        this.backlog = backlog;
        this.listener = listener;
        this.layout = site.layout();
        this.items = layout.items();
        this.claims = layout.claims();
    }

    /** Begins, if it did not before. */
    void start() {
        if (!started) {
            started = true;
            watch(items);
            watch(claims);
            listClaims();
            listBuckets();
        }
    }

    /** {@return whether the backlog shows what the server had some time after the start} */
    boolean isReady() {
        return itemsListed && claimsListed;
    }

    /**
     * {@return whether no item was put, on this side of the last event, that the backlog does not have} While it is being
     * listed anew, an item may seem to be the first of its key whose predecessor is not known yet.
     */
    boolean isCurrent() {
        return isReady() && current;
    }

    void close() {
        closed = true;
        stop();
    }

    /** Whoever waits next begins anew, and may be luckier. */
    private void stop() {
        watches.forEach(Subscription::close);
        watches.clear();
        started = false;
        itemsListed = false;
        claimsListed = false;
        listings++;
    }

    // ---- watches ---------------------------------------------------------------------------------------------------

    private void watch(String path) {
        async.watch(path, WatchMode.PERSISTENT_RECURSIVE, this::onEvent).whenComplete((watch, failure) -> {
            if (failure != null) {
                again(failure, () -> watch(path));
            } else if (closed) {
                watch.close();
            } else {
                watches.add(watch);
            }
        });
    }

    private void onEvent(WatchEvent event) {
        boolean created = event.type() == WatchEvent.Type.NODE_CREATED;
        if (event.type() == WatchEvent.Type.RESYNC) {
            resync(event.path());
        } else if (created || event.type() == WatchEvent.Type.NODE_DELETED) {
            if (event.path().startsWith(items + '/')) {
                onItem(event.path(), created);
            } else if (event.path().startsWith(claims + '/')) {
                onClaim(event.path(), created);
            }
        }
    }

    private void resync(String path) {
        if (path.equals(items)) {
            listBuckets();
            listener.claimsMayBeGone();
        } else if (path.equals(claims)) {
            listClaims();
        }
    }

    private void onClaim(String path, boolean created) {
        String marker = ZnodePath.name(path);
        if (!layout.isMarker(marker)) {
            if (!created) {
                listener.claimGone(path);
            }
        } else if (created) {
            backlog.markerAdded(marker);
        } else {
            backlog.markerRemoved(marker);
            listener.changed();
        }
    }

    private void onItem(String path, boolean created) {
        String[] parts = path.substring(items.length() + 1).split("/");
        if (layout.isFlat()) {
            onItem(0, parts[0], path, created);
            return;
        }
        OptionalInt bucket = OwnLayout.bucketNumber(parts[0]);
        if (bucket.isEmpty()) {
            return;
        }
        int number = bucket.getAsInt();
        if (parts.length == 1 && created) {
            backlog.bucketAdded(number);
        } else if (parts.length == 1) {
            backlog.bucketRemoved(number);
        } else if (parts.length == 2) {
            onItem(number, parts[1], path, created);
        } else if (!created) {
            listener.claimGone(path);
        }
    }

    private void onItem(int bucket, String name, String path, boolean created) {
        if (created) {
            backlog.itemAdded(bucket, name);
        } else {
            backlog.itemRemoved(bucket, name);
            listener.itemGone(path);
        }
        listener.changed();
    }

    // ---- listings --------------------------------------------------------------------------------------------------

    private void listClaims() {
        CompletableFuture<List<String>> listing =
                async.children(claims, null).thenApply(Children::names).exceptionallyCompose(Feed::orNone);
        listing.whenComplete((names, failure) -> {
            if (failure != null) {
                again(failure, this::listClaims);
                return;
            }
            backlog.markersListed(names.stream().filter(layout::isMarker).toList());
            claimsListed = true;
            listed();
        });
    }

    private void listBuckets() {
        listings++;
        current = false;
        listBuckets(listings);
    }

    private void listBuckets(int turn) {
        if (turn != listings) {
            return; // another one was begun
        }
        CompletableFuture<List<Integer>> listing =
                new Buckets(site, 1).numbers().exceptionallyCompose(Feed::orNone);
        listing.thenCompose(this::listItems).whenComplete((done, failure) -> {
            if (failure != null) {
                again(failure, () -> listBuckets(turn));
            } else {
                itemsListed = true;
                current |= turn == listings;
                listed();
            }
        });
    }

    private CompletableFuture<Void> listItems(List<Integer> buckets) {
        backlog.bucketsListed(buckets);
        CompletableFuture<?>[] all = buckets.stream().map(this::listItems).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all);
    }

    private CompletableFuture<Void> listItems(int bucket) {
        return async.children(layout.bucket(bucket), null)
                .thenApply(Children::names)
                .exceptionallyCompose(Feed::orNone)
                .thenAccept(names -> backlog.itemsListed(bucket, names));
    }

    private void listed() {
        patience.reset();
        listener.changed();
    }

    private static <A> CompletableFuture<List<A>> orNone(Throwable failure) {
        return Failures.causeOf(failure) instanceof NoNodeException
                ? CompletableFuture.completedFuture(List.of())
                : CompletableFuture.failedFuture(failure);
    }

    private void again(@Nullable Throwable failure, Runnable step) {
        PinfoldException cause = Failures.causeOf(failure);
        if (closed) {
            return;
        }
        if (Failures.mayPass(cause)) {
            site.later(patience.next(), step);
            listener.troubled(cause);
        } else {
            stop();
            listener.hopeless(cause);
        }
    }
}
