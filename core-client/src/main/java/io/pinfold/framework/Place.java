package io.pinfold.framework;

import io.pinfold.NoNodeException;
import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A place in a queue as somebody saw it, own or foreign. Immutable; the data array must not be changed.
 *
 * @param path the znode
 * @param sequence the number in its name; wraps around
 * @param data what its contender says about itself
 * @param stat the znode's metadata; {@code czxid} is the fencing token that the contender has once it holds the place
 */
public record Place(String path, int sequence, byte[] data, Stat stat) {
    /** {@return the last element of the path} */
    public String name() {
        return ZnodePath.name(path);
    }

    /** {@return the data as UTF-8 text, with what is no UTF-8 replaced} */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    /**
     * {@return the places of a queue in its order, the holder of an exclusive place first; none if the directory does
     * not exist}
     *
     * <p>Takes two round trips: a listing, then all places at once. A place that goes in between is left out; the picture
     * is not one of a single moment. Completes on the client's callback executor.
     *
     * @param client whom to ask
     * @param directory path of the znode whose children are the queue
     * @param names how the places are named
     */
    public static CompletableFuture<List<Place>> readAll(RecipeClient client, String directory, PlaceNames names) {
        AsyncClient async = client.async(new SerialExecutor(client.runtime().callbackExecutor()));
        CompletableFuture<List<String>> listing =
                async.children(directory, null).thenApply(children -> names.inOrder(children.names()));
        return Failures.unwrapped(orIfMissing(listing, List.of()).thenCompose(queue -> {
            List<CompletableFuture<Optional<Place>>> reads = new ArrayList<>(queue.size());
            for (String name : queue) {
                reads.add(read(async, ZnodePath.child(directory, name), names));
            }
            return allOf(reads);
        }));
    }

    private static CompletableFuture<Optional<Place>> read(AsyncClient async, String path, PlaceNames names) {
        return orIfMissing(async.get(path, null).thenApply(node -> Optional.of(of(node, names))), Optional.empty());
    }

    /**
     * {@return a znode of a queue as a place}
     *
     * @param node the znode
     * @param names how the places are named
     */
    public static Place of(Node node, PlaceNames names) {
        byte[] data = node.data();
        int sequence = names.sequence(ZnodePath.name(node.path())).orElseThrow();
        return new Place(node.path(), sequence, data == null ? new byte[0] : data, node.stat());
    }

    private static CompletableFuture<List<Place>> allOf(List<CompletableFuture<Optional<Place>>> reads) {
        return CompletableFuture.allOf(reads.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> reads.stream()
                        .map(CompletableFuture::join)
                        .flatMap(Optional::stream)
                        .toList());
    }

    private static <T> CompletableFuture<T> orIfMissing(CompletableFuture<T> read, T fallback) {
        return read.exceptionallyCompose(failure -> Failures.causeOf(failure) instanceof NoNodeException
                ? CompletableFuture.completedFuture(fallback)
                : CompletableFuture.failedFuture(failure));
    }
}
