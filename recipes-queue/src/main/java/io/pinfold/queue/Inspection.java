package io.pinfold.queue;

import io.pinfold.NoNodeException;
import io.pinfold.Stat;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Children;
import io.pinfold.client.Node;
import io.pinfold.framework.Failures;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Looks at a queue from outside. Takes a few round trips; changes nothing but the clock's znode. Stateless. */
final class Inspection {
    private final QueueSite site;
    private final AsyncClient async;

    Inspection(QueueSite site) {
        this.site = site;
        this.async = site.async();
    }

    CompletableFuture<QueueView> look() {
        CompletableFuture<List<Item>> items = new Buckets(site, 1)
                .numbers()
                .exceptionallyCompose(failure -> ifMissing(failure, List.of()))
                .thenCompose(this::items);
        CompletableFuture<List<String>> markers = children(site.layout().claims());
        CompletableFuture<List<QueueClaim>> claims = markers.thenCompose(this::claims);
        QueueSite grave =
                new QueueSite(site.client(), new OwnLayout(site.layout().dead()), List.of());
        CompletableFuture<Integer> dead = new Inspection(grave).count();
        CompletableFuture<Optional<Stat>> oldest = items.thenCompose(this::oldest);
        CompletableFuture<Long> now = oldest.thenCompose(stat -> now(items.join(), stat));
        return CompletableFuture.allOf(claims, dead, now)
                .thenApply(done -> view(
                        items.join(),
                        now.join(),
                        claims.join(),
                        oldest.join(),
                        dead.join(),
                        markers.join().contains(Switch.PAUSED)));
    }

    /** {@return how many items there are; two round trips} */
    CompletableFuture<Integer> count() {
        return new Buckets(site, 1).count().exceptionallyCompose(failure -> ifMissing(failure, 0));
    }

    private static QueueView view(
            List<Item> items,
            long now,
            List<QueueClaim> claims,
            Optional<Stat> oldest,
            int deadLetters,
            boolean isPaused) {
        long delayed = items.stream().filter(item -> item.due() > now).count();
        long buckets = items.stream().mapToInt(Item::bucket).distinct().count();
        return new QueueView(
                items.size(),
                (int) delayed,
                claims,
                oldest.map(Stat::ctime).map(Instant::ofEpochMilli),
                (int) buckets,
                deadLetters,
                isPaused);
    }

    private CompletableFuture<List<Item>> items(List<Integer> buckets) {
        List<CompletableFuture<List<Item>>> listings = new ArrayList<>();
        for (int bucket : buckets) {
            listings.add(children(site.layout().bucket(bucket))
                    .thenApply(names -> names.stream()
                            .map(name -> site.layout().parse(bucket, name))
                            .flatMap(Optional::stream)
                            .toList()));
        }
        return all(listings)
                .thenApply(lists -> lists.stream()
                        .flatMap(List::stream)
                        .sorted(Item.BY_ARRIVAL)
                        .toList());
    }

    private CompletableFuture<Optional<Stat>> oldest(List<Item> items) {
        return items.isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : async.exists(site.layout().item(items.get(0)), null);
    }

    /** {@return the leader's time if it matters} */
    private CompletableFuture<Long> now(List<Item> items, Optional<Stat> oldest) {
        return oldest.isPresent() && items.stream().anyMatch(item -> item.due() > 0)
                ? site.askTime().thenApply(done -> site.clock().atLeast(site.now()))
                : CompletableFuture.completedFuture(0L);
    }

    private CompletableFuture<List<QueueClaim>> claims(List<String> markers) {
        List<CompletableFuture<Optional<QueueClaim>>> reads = new ArrayList<>();
        for (String marker : markers) {
            if (!site.layout().isMarker(marker) || marker.equals(Switch.PAUSED)) {
                continue;
            }
            reads.add(async.get(site.layout().claims() + '/' + marker, null)
                    .thenApply(node -> Optional.of(claim(marker, node)))
                    .exceptionallyCompose(failure -> ifMissing(failure, Optional.empty())));
        }
        return all(reads)
                .thenApply(found -> found.stream().flatMap(Optional::stream).toList());
    }

    private static QueueClaim claim(String marker, Node node) {
        byte[] data = node.data();
        return new QueueClaim(
                marker,
                data == null ? "" : new String(data, StandardCharsets.UTF_8),
                node.stat().ephemeralOwner(),
                node.stat().czxid(),
                Instant.ofEpochMilli(node.stat().ctime()));
    }

    private CompletableFuture<List<String>> children(String path) {
        return async.children(path, null)
                .thenApply(Children::names)
                .exceptionallyCompose(failure -> ifMissing(failure, List.of()));
    }

    private static <T> CompletableFuture<T> ifMissing(Throwable failure, T fallback) {
        return Failures.causeOf(failure) instanceof NoNodeException
                ? CompletableFuture.completedFuture(fallback)
                : CompletableFuture.failedFuture(failure);
    }

    private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
        return CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
    }
}
