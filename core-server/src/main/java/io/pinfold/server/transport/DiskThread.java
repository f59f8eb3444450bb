package io.pinfold.server.transport;

import io.pinfold.server.storage.DiskCommand;
import io.pinfold.server.storage.DiskListener;
import io.pinfold.server.storage.DiskQueue;
import io.pinfold.server.storage.Metadata;
import io.pinfold.server.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread that carries out what the member asks of its disk. Whatever queued while the disk was busy is done together,
 * with one force for neighbouring appends. Thread-safe: commands come in through a queue, and answers go to the listener.
 */
public final class DiskThread implements AutoCloseable {
    /** Who is told, on the disk thread. */
    interface Listener extends DiskListener {
        void onFailed(String reason, Throwable cause);

        /** The disk has hardly any room left, or has room again. */
        void onRoom(boolean low);
    }

    /** Tells the thread to stop behind everything that was queued. */
    private static final DiskCommand STOP = new DiskCommand.Append(List.of());

    private final Storage storage;
    private final Queue<DiskCommand> queue = new ConcurrentLinkedQueue<>();
    /** Whether the thread has to be woken for what is put into the queue. */
    private volatile boolean waiting;

    private final String name;
    private volatile boolean abandoned;
    private long begunNanos;
    private volatile Thread thread = Thread.currentThread();

    public DiskThread(String member, Storage storage) {
        this.name = "pinfold-" + member + "-disk";
        this.storage = storage;
    }

    void start(Listener listener) {
        thread = new Thread(() -> run(listener), name);
        thread.start();
    }

    /** {@return the metadata as they are at the start} */
    Metadata metadata() {
        return storage.metadata();
    }

    void add(DiskCommand command) {
        queue.add(command);
        if (waiting) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * {@return the next command; null if the thread is impatient and none came for a while} What is added by somebody who saw nobody
     * waiting is found here, for the queue is looked at once more after that was said. A queue with a lock would wake
     * this thread while that is held, to wait for it.
     */
    private @Nullable DiskCommand take(boolean impatient) throws InterruptedException {
        DiskCommand next = queue.poll();
        while (next == null) {
            waiting = true;
            next = queue.poll();
            if (next == null) {
                rest(impatient);
                next = queue.poll();
            }
            waiting = false;
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (impatient) {
                break;
            }
        }
        return next;
    }

    private void rest(boolean impatient) {
        if (impatient) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(RoomWatch.PAUSE_MILLIS));
        } else {
            LockSupport.park(this);
        }
    }

    /** {@return for how long the thread has been at what it does at the moment} Called on the disk thread. */
    long workingNanos() {
        return System.nanoTime() - begunNanos;
    }

    /** Carries out what was queued, then stops. */
    @Override
    public void close() {
        add(STOP);
        Joins.join(thread);
    }

    /** Stops after what is being done at the moment; what waits is forgotten, as when a process dies. */
    public void abandon() {
        abandoned = true;
        close();
    }

    private void run(Listener listener) {
        DiskQueue work = new DiskQueue(storage, listener);
        RoomWatch room = new RoomWatch(storage);
        boolean going = true;
        try {
            while (going) {
                room.look(listener);
                for (DiskCommand next = take(room.isLow()); next != null; next = queue.poll()) {
                    if (next == STOP) {
                        going = false;
                    } else {
                        work.add(next);
                    }
                }
                begunNanos = System.nanoTime();
                while (!abandoned && work.begin()) {
                    work.finish();
                    begunNanos = System.nanoTime();
                }
            }
            work.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            listener.onFailed("the disk thread was interrupted", e);
        } catch (IOException | RuntimeException | Error e) { // whatever it is, nothing becomes durable any more
            listener.onFailed("the log cannot be written", e);
        }
    }
}
