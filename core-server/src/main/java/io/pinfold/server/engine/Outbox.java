package io.pinfold.server.engine;

import io.pinfold.ErrorCode;
import io.pinfold.server.tree.DataTree;
import io.pinfold.wire.JuteWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;

/**
 * Where replies and events go until the end of the turn: one frame after the other behind each connection's earlier
 * ones. Confined to the node loop.
 */
final class Outbox {
    /**
     * What may wait for the end of the turn, all connections together: small requests of many clients can ask for more than there
     * is memory, and one change can have many watchers.
     */
    private static final int MOST_BYTES = 1024 * 1024;

    private static final int LEAST_SHARE_BYTES = 4096;
    /** A buffer that grew beyond this is kept neither for others nor for the rest of the turn. */
    static final int KEPT_BYTES = 64 * 1024;

    private final DataTree tree;
    private ArrayList<Connection> dirty = new ArrayList<>();
    private ArrayList<Connection> flushing = new ArrayList<>();
    /** Buffers that are lent to connections for a turn. */
    private final ArrayDeque<JuteWriter> spare = new ArrayDeque<>();

    private int spareBytes;

    Outbox(DataTree tree) {
        this.tree = tree;
    }

    /** Begins a successful reply; the body follows, then {@link JuteWriter#endFrame}. {@return the frame's mark} */
    int beginReply(Connection connection, int xid) {
        return beginFrame(connection, xid, tree.lastZxid(), 0);
    }

    /** Sends a reply without a body. */
    void reply(Connection connection, int xid, ErrorCode code) {
        reply(connection, xid, tree.lastZxid(), code);
    }

    void reply(Connection connection, int xid, long zxid, ErrorCode code) {
        int mark = beginFrame(connection, xid, zxid, code.number());
        connection.out.endFrame(mark);
    }

    int beginFrame(Connection connection, int xid, long zxid, int error) {
        touch(connection);
        connection.traffic.onSent();
        JuteWriter out = connection.out;
        int mark = out.beginFrame();
        out.writeInt(xid);
        out.writeLong(zxid);
        out.writeInt(error);
        return mark;
    }

    /** Closes a connection behind what was written to it so far, because something is wrong. */
    void close(Connection connection, String reason) {
        close(connection, reason, false);
    }

    /** Closes a connection whose time has come. */
    void closeOrderly(Connection connection, String reason) {
        close(connection, reason, true);
    }

    private void close(Connection connection, String reason, boolean orderly) {
        if (connection.isOpen()) {
            connection.closing = reason;
            connection.orderly = orderly;
            touch(connection);
        }
    }

    /** Marks a connection as having something to flush. */
    void touch(Connection connection) {
        if (!connection.dirty) {
            connection.dirty = true;
            dirty.add(connection);
            if (!connection.hasBuffer()) {
                connection.out = lend();
            }
        }
    }

    private JuteWriter lend() {
        JuteWriter last = spare.pollLast();
        if (last == null) {
            return new JuteWriter(256);
        }
        spareBytes -= last.array().length;
        return last;
    }

    private void takeBack(Connection connection) {
        if (connection.dirty) {
            return; // closing another one made something for it meanwhile
        }
        JuteWriter lent = connection.returnBuffer();
        int size = lent.array().length;
        if (size <= KEPT_BYTES && spareBytes + size <= MOST_BYTES) {
            spare.addLast(lent);
            spareBytes += size;
        }
    }

    /** Hands over what was made for a connection, in the middle of the turn, if it is more than its share. */
    void flushIfLarge(Connection connection) {
        int size = connection.out.size();
        if (size > LEAST_SHARE_BYTES && size > MOST_BYTES / Math.max(1, dirty.size())) {
            connection.send();
        }
    }

    /** Hands everything over, each connection once. */
    void flush() {
        ArrayList<Connection> batch = dirty;
        dirty = flushing;
        flushing = batch;
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).flush();
            takeBack(batch.get(i));
        }
        batch.clear();
    }
}
