package io.pinfold.queue;

import io.pinfold.CreateMode;
import io.pinfold.NoNodeException;
import io.pinfold.Op;
import io.pinfold.Stat;
import io.pinfold.client.AsyncClient;
import io.pinfold.framework.Failures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * The directories of a queue's items. Items go into the newest one; when so many were created in it, it is closed, and
 * the next one opened by the same transaction. So what is put later never stands before what was put earlier, and a closed
 * bucket that is empty stays so and can be deleted. Confined to the queue's progress.
 */
final class Buckets {
    private static final int MOST_WEIGHED = 250;

    private final QueueSite site;
    private final AsyncClient async;
    private final int size;

    Buckets(QueueSite site, int size) {
        this.site = site;
        this.async = site.async();
        this.size = size;
    }

    boolean isFull(int lastSequence) {
        return !site.layout().isFlat() && lastSequence >= size - 1;
    }

    /** {@return the number of the newest bucket; fails with NoNode if the queue was never used} */
    CompletableFuture<Integer> newest() {
        return numbers().thenApply(all -> all.isEmpty() ? 0 : all.get(all.size() - 1));
    }

    /** {@return the numbers of all buckets, in order} */
    CompletableFuture<List<Integer>> numbers() {
        if (site.layout().isFlat()) {
            return CompletableFuture.completedFuture(List.of(0));
        }
        return async.children(site.layout().items(), null)
                .thenApply(children -> children.names().stream()
                        .map(OwnLayout::bucketNumber)
                        .filter(OptionalInt::isPresent)
                        .map(OptionalInt::getAsInt)
                        .sorted()
                        .toList());
    }

    /** {@return how many items there are in all; not a picture of a single moment} */
    CompletableFuture<Integer> count() {
        return numbers().thenCompose(all -> {
            List<CompletableFuture<Optional<Stat>>> stats = new ArrayList<>(all.size());
            for (int number : all) {
                stats.add(async.exists(site.layout().bucket(number), null));
            }
            return CompletableFuture.allOf(stats.toArray(new CompletableFuture<?>[0]))
                    .thenApply(done -> stats.stream()
                            .mapToInt(stat -> stat.join().map(Stat::numChildren).orElse(0))
                            .sum());
        });
    }

    /**
     * {@return how many bytes the items take in all; not a picture of a single moment. If they are many, some of them stand
     * for all, taken from everywhere in the queue}
     */
    CompletableFuture<Long> bytes() {
        return numbers().thenCompose(all -> {
            List<CompletableFuture<List<String>>> listings = new ArrayList<>(all.size());
            for (int number : all) {
                String bucket = site.layout().bucket(number);
                listings.add(async.children(bucket, null)
                        .thenApply(children -> children.names().stream()
                                .map(name -> bucket + '/' + name)
                                .toList())
                        .exceptionallyCompose(Buckets::noneIfGone));
            }
            return CompletableFuture.allOf(listings.toArray(new CompletableFuture<?>[0]))
                    .thenCompose(listed -> bytes(listings.stream()
                            .flatMap(names -> names.join().stream())
                            .toList()));
        });
    }

    private CompletableFuture<Long> bytes(List<String> items) {
        int step = 1 + items.size() / MOST_WEIGHED;
        List<CompletableFuture<Optional<Stat>>> weighed = new ArrayList<>();
        for (int i = 0; i < items.size(); i += step) {
            weighed.add(async.exists(items.get(i), null));
        }
        return CompletableFuture.allOf(weighed.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> weighed.stream()
                                .flatMap(stat -> stat.join().stream())
                                .mapToLong(Stat::dataLength)
                                .sum()
                        * items.size()
                        / Math.max(1, weighed.size()));
    }

    /** A bucket that was used up may be deleted between two looks. */
    private static CompletableFuture<List<String>> noneIfGone(Throwable failure) {
        return Failures.causeOf(failure) instanceof NoNodeException
                ? CompletableFuture.completedFuture(List.of())
                : CompletableFuture.failedFuture(failure);
    }

    /** {@return completes when somebody, or nobody, opened the bucket behind this one} */
    CompletableFuture<Void> openNext(int full) {
        List<Op> ops = List.of(
                Op.set(site.layout().bucket(full), QueueSite.NOTHING, 0),
                site.create(site.layout().bucket(full + 1), QueueSite.NOTHING, CreateMode.PERSISTENT));
        return async.multi(ops).handle((results, failure) -> null);
    }
}
