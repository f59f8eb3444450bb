package io.pinfold.client.net;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Threads for callbacks: a few do all the work as long as callbacks come to an end. Users' code may block, and may even
 * wait for other callbacks, so while a task waits and none ends the threads are doubled, up to a limit. Without that a few
 * callbacks that wait would stop every recipe of the JVM; with a thread for each task a burst of news would make hundreds.
 *
 * <p>All are daemons; those that found no work for some seconds end. Thread-safe: the pool is, and {@code watched} lets
 * one look at a time.
 */
final class CallbackThreads implements Executor {
    private static final int FEWEST = 2;
    private static final int MOST_READY = 8;
    private static final int MOST = 256;
    private static final int PATIENCE_MILLIS = 10;
    private static final int IDLE_SECONDS = 10;

    private final int ready;
    private final int most;
    /** Runs a task after the patience is over, quickly. */
    private final Executor later;

    private final ThreadPoolExecutor threads;
    /** Whether somebody looks later. */
    private final AtomicBoolean watched = new AtomicBoolean();
    /** How many tasks had ended at the last look. Handed from look to look, and guarded by {@code watched}. */
    private long ended;

    /** Makes as many threads ready as there are processors, within reason. */
    CallbackThreads() {
        this(
                Math.max(FEWEST, Math.min(MOST_READY, Runtime.getRuntime().availableProcessors())),
                MOST,
                CompletableFuture.delayedExecutor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS, Runnable::run));
    }

    CallbackThreads(int ready, int most, Executor later) {
        this.ready = ready;
        this.most = most;
        this.later = later;
        this.threads = new ThreadPoolExecutor(
                ready,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("pinfold-client-callback", true));
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
        watch();
    }

    /** {@return how many threads there are} */
    int count() {
        return threads.getPoolSize();
    }

    private void watch() {
        if (!threads.getQueue().isEmpty() && watched.compareAndSet(false, true)) {
            ended = threads.getCompletedTaskCount();
            later.execute(this::look);
        }
    }

    private void look() {
        if (threads.getQueue().isEmpty()) {
            threads.setCorePoolSize(ready); // those beyond end when they have been idle for a while
            watched.set(false);
            watch(); // for a task that came in between
            return;
        }
        long now = threads.getCompletedTaskCount();
        if (now == ended) {
            threads.setCorePoolSize(Math.min(most, 2 * threads.getCorePoolSize()));
        }
        ended = now;
        later.execute(this::look);
    }
}
