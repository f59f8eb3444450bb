package io.pinfold.server.transport;

import io.pinfold.server.storage.SnapshotWriter;
import io.pinfold.server.storage.Storage;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mostly idle thread that writes snapshots. A snapshot that cannot be written costs nothing but itself: the log has
 * everything. Thread-safe: steps come in through a queue, and answers go to the listener.
 */
public final class SnapshotThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotThread.class);

    /**
     * Who is told how the snapshot fares, called on the snapshot thread: once for each block and once for each commit,
     * failures or not.
     */
    interface Listener {
        void onBlockWritten();

        void onSnapshotEnded();
    }

    /** One thing to do; false ends the thread. */
    @FunctionalInterface
    private interface Step {
        boolean run(Listener listener) throws IOException;
    }

    private final Storage storage;
    private final String name;
    private final BlockingQueue<Step> queue = new LinkedBlockingQueue<>();
    private volatile Thread thread = Thread.currentThread();
    /** Confined to the snapshot thread; {@code null} also after the current snapshot failed. */
    private @Nullable SnapshotWriter writer;

    public SnapshotThread(String member, Storage storage) {
        this.name = "pinfold-" + member + "-snapshot";
        this.storage = storage;
    }

    void start(Listener listener) {
        thread = new Thread(() -> run(listener), name);
        thread.start();
    }

    void begin(long zxid) {
        queue.add(listener -> {
            LOG.info("snapshot-begun zxid=0x{}", Long.toHexString(zxid));
            writer = storage.beginSnapshot(zxid);
            return true;
        });
    }

    void block(byte[] bytes) {
        queue.add(listener -> {
            try {
                if (writer != null) {
                    writer.write(bytes, 0, bytes.length);
                }
            } finally {
                listener.onBlockWritten();
            }
            return true;
        });
    }

    void commit() {
        queue.add(listener -> {
            try {
                if (writer != null) {
                    writer.commit();
                    LOG.info("snapshot-done zxid=0x{}", Long.toHexString(writer.zxid()));
                    writer = null;
                    storage.retain();
                }
            } finally {
                listener.onSnapshotEnded();
            }
            return true;
        });
    }

    void abandon() {
        queue.add(listener -> {
            abort();
            return true;
        });
    }

    /** Gives up a snapshot that is under way, and ends the thread. */
    @Override
    public void close() {
        queue.add(listener -> false);
        Joins.join(thread);
    }

    private void run(Listener listener) {
        boolean going = true;
        while (going) {
            try {
                going = queue.take().run(listener);
            } catch (InterruptedException e) {
                LOG.debug("snapshot-interrupted reason=nobody has a right to; this thread ends when it is told to", e);
            } catch (IOException e) {
                LOG.warn("snapshot-failed reason={}", e.getMessage());
                abort();
            } catch (RuntimeException | Error e) { // the engine waits for an answer to every later step
                LOG.error("snapshot-failed reason={}", e.toString(), e);
                abort();
            }
        }
        abort();
    }

    private void abort() {
        SnapshotWriter failed = writer;
        writer = null;
        if (failed != null) {
            try {
                failed.abort();
            } catch (IOException | RuntimeException | Error e) {
                LOG.warn("snapshot-leftover reason={}", e.toString());
            }
        }
    }
}
