package io.pinfold.election;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Has something done when the JVM shuts down, until it is removed. Thread-safe: a lock. */
final class ShutdownHook {
    private final Runnable task;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread hook;
    private boolean removed;

    ShutdownHook(Runnable task) {
        this.task = task;
    }

    void add() {
        lock.lock();
        try {
            if (hook == null && !removed) {
                Thread thread = new Thread(task, "pinfold-election-shutdown");
                Runtime.getRuntime().addShutdownHook(thread);
                hook = thread;
            }
        } finally {
            lock.unlock();
        }
    }

    void remove() {
        lock.lock();
        try {
            removed = true;
            Thread thread = hook;
            hook = null;
            if (thread != null && thread != Thread.currentThread()) {
                Runtime.getRuntime().removeShutdownHook(thread);
            }
        } catch (IllegalStateException shuttingDown) {
            return; // the hook runs, and may well have called this
        } finally {
            lock.unlock();
        }
    }
}
