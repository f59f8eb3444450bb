package io.pinfold.groups;

import io.pinfold.NoNodeException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Failures;
import io.pinfold.framework.SerialExecutor;
import io.pinfold.framework.TreeSnapshot;
import io.pinfold.framework.Waiting;
import io.pinfold.framework.WatchedTree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * A latch that opens when so many things are done, each by its name, and stays open.
 *
 * <pre>{@code
 * DistributedLatch parts = DistributedLatch.open(client, "/latches/import", 12);
 * parts.countDown("part-7");
 * parts.await(Duration.ofHours(1));
 * }</pre>
 *
 * <p><b>What is promised.</b> The same name counts once, by whomever and however often it is counted: a worker that was
 * restarted may repeat itself. What was counted stays counted when the process that did it dies. The latch opens when as
 * many names were counted as it was made for, and never closes again; make another one for another round.
 *
 * <p><b>Lost connections.</b> Waiting goes on through outages and lost sessions. Counting is repeated when its reply gets
 * lost, which the name makes harmless.
 *
 * <p><b>Layout.</b> A persistent znode whose data is the count as decimal text, with one persistent child for each name.
 * Apache Curator has no such recipe.
 *
 * <p>Immutable and thread-safe; need not be closed.
 */
public final class DistributedLatch {
    private final RecipeClient client;
    private final String path;
    private final int count;

    private DistributedLatch(RecipeClient client, String path, int count) {
        this.client = client;
        this.path = path;
        this.count = count;
    }

    /**
     * Makes a latch, or finds the one that is there. Waits for the server, at most twice the client's operation timeout.
     *
     * @param client the client to use
     * @param path the znode that stands for the latch; its parents are made, as containers, when they are missing
     * @param count how many names have to be counted
     * @return the latch
     * @throws IllegalArgumentException if the count is negative
     * @throws IllegalStateException if there is something else at the path: a latch for another count, or no latch
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused
     */
    public static DistributedLatch open(RecipeClient client, String path, int count) {
        return Waiting.forChange(openAsync(client, path, count), path);
    }

    /**
     * Makes a latch, or finds the one that is there, without blocking.
     *
     * @param client the client to use
     * @param path the znode that stands for the latch
     * @param count how many names have to be counted
     * @return the latch, as {@link #open} returns it or fails; completes on the client's callback executor
     * @throws IllegalArgumentException if the count is negative
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static CompletableFuture<DistributedLatch> openAsync(RecipeClient client, String path, int count) {
        ZnodePath.check(path);
        if (count < 0) {
            throw new IllegalArgumentException("A latch cannot wait for " + count);
        }
        AsyncClient async = client.async(new SerialExecutor(client.runtime().callbackExecutor()));
        String wanted = Integer.toString(count);
        CompletableFuture<DistributedLatch> open = new CompletableFuture<>();
        Insistent.create(
                        async, path, wanted.getBytes(StandardCharsets.US_ASCII), CreateOptions.PERSISTENT.withParents())
                .thenCompose(made -> made ? CompletableFuture.completedFuture(wanted) : read(async, path))
                .whenComplete((text, failure) -> {
                    if (failure != null) {
                        open.completeExceptionally(Failures.causeOf(failure));
                    } else if (text.equals(wanted)) {
                        open.complete(new DistributedLatch(client, path, count));
                    } else {
                        open.completeExceptionally(new IllegalStateException(
                                path + " is no latch for " + count + ": its znode says \"" + text + '"'));
                    }
                });
        return open;
    }

    private static CompletableFuture<String> read(AsyncClient async, String path) {
        return async.sync(path)
                .thenCompose(synced -> async.get(path, null))
                .thenApply(node -> node.data() == null ? "" : new String(node.data(), StandardCharsets.UTF_8));
    }

    /** {@return the path of the znode that stands for the latch} */
    public String path() {
        return path;
    }

    /** {@return how many names have to be counted} */
    public int count() {
        return count;
    }

    /**
     * Counts a name. Waits for the server, at most for the client's operation timeout.
     *
     * @param name what is done; a znode's name
     * @return whether it was not counted before, as far as is known: a lost reply may have been that of our own doing
     * @throws io.pinfold.NoNodeException if somebody deleted the latch
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused
     */
    public boolean countDown(String name) {
        return Waiting.forChange(countDownAsync(name), path);
    }

    /**
     * Counts a name without blocking.
     *
     * @param name what is done
     * @return as {@link #countDown(String)} returns or throws; completes on the client's callback executor
     */
    public CompletableFuture<Boolean> countDownAsync(String name) {
        AsyncClient async = client.async(new SerialExecutor(client.runtime().callbackExecutor()));
        String child = ChildPath.of(path, name);
        return Failures.unwrapped(Insistent.create(async, child, new byte[0], CreateOptions.PERSISTENT));
    }

    /**
     * {@return the names that were counted, sorted; takes two round trips}
     *
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public Set<String> counted() {
        AsyncClient async = client.async(new SerialExecutor(client.runtime().callbackExecutor()));
        CompletableFuture<Set<String>> names = async.sync(path)
                .thenCompose(synced -> async.children(path, null))
                .thenApply(children -> new TreeSet<>(children.names()));
        return Waiting.forChange(Failures.unwrapped(names), path);
    }

    /**
     * Waits until the latch is open, however long that takes.
     *
     * @throws io.pinfold.NoNodeException if somebody deleted the latch
     * @throws io.pinfold.ClientClosedException if the client is closed
     * @throws InterruptedException if the thread is interrupted
     */
    public void await() throws InterruptedException {
        Waiting.forever(whenOpen());
    }

    /**
     * Waits until the latch is open, for some time, which covers outages.
     *
     * @param timeout how long to wait at most
     * @return whether it opened in time
     * @throws io.pinfold.NoNodeException if somebody deleted the latch
     * @throws io.pinfold.ClientClosedException if the client is closed
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean await(Duration timeout) throws InterruptedException {
        return Waiting.inTime(whenOpen(), timeout);
    }

    /** {@return completes when the latch is open, on the client's callback executor; cancelling it ends the waiting} */
    public CompletableFuture<Void> whenOpen() {
        WatchedTree tree =
                WatchedTree.builder(client, path).maxDepth(1).withoutData().build();
        CompletableFuture<Void> open = new CompletableFuture<>();
        tree.when(snapshot -> isGone(snapshot) || snapshot.size() - 1 >= count).whenComplete((snapshot, failure) -> {
            if (snapshot == null) {
                open.completeExceptionally(Failures.causeOf(failure));
            } else if (isGone(snapshot)) {
                open.completeExceptionally(new NoNodeException(path, "Somebody deleted the latch " + path));
            } else {
                open.complete(null);
            }
        });
        open.whenComplete((done, failure) -> tree.close());
        return open;
    }

    private boolean isGone(TreeSnapshot snapshot) {
        return snapshot.get(path).isEmpty();
    }

    @Override
    public String toString() {
        return "DistributedLatch[" + path + ", " + count + ']';
    }
}
