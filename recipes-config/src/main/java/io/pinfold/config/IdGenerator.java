package io.pinfold.config;

import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Waiting;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that no process gets twice, taken from the server in blocks and given out from memory.
 *
 * <pre>{@code
 * IdGenerator ids = IdGenerator.blocksOf(1_000, client, "/ids/order");
 * long id = ids.next();
 * }</pre>
 *
 * <p><b>What is promised.</b> No number is given out twice, by whatever process. The numbers of one object grow. There are
 * gaps: what is left of a block when a process ends is lost, and so is a block whose reservation could not be settled.
 *
 * <p><b>Cost.</b> One transaction for each block. The next block is fetched when half of the present one is used, so nobody
 * waits unless a block is used up in the time of a round trip.
 *
 * <p><b>Layout.</b> A {@link DistributedCounter} that counts blocks of ids; Apache Curator's {@code CachedAtomicLong} takes
 * its blocks from the same path.
 *
 * <p>Thread-safe: the blocks are guarded by a lock, for moments only.
 */
public final class IdGenerator implements AutoCloseable {
    private final DistributedCounter counter;
    private final int blockSize;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<CompletableFuture<Long>> waiting = new ArrayDeque<>();
    private long next;
    private long end;
    private long reserved;
    private long reservedEnd;
    private boolean fetching;

    private IdGenerator(DistributedCounter counter, int blockSize) {
        this.counter = counter;
        this.blockSize = blockSize;
    }

    /**
     * {@return a generator of ids that grow from 0}
     *
     * @param blockSize how many ids are fetched at once
     * @param client the client to use
     * @param path the znode that counts
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     * @throws IllegalArgumentException if the block size is not positive
     */
    public static IdGenerator blocksOf(int blockSize, RecipeClient client, String path) {
        if (blockSize < 1) {
            throw new IllegalArgumentException("A block of " + blockSize + " ids has none");
        }
        return new IdGenerator(DistributedCounter.at(client, path), blockSize);
    }

    /** {@return the path of the znode that counts} */
    public String path() {
        return counter.path();
    }

    /**
     * {@return an id that nobody else got or gets; waits for the server only if the block is used up}
     *
     * @throws io.pinfold.PinfoldException if a block is needed and the server could not be reached
     */
    public long next() {
        return Waiting.forChange(nextAsync(), path());
    }

    /** {@return as {@link #next()} returns or throws; completes at once, or on the client's callback executor} */
    public CompletableFuture<Long> nextAsync() {
        CompletableFuture<Long> id;
        boolean fetch;
        lock.lock();
        try {
            @Nullable Long taken = waiting.isEmpty() ? take() : null;
            if (taken == null) {
                id = new CompletableFuture<>();
                waiting.add(id);
            } else {
                id = CompletableFuture.completedFuture(taken);
            }
            fetch = !fetching && reserved == reservedEnd && end - next <= blockSize / 2;
            fetching |= fetch;
        } finally {
            lock.unlock();
        }
        if (fetch) {
            fetch();
        }
        return id;
    }

    /** Deletes this object's own znode in the background. What is left of the block is lost. */
    @Override
    public void close() {
        counter.close();
    }

    @Override
    public String toString() {
        return "IdGenerator[" + path() + ", " + blockSize + ']';
    }

    private void fetch() {
        counter.addAsync(blockSize).whenComplete((blockEnd, failure) -> {
            Deque<Runnable> answers = new ArrayDeque<>();
            boolean more;
            lock.lock();
            try {
                if (blockEnd != null) {
                    reserved = blockEnd - blockSize;
                    reservedEnd = blockEnd;
                }
                serve(failure, answers);
                more = !waiting.isEmpty();
                fetching = more;
            } finally {
                lock.unlock();
            }
            answers.forEach(Runnable::run);
            if (more) {
                fetch();
            }
        });
    }

    /** Guarded by the lock. Those who wait get ids, or are told why there are none. */
    private void serve(@Nullable Throwable failure, Deque<Runnable> answers) {
        while (!waiting.isEmpty()) {
            @Nullable Long taken = take();
            if (taken == null && failure == null) {
                return;
            }
            CompletableFuture<Long> id = waiting.remove();
            answers.add(() -> {
                if (taken != null) {
                    id.complete(taken);
                } else if (failure != null) {
                    id.completeExceptionally(failure);
                }
            });
        }
    }

    /** Guarded by the lock. */
    private @Nullable Long take() {
        if (next == end && reserved < reservedEnd) {
            next = reserved;
            end = reservedEnd;
            reserved = reservedEnd;
        }
        return next == end ? null : next++;
    }
}
