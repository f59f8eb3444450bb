package io.pinfold.server.storage;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of real zeros, forced, from which the next log file is made. Thread-safe: one lock around the hand-over; the
 * zeros are written without it.
 */
final class SpareSegment {
    private static final Logger LOG = LoggerFactory.getLogger(SpareSegment.class);

    private final Disk disk;
    private final int size;
    private final Executor background;
    private final ReentrantLock guard = new ReentrantLock();
    private @Nullable DiskFile ready;
    private boolean preparing;
    private boolean closed;

    SpareSegment(Disk disk, int size, Executor background) {
        this.disk = disk;
        this.size = size;
        this.background = background;
    }

    /** {@return the file, which then has to be renamed before another is prepared; null when there is none yet} */
    @Nullable
    DiskFile take() {
        guard.lock();
        try {
            DiskFile file = ready;
            ready = null;
            return file;
        } finally {
            guard.unlock();
        }
    }

    /** Has a file made unless there is one. */
    void prepare() {
        guard.lock();
        try {
            if (ready != null || preparing || closed) {
                return;
            }
            preparing = true;
        } finally {
            guard.unlock();
        }
        background.execute(this::make);
    }

    private void make() {
        DiskFile file = null;
        try {
            file = isClosed() ? null : zeros();
        } catch (IOException e) {
            // Not needed for anything but speed; if the disk is really broken, the log will notice.
            LOG.warn("Could not prepare a log file in {}: {}", disk.location(), e.toString());
        }
        guard.lock();
        try {
            ready = file;
            preparing = file == null; // after a failure the file may be in the way, so this was the last try
            if (closed) {
                discard();
            }
        } finally {
            guard.unlock();
        }
    }

    private DiskFile zeros() throws IOException {
        DiskFile file = disk.create(FileNames.SPARE, Disk.Access.ORDINARY);
        for (int at = 0; at < size && !isClosed(); ) {
            int step = Math.min(64 << 10, size - at);
            file.write(at, AppendBuffers.zeros(step));
            at += step;
        }
        file.force();
        return file;
    }

    private boolean isClosed() {
        guard.lock();
        try {
            return closed;
        } finally {
            guard.unlock();
        }
    }

    /** Gives the file up; what is left of it goes at the next start. */
    void close() {
        guard.lock();
        try {
            closed = true;
            discard();
        } finally {
            guard.unlock();
        }
    }

    private void discard() {
        if (ready != null) {
            try {
                ready.close();
            } catch (IOException e) {
                LOG.debug("Could not close {}", FileNames.SPARE, e);
            }
            ready = null;
        }
    }
}
