package io.pinfold.server.storage;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member wants from its disk, carried out piece by piece and in order: everything that can share a force does.
 * Has no thread of its own: {@link #begin} writes, {@link #finish} forces and tells; a crash may come in between. Confined to
 * whoever runs it, usually the disk thread.
 */
public final class DiskQueue {
    private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);

    private final Storage storage;
    private final DiskListener listener;
    private final ArrayDeque<DiskCommand> commands = new ArrayDeque<>();
    private final Map<Integer, Outgoing> outgoing = new HashMap<>();
    private @Nullable Incoming incoming;
    /** What was begun: an append whose force is due, or anything else that is not done yet. */
    private @Nullable DiskCommand begun;

    private long writtenZxid;

    /** A snapshot on its way to a peer; the next block is read ahead, to know which is the last. */
    private static final class Outgoing {
        final SnapshotReader reader;
        int index;
        byte @Nullable [] next;

        Outgoing(SnapshotReader reader) {
            this.reader = reader;
        }
    }

    /** A snapshot on its way from a peer. */
    private record Incoming(long zxid, SnapshotWriter writer) {}

    public DiskQueue(Storage storage, DiskListener listener) {
        this.storage = storage;
        this.listener = listener;
    }

    /** Puts a command behind all others. */
    public void add(DiskCommand command) {
        commands.add(command);
    }

    /** {@return whether there is nothing to do} */
    public boolean isEmpty() {
        return commands.isEmpty() && begun == null;
    }

    /** Begins the next piece of work. {@return whether there is one, so that {@link #finish} must follow} */
    public boolean begin() throws IOException {
        DiskCommand command = commands.poll();
        begun = command;
        while (command instanceof DiskCommand.Append append) {
            storage.append(append.entries());
            writtenZxid = append.entries().get(append.entries().size() - 1).zxid();
            command = commands.peek() instanceof DiskCommand.Append ? commands.poll() : null;
        }
        return begun != null;
    }

    /** Ends the piece of work that was begun, and tells the listener. */
    public void finish() throws IOException {
        DiskCommand command = begun;
        begun = null;
        if (command instanceof DiskCommand.Append) {
            storage.forceOnly();
            listener.onForced(writtenZxid);
            storage.seal(); // nobody waits for that
        } else if (command instanceof DiskCommand.Cut cut) {
            storage.cutAfter(cut.zxid());
        } else if (command instanceof DiskCommand.Save save) {
            storage.saveMetadata(save.metadata());
            listener.onSaved(save.metadata());
        } else if (command instanceof DiskCommand.ReadLog read) {
            readLog(read);
        } else if (command instanceof DiskCommand.ReadSnapshot read) {
            readSnapshot(read);
        } else if (command instanceof DiskCommand.CloseSnapshot close) {
            closeSnapshot(close.peer());
        } else if (command instanceof DiskCommand.StoreSnapshot store) {
            storeSnapshot(store);
        }
    }

    private void readLog(DiskCommand.ReadLog read) throws IOException {
        LogSlice slice = storage.read(read.afterZxid(), read.maxBytes());
        if (slice == null && storage.reachesBackTo(read.afterZxid())) {
            listener.onUnreadable();
        }
        listener.onLogRead(read.peer(), slice);
    }

    /** While there is none to send one is wanted, and whoever asks will ask again. */
    private void readSnapshot(DiskCommand.ReadSnapshot read) throws IOException {
        if (read.index() == 0) {
            closeSnapshot(read.peer());
            SnapshotReader newest = storage.snapshotForPeer();
            if (newest == null) {
                listener.onUnreadable();
                return;
            }
            outgoing.put(read.peer(), new Outgoing(newest));
        }
        try {
            readBlock(read);
        } catch (IOException damaged) {
            LOG.warn("snapshot-not-sent peer={} reason={}", read.peer(), damaged.getMessage());
            Outgoing snapshot = outgoing.get(read.peer());
            if (snapshot != null) {
                storage.distrust(snapshot.reader.zxid());
            }
            closeSnapshot(read.peer());
            listener.onUnreadable();
            listener.onSnapshotGone(read.peer());
        }
    }

    private void readBlock(DiskCommand.ReadSnapshot read) throws IOException {
        Outgoing snapshot = outgoing.get(read.peer());
        if (snapshot != null && read.index() == 0) {
            snapshot.next = snapshot.reader.nextBlock();
        }
        byte[] block = snapshot == null ? null : snapshot.next;
        if (snapshot == null || block == null || snapshot.index != read.index()) {
            return;
        }
        snapshot.next = snapshot.reader.nextBlock();
        snapshot.index++;
        listener.onSnapshotRead(
                read.peer(),
                snapshot.reader.zxid(),
                snapshot.reader.chain(),
                read.index(),
                block,
                snapshot.next == null);
    }

    private void closeSnapshot(int peer) throws IOException {
        Outgoing snapshot = outgoing.remove(peer);
        if (snapshot != null) {
            snapshot.reader.close();
        }
    }

    private void storeSnapshot(DiskCommand.StoreSnapshot store) throws IOException {
        if (store.index() == 0) {
            abortIncoming();
            incoming = new Incoming(store.zxid(), storage.receiveSnapshot(store.zxid(), store.chain()));
        }
        Incoming snapshot = incoming;
        if (snapshot == null || snapshot.zxid != store.zxid()) {
            throw new StorageException("a snapshot block came without the ones before it");
        }
        snapshot.writer.write(store.block(), 0, store.block().length);
        if (store.last()) {
            storage.install(snapshot.writer, store.chain());
            incoming = null;
        }
        listener.onSnapshotStored(store.zxid(), store.chain(), store.index(), store.last());
    }

    private void abortIncoming() throws IOException {
        Incoming snapshot = incoming;
        incoming = null;
        if (snapshot != null) {
            snapshot.writer.abort();
        }
    }

    /** Closes what is open; what was not begun is forgotten. */
    public void close() throws IOException {
        for (Outgoing snapshot : outgoing.values()) {
            snapshot.reader.close();
        }
        outgoing.clear();
        abortIncoming();
    }
}
