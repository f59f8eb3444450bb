package io.pinfold.groups;

import io.pinfold.ZnodePath;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Waiting;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A barrier that a fixed number of processes pass together, round after round.
 *
 * <pre>{@code
 * DistributedCyclicBarrier rounds = DistributedCyclicBarrier.at(client, "/rounds/train", 5);
 * while (training) {
 *     step();
 *     rounds.await();
 * }
 * }</pre>
 *
 * <p><b>What is promised.</b> A round is passed when as many processes as the barrier was made for wait at the same time, in
 * one transaction; exactly these pass, with the same number of the round. Who came too many waits for the next round. When
 * one of those who wait goes away before that - its session ends, it gives up - and another one saw it waiting, the round
 * is broken for all who wait ({@link BrokenRoundException}), and the next one begins. Rounds never mix.
 *
 * <p><b>Lost connections.</b> Waiting goes on through outages while the session lives; who was cut off when the round ended
 * learns how it ended. For who lost its session the round is broken, whatever became of it for the others.
 *
 * <p><b>Layout.</b> A persistent znode whose data is the number of the round and how the last one ended, with one ephemeral
 * child for each process that waits. Apache Curator has no such recipe.
 *
 * <p>Immutable and thread-safe; need not be closed.
 */
public final class DistributedCyclicBarrier {
    private final RecipeClient client;
    private final String path;
    private final int parties;

    private DistributedCyclicBarrier(RecipeClient client, String path, int parties) {
        this.client = client;
        this.path = ZnodePath.check(path);
        this.parties = parties;
    }

    /**
     * {@return the barrier at a path}
     *
     * @param client the client to use
     * @param path the znode that stands for the barrier; its parents are made, as containers, when they are missing
     * @param parties how many processes pass together; all must say the same number
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     * @throws IllegalArgumentException if there are no parties
     */
    public static DistributedCyclicBarrier at(RecipeClient client, String path, int parties) {
        if (parties < 1) {
            throw new IllegalArgumentException("A barrier for " + parties + " parties keeps nobody");
        }
        return new DistributedCyclicBarrier(client, path, parties);
    }

    /** {@return the path of the znode that stands for the barrier} */
    public String path() {
        return path;
    }

    /** {@return how many processes pass together} */
    public int parties() {
        return parties;
    }

    /**
     * Waits until all are there, however long that takes.
     *
     * @return the passage
     * @throws BrokenRoundException if somebody who waited went away, or this process's own session ended
     * @throws IllegalStateException if there is something else at the path
     * @throws io.pinfold.PinfoldException if the client may not use the path, or is closed
     * @throws InterruptedException if the thread is interrupted; that breaks the round for the others
     */
    public Arrival await() throws InterruptedException {
        return Waiting.forever(arrive());
    }

    /**
     * Waits until all are there, for some time, which covers outages.
     *
     * @param timeout how long to wait at most
     * @return the passage, or empty if not all came in time; that breaks the round for the others, except for who comes
     *     to the same moment: the others may have passed together with this process
     * @throws BrokenRoundException if somebody who waited went away, or this process's own session ended
     * @throws IllegalStateException if there is something else at the path
     * @throws io.pinfold.PinfoldException if the client may not use the path, or is closed
     * @throws InterruptedException if the thread is interrupted; that breaks the round for the others
     */
    public Optional<Arrival> await(Duration timeout) throws InterruptedException {
        return Waiting.atMost(arrive(), timeout);
    }

    /**
     * {@return completes with the passage when all are there, on the client's callback executor; fails as {@link #await()}
     * does. Cancelling it ends the waiting, and breaks the round for the others}
     */
    public CompletableFuture<Arrival> arrive() {
        return new RoundWait(client, path, parties).begin();
    }

    @Override
    public String toString() {
        return "DistributedCyclicBarrier[" + path + ", " + parties + ']';
    }
}
