package io.pinfold.groups;

import io.pinfold.framework.Waiting;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A process's stay behind a {@link DistributedDoubleBarrier}. Thread-safe; to be left once. */
public interface DoubleBarrierEntry {
    /**
     * Waits until everybody is ready to leave, however long that takes, and leaves.
     *
     * @throws io.pinfold.ClientClosedException if the client is closed
     * @throws InterruptedException if the thread is interrupted; this process has left then, without waiting
     */
    default void leave() throws InterruptedException {
        Waiting.forever(leaveAsync());
    }

    /**
     * Waits until everybody is ready to leave, for some time, and leaves in any case.
     *
     * @param timeout how long to wait at most
     * @return whether everybody left in time
     * @throws io.pinfold.ClientClosedException if the client is closed
     * @throws InterruptedException if the thread is interrupted; this process has left then, without waiting
     */
    default boolean leave(Duration timeout) throws InterruptedException {
        return Waiting.inTime(leaveAsync(), timeout);
    }

    /**
     * {@return completes when everybody has left, on the client's callback executor; cancelling it leaves without
     * waiting}
     */
    CompletableFuture<Void> leaveAsync();
}
