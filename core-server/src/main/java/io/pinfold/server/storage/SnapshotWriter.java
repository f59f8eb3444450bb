package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes a snapshot under a temporary name; it exists only once committed. Confined to the snapshot thread. A failure
 * spoils this snapshot and nothing else.
 */
public final class SnapshotWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 << 10;

    private final SnapshotShelf shelf;
    private final SnapshotFormat.Header header;
    private final DiskFile file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long position;
    private long blocks;
    private long bytes;
    private int all;
    private boolean done;

    SnapshotWriter(SnapshotShelf shelf, SnapshotFormat.Header header, DiskFile file) {
        this.shelf = shelf;
        this.header = header;
        this.file = file;
        buffer.put(header.bytes());
    }

    /** {@return the last change that the snapshot contains} */
    public long zxid() {
        return header.zxid();
    }

    /** Adds one block of at most 256 MiB, which the reader will get back as it is. */
    public void write(byte[] buf, int off, int len) throws IOException {
        checkOpen();
        if (len > SnapshotFormat.MAX_BLOCK) {
            throw new IllegalArgumentException(
                    "a block of " + len + " bytes; " + SnapshotFormat.MAX_BLOCK + " are allowed");
        }
        int check = SnapshotFormat.blockCheck(blocks, header.zxid(), buf, off, len);
        ByteBuffer head = ByteBuffer.allocate(SnapshotFormat.BLOCK_HEADER);
        Poison.describing(action(), () -> {
            put(head.putInt(len).putInt(check).flip());
            put(ByteBuffer.wrap(buf, off, len));
        });
        all = SnapshotFormat.combine(all, check);
        blocks++;
        bytes += len;
    }

    private String action() {
        return "write snapshot " + FileNames.snapshot(header.zxid());
    }

    private void put(ByteBuffer from) throws IOException {
        int end = from.limit();
        while (from.position() < end) {
            from.limit(Math.min(end, from.position() + buffer.remaining()));
            buffer.put(from);
            from.limit(end);
            if (!buffer.hasRemaining()) {
                flush();
            }
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        int count = buffer.remaining();
        file.write(position, buffer);
        position += count;
        buffer.clear();
    }

    /** Makes the snapshot durable under its final name. */
    public void commit() throws IOException {
        checkOpen();
        Poison.describing(action(), () -> {
            put(SnapshotFormat.trailer(blocks, bytes, all));
            flush();
            file.force();
        });
        done = true;
        file.close();
        shelf.publish(header.zxid());
    }

    /** Throws away what was written; does nothing after a commit. */
    public void abort() throws IOException {
        if (!done) {
            done = true;
            file.close();
            shelf.discard(header.zxid());
        }
    }

    private void checkOpen() {
        if (done) {
            throw new IllegalStateException("the snapshot is committed or aborted");
        }
    }

    /** Same as {@link #abort()}. */
    @Override
    public void close() throws IOException {
        abort();
    }
}
