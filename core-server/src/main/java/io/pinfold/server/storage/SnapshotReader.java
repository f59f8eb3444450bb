package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a snapshot block by block and checks every byte on the way. Confined to the thread that restores. Close it, and the
 * file is closed.
 */
public final class SnapshotReader implements AutoCloseable {
    private final DiskFile file;
    private final SnapshotFormat.Header header;
    private final String description;
    private long position = SnapshotFormat.HEADER;
    private long blocks;
    private long bytes;
    private int all;
    private boolean ended;

    private SnapshotReader(DiskFile file, SnapshotFormat.Header header, String description) {
        this.file = file;
        this.header = header;
        this.description = description;
    }

    /** Opens a file; fails with a {@link StorageException} when its header is damaged or of something else. */
    static SnapshotReader open(Disk disk, String name, long zxid, Identity identity) throws IOException {
        String description = "snapshot " + name + " in " + disk.location();
        DiskFile file = disk.open(name);
        ByteBuffer bytes = ByteBuffer.allocate(SnapshotFormat.HEADER);
        file.read(0, bytes);
        SnapshotFormat.Header header = SnapshotFormat.Header.read(bytes.flip());
        if (header == null
                || header.zxid() != zxid
                || !header.clusterId().equals(identity.clusterId())
                || header.memberId() != identity.memberId()) {
            file.close();
            throw new StorageException(description + " has a damaged header or is of another member");
        }
        return new SnapshotReader(file, header, description);
    }

    /** {@return the last change that the snapshot contains} */
    public long zxid() {
        return header.zxid();
    }

    /** {@return whether the snapshot came from a peer} */
    boolean isReceived() {
        return header.received();
    }

    /** {@return the chain value of that change} */
    public long chain() {
        return header.chain();
    }

    /** {@return the next block, exactly as one {@link SnapshotWriter#write} wrote it, or null after the last} */
    public byte @Nullable [] nextBlock() throws IOException {
        if (ended) {
            return null;
        }
        int length = read(SnapshotFormat.BLOCK_HEADER / 2).getInt(0);
        if (length == -1) {
            checkTrailer();
            ended = true;
            return null;
        }
        if (length < 0 || length > SnapshotFormat.MAX_BLOCK || position + length > file.size()) {
            throw damaged();
        }
        byte[] block = new byte[length];
        position += SnapshotFormat.BLOCK_HEADER / 2;
        int check = read(4).getInt(0);
        position += 4;
        if (file.read(position, ByteBuffer.wrap(block)) < length
                || check != SnapshotFormat.blockCheck(blocks, header.zxid(), block, 0, length)) {
            throw damaged();
        }
        position += length;
        blocks++;
        bytes += length;
        all = SnapshotFormat.combine(all, check);
        return block;
    }

    private void checkTrailer() throws IOException {
        if (!read(SnapshotFormat.TRAILER).equals(SnapshotFormat.trailer(blocks, bytes, all))) {
            throw damaged();
        }
        if (file.size() != position + SnapshotFormat.TRAILER) {
            throw damaged();
        }
    }

    private ByteBuffer read(int count) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(count);
        if (file.read(position, into) < count) {
            throw damaged();
        }
        return into.flip();
    }

    private StorageException damaged() {
        return new StorageException(description + " is damaged at offset " + position);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
