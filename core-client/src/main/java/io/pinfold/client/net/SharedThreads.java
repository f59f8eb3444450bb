package io.pinfold.client.net;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The threads that all clients of a JVM share: one loop, started for the first client and stopped with the last one, and
 * threads for callbacks. All are daemons. Thread-safe by a lock.
 */
final class SharedThreads {
    private static final SharedThreads OF_THIS_JVM = new SharedThreads();

    private final ReentrantLock lock = new ReentrantLock();
    private final CallbackThreads callbacks = new CallbackThreads();

    /** Guarded by the lock. */
    private @Nullable EventLoopGroup loop;
    /** Guarded by the lock. */
    private int users;

    private SharedThreads() {}

    static SharedThreads ofThisJvm() {
        return OF_THIS_JVM;
    }

    /** {@return the loop; each call must be followed by one of {@link #release} some time} */
    EventLoopGroup acquire() {
        lock.lock();
        try {
            EventLoopGroup group = loop;
            if (group == null) {
                group = new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("pinfold-client-io", true), NioIoHandler.newFactory());
                loop = group;
            }
            users++;
            return group;
        } finally {
            lock.unlock();
        }
    }

    void release() {
        lock.lock();
        try {
            users--;
            EventLoopGroup group = loop;
            if (users == 0 && group != null) {
                loop = null;
                group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** {@return where tasks that may block are run} */
    Executor callbackThreads() {
        return callbacks;
    }
}
