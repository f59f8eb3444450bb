package io.pinfold.groups;

import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Failures;
import io.pinfold.framework.SerialExecutor;
import io.pinfold.framework.Waiting;
import io.pinfold.framework.WatchedTree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A barrier across a road: while it is lowered everybody waits, when it is raised everybody passes.
 *
 * <pre>{@code
 * DistributedBarrier gate = DistributedBarrier.at(client, "/gates/migration");
 * gate.lower();
 * ...
 * gate.raise();
 * }</pre>
 *
 * <p><b>What is promised.</b> Who waits passes when the barrier is raised, and not before; a barrier that was lowered
 * before the waiting began, by whomever, holds. A barrier that is raised and lowered again at once may be passed or not.
 * It stays lowered when the process that lowered it dies. Lowering and raising may be repeated, by anybody.
 *
 * <p><b>Lost connections.</b> Waiting goes on through outages and lost sessions. Lowering and raising are repeated when
 * their replies get lost.
 *
 * <p><b>Layout.</b> The one of Apache Curator's {@code DistributedBarrier}: the barrier is lowered while the znode exists.
 *
 * <p>Immutable and thread-safe; cheap to make, need not be closed.
 */
public final class DistributedBarrier {
    private final RecipeClient client;
    private final String path;

    private DistributedBarrier(RecipeClient client, String path) {
        this.client = client;
        this.path = ZnodePath.check(path);
    }

    /**
     * {@return the barrier at a path}
     *
     * @param client the client to use
     * @param path the znode that stands for the barrier; its parents are made, as containers, when they are missing
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static DistributedBarrier at(RecipeClient client, String path) {
        return new DistributedBarrier(client, path);
    }

    /** {@return the path of the znode that stands for the barrier} */
    public String path() {
        return path;
    }

    /**
     * Lowers the barrier. Waits for the server, at most for the client's operation timeout.
     *
     * @return whether it was raised before, as far as is known: a lost reply may have been that of our own doing
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused
     */
    public boolean lower() {
        return Waiting.forChange(lowerAsync(), path);
    }

    /** {@return as {@link #lower()} returns or throws; completes on the client's callback executor} */
    public CompletableFuture<Boolean> lowerAsync() {
        byte[] who = client.runtime().processName().getBytes(StandardCharsets.UTF_8);
        return Failures.unwrapped(Insistent.create(async(), path, who, CreateOptions.PERSISTENT.withParents()));
    }

    /**
     * Raises the barrier: everybody who waits passes. Waits for the server, at most for the client's operation timeout.
     *
     * @return whether it was lowered before, as far as is known: a lost reply may have been that of our own doing
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused
     */
    public boolean raise() {
        return Waiting.forChange(raiseAsync(), path);
    }

    /** {@return as {@link #raise()} returns or throws; completes on the client's callback executor} */
    public CompletableFuture<Boolean> raiseAsync() {
        return Failures.unwrapped(Insistent.delete(async(), path));
    }

    /**
     * Waits until the barrier is raised, however long that takes; not at all if it is raised now.
     *
     * @throws io.pinfold.ClientClosedException if the client is closed
     * @throws InterruptedException if the thread is interrupted
     */
    public void awaitRaised() throws InterruptedException {
        Waiting.forever(whenRaised());
    }

    /**
     * Waits until the barrier is raised, for some time, which covers outages.
     *
     * @param timeout how long to wait at most
     * @return whether it was raised in time
     * @throws io.pinfold.ClientClosedException if the client is closed
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitRaised(Duration timeout) throws InterruptedException {
        return Waiting.inTime(whenRaised(), timeout);
    }

    /**
     * {@return completes when the barrier is raised, on the client's callback executor; cancelling it ends the waiting}
     */
    public CompletableFuture<Void> whenRaised() {
        WatchedTree tree =
                WatchedTree.builder(client, path).maxDepth(0).withoutData().build();
        CompletableFuture<Void> raised = new CompletableFuture<>();
        tree.when(snapshot -> snapshot.size() == 0).whenComplete((snapshot, failure) -> {
            if (snapshot != null) {
                raised.complete(null);
            } else {
                raised.completeExceptionally(Failures.causeOf(failure));
            }
        });
        raised.whenComplete((done, failure) -> tree.close());
        return raised;
    }

    private AsyncClient async() {
        return client.async(new SerialExecutor(client.runtime().callbackExecutor()));
    }

    @Override
    public String toString() {
        return "DistributedBarrier[" + path + ']';
    }
}
