package io.pinfold.server.tree;

import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;

/** Makes a {@link DataTree} from znodes and sessions that come from elsewhere. Confined to one owner. */
public final class TreeBuilder {
    private final SnapshotRestore restore = new SnapshotRestore();
    private final JuteWriter record = new JuteWriter();
    private int nodes;
    private int sessions;

    /** Begins a tree as of one zxid. */
    public TreeBuilder(long zxid) throws MalformedFrame {
        SnapshotFormat.writeHeader(record, zxid);
        flush();
    }

    /** Adds who belongs to the cluster, as the payload of an entry in the log. */
    public void membership(byte[] payload) throws MalformedFrame {
        SnapshotFormat.writeMembership(record, payload);
        flush();
    }

    /** Adds a session, before its ephemeral znodes or after them. */
    public void session(long id, int timeoutMillis) throws MalformedFrame {
        SnapshotFormat.writeSession(record, id, timeoutMillis);
        sessions++;
        flush();
    }

    /** Adds a znode. Siblings that were made by one transaction are ordered as they come. */
    public void node(ZnodeState node) throws MalformedFrame {
        SnapshotFormat.writeNode(record, node.toZnode(nodes++));
        flush();
    }

    /**
     * {@return the tree}
     *
     * @throws MalformedFrame if something is missing: a parent, the session of an ephemeral znode, or one of the server's own
     */
    public DataTree build() throws MalformedFrame {
        SnapshotFormat.writeEnd(record, sessions, nodes);
        flush();
        return restore.finish();
    }

    private void flush() throws MalformedFrame {
        restore.add(record.array(), 0, record.size());
        record.reset();
    }
}
