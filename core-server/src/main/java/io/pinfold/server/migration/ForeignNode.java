package io.pinfold.server.migration;

import io.pinfold.Acl;
import io.pinfold.server.tree.NodeKind;
import io.pinfold.server.tree.ZnodeState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** A znode with the numbers that Apache ZooKeeper stores. Confined to its {@link ForeignTree}. */
final class ForeignNode {
    private static final long CONTAINER_OWNER = Long.MIN_VALUE;
    private static final int TTL_MARK = 0xff;
    private static final long TTL_BITS = 0xff_ffff_ffffL;
    private static final int STAT_BYTES = 60;

    final String path;
    byte @Nullable [] data;
    List<Acl> acl;
    long czxid;
    long mzxid;
    long ctime;
    long mtime;
    int version;
    /** How many children were ever created. */
    int cversion;

    int aversion;
    /** A session, or what makes it a container or gives it a time to live. */
    long owner;

    long pzxid;

    ForeignNode(String path, byte @Nullable [] data, List<Acl> acl) {
        this.path = path;
        this.data = data;
        this.acl = acl;
    }

    /** {@return the owner that is stored for a time to live} */
    static long ttlOwner(long ttlMillis) {
        return (long) TTL_MARK << 56 | ttlMillis & TTL_BITS;
    }

    static long containerOwner() {
        return CONTAINER_OWNER;
    }

    NodeKind kind() {
        if (owner == 0) {
            return NodeKind.PERSISTENT;
        }
        if (owner == CONTAINER_OWNER) {
            return NodeKind.CONTAINER;
        }
        return owner >>> 56 == TTL_MARK ? NodeKind.TTL : NodeKind.EPHEMERAL;
    }

    /** {@return what this znode adds to the digest of the tree, version 2; the server's own znodes add nothing} */
    long digest() {
        if (path.startsWith("/zookeeper/")) {
            return 0;
        }
        CRC32 crc = new CRC32();
        crc.update(path.getBytes(StandardCharsets.UTF_8));
        if (data != null) {
            crc.update(data);
        }
        ByteBuffer stat = ByteBuffer.allocate(STAT_BYTES);
        stat.putLong(czxid).putLong(mzxid).putLong(pzxid).putLong(ctime).putLong(mtime);
        stat.putInt(version).putInt(cversion).putInt(aversion).putLong(owner);
        crc.update(stat.flip());
        return crc.getValue();
    }

    ZnodeState toState() {
        NodeKind kind = kind();
        return new ZnodeState(
                path.isEmpty() ? "/" : path,
                data,
                acl,
                kind,
                kind == NodeKind.EPHEMERAL ? owner : 0,
                kind == NodeKind.TTL ? owner & TTL_BITS : 0,
                czxid,
                mzxid,
                pzxid,
                ctime,
                mtime,
                Integer.toUnsignedLong(cversion),
                version,
                aversion);
    }

    static ForeignNode of(ZnodeState state) {
        ForeignNode node = new ForeignNode(state.path().equals("/") ? "" : state.path(), state.data(), state.acl());
        node.czxid = state.czxid();
        node.mzxid = state.mzxid();
        node.pzxid = state.pzxid();
        node.ctime = state.ctime();
        node.mtime = state.mtime();
        node.version = state.version();
        node.cversion = (int) state.childrenCreated();
        node.aversion = state.aversion();
        node.owner = switch (state.kind()) {
            case PERSISTENT -> 0;
            case EPHEMERAL -> state.ephemeralOwner();
            case CONTAINER -> CONTAINER_OWNER;
            case TTL -> ttlOwner(state.ttlMillis());
        };
        return node;
    }
}
