package io.pinfold.server.tree;

import io.pinfold.Acl;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import java.util.List;

/**
 * The records of a snapshot: each an int length, a byte that tells its kind, and fields. Their order carries no meaning,
 * except that nothing follows the end record. Stateless.
 *
 * <pre>
 * header   int formatVersion, long zxid
 * session  long id, int timeoutMillis
 * members  the last entry that changed the membership
 * node     path, data, acl, byte kind, long ephemeralOwner, czxid, mzxid, pzxid, ctime, mtime, childrenCreated,
 *          int version, aversion, ordinal, [long ttlMillis if the kind is TTL]
 * end      int sessions, int nodes
 * </pre>
 */
final class SnapshotFormat {
    static final int VERSION = 1;
    static final byte HEADER = 1;
    static final byte SESSION = 2;
    static final byte NODE = 3;
    static final byte END = 4;
    static final byte MEMBERSHIP = 5;

    private SnapshotFormat() {}

    static void writeHeader(JuteWriter out, long zxid) {
        int mark = out.beginFrame();
        out.writeByte(HEADER);
        out.writeInt(VERSION);
        out.writeLong(zxid);
        out.endFrame(mark);
    }

    static void writeSession(JuteWriter out, long sessionId, int timeoutMillis) {
        int mark = out.beginFrame();
        out.writeByte(SESSION);
        out.writeLong(sessionId);
        out.writeInt(timeoutMillis);
        out.endFrame(mark);
    }

    static void writeMembership(JuteWriter out, byte[] entry) {
        int mark = out.beginFrame();
        out.writeByte(MEMBERSHIP);
        out.writeBuffer(entry);
        out.endFrame(mark);
    }

    static void writeNode(JuteWriter out, Znode node) {
        int mark = out.beginFrame();
        out.writeByte(NODE);
        out.writeString(node.path());
        out.writeBuffer(node.data);
        TxnCodec.writeAcl(out, node.acl);
        out.writeByte((byte) node.kind.number());
        out.writeLong(node.ephemeralOwner);
        out.writeLong(node.czxid);
        out.writeLong(node.mzxid);
        out.writeLong(node.pzxid);
        out.writeLong(node.ctime);
        out.writeLong(node.mtime);
        out.writeLong(node.childrenCreated);
        out.writeInt(node.version);
        out.writeInt(node.aversion);
        out.writeInt(node.ordinal);
        if (node.kind == NodeKind.TTL) {
            out.writeLong(node.ttlMillis());
        }
        out.endFrame(mark);
    }

    static void writeEnd(JuteWriter out, int sessions, int nodes) {
        int mark = out.beginFrame();
        out.writeByte(END);
        out.writeInt(sessions);
        out.writeInt(nodes);
        out.endFrame(mark);
    }

    static Znode readNode(JuteReader in) throws MalformedFrame {
        String path = TxnCodec.readPath(in);
        byte[] data = in.readBuffer();
        List<Acl> acl = TxnCodec.readAcl(in);
        NodeKind kind = TxnCodec.readKind(in);
        long owner = in.readLong();
        if (kind == NodeKind.EPHEMERAL != (owner != 0)) {
            throw new MalformedFrame("The znode " + path + " is " + kind + " and has the owner " + owner);
        }
        long czxid = in.readLong();
        long mzxid = in.readLong();
        long pzxid = in.readLong();
        long ctime = in.readLong();
        long mtime = in.readLong();
        long childrenCreated = in.readLong();
        int version = in.readInt();
        int aversion = in.readInt();
        int ordinal = in.readInt();
        long ttlMillis = kind == NodeKind.TTL ? in.readLong() : 0;
        ZnodeState state = new ZnodeState(
                path,
                data,
                acl,
                kind,
                owner,
                ttlMillis,
                czxid,
                mzxid,
                pzxid,
                ctime,
                mtime,
                childrenCreated,
                version,
                aversion);
        return state.toZnode(ordinal);
    }

    /** Sums up a hash of each record, so that the order of the records does not matter. */
    static long digest(DataTree tree, Znode root) {
        JuteWriter out = new JuteWriter();
        long[] sum = {0};
        writeHeader(out, tree.lastZxid());
        sum[0] += hash(out);
        if (tree.membership().length > 0) {
            writeMembership(out, tree.membership());
            sum[0] += hash(out);
        }
        tree.sessions().forEach((id, timeout) -> {
            writeSession(out, id, timeout);
            sum[0] += hash(out);
        });
        for (Znode node = root; node != null; node = node.nextInPreOrder()) {
            writeNode(out, node);
            sum[0] += hash(out);
        }
        return sum[0];
    }

    private static long hash(JuteWriter record) {
        byte[] bytes = record.array();
        int size = record.size();
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < size; i++) {
            hash = (hash ^ bytes[i] & 0xff) * 0x100000001b3L;
        }
        record.reset();
        hash = (hash ^ hash >>> 32) * 0x9e3779b97f4a7c15L;
        return hash ^ hash >>> 29;
    }
}
