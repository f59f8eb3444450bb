package io.pinfold.server.transport;

import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The thread that appends to the log and forces it. Whatever queued while the disk was busy becomes one batch with one
 * force. Thread-safe: batches come in through a queue, and answers go to the listener.
 */
public final class DiskThread implements LogWriter {
    /** Tells the thread to stop behind everything that was queued. */
    private static final List<LogEntry> STOP = List.of();

    private final Storage storage;
    private final BlockingQueue<List<LogEntry>> queue = new LinkedBlockingQueue<>();
    private final String name;
    private volatile Thread thread = Thread.currentThread();

    public DiskThread(String member, Storage storage) {
        this.name = "pinfold-" + member + "-disk";
        this.storage = storage;
    }

    @Override
    public void start(Listener listener) {
        thread = new Thread(() -> run(listener), name);
        thread.start();
    }

    @Override
    public void append(List<LogEntry> entries) {
        queue.add(entries);
    }

    @Override
    public void close() {
        queue.add(STOP);
        Joins.join(thread);
    }

    private void run(Listener listener) {
        List<List<LogEntry>> batches = new ArrayList<>();
        boolean stop = false;
        try {
            while (!stop) {
                batches.add(queue.take());
                queue.drainTo(batches);
                long zxid = 0;
                for (List<LogEntry> batch : batches) {
                    if (batch == STOP) {
                        stop = true;
                    } else {
                        storage.append(batch);
                        zxid = batch.get(batch.size() - 1).zxid();
                    }
                }
                batches.clear();
                if (zxid != 0) {
                    storage.force();
                    listener.onForced(zxid);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            listener.onFailed("the disk thread was interrupted", e);
        } catch (IOException | RuntimeException | Error e) { // whatever it is, nothing becomes durable any more
            listener.onFailed("the log cannot be written", e);
        }
    }
}
