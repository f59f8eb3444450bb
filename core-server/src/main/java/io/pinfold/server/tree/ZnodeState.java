package io.pinfold.server.tree;

import io.pinfold.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one znode, for those who bring trees from elsewhere or take them there. Immutable; the array must not be
 * changed.
 *
 * @param ephemeralOwner the session of an ephemeral znode; else 0
 * @param ttlMillis the time to live; 0 for every kind but {@link NodeKind#TTL}
 * @param childrenCreated how many children there have ever been
 */
public record ZnodeState(
        String path,
        byte @Nullable [] data,
        List<Acl> acl,
        NodeKind kind,
        long ephemeralOwner,
        long ttlMillis,
        long czxid,
        long mzxid,
        long pzxid,
        long ctime,
        long mtime,
        long childrenCreated,
        int version,
        int aversion) {

    static ZnodeState of(Znode node) {
        return new ZnodeState(
                node.path(),
                node.data,
                node.acl,
                node.kind,
                node.ephemeralOwner,
                node.ttlMillis(),
                node.czxid,
                node.mzxid,
                node.pzxid,
                node.ctime,
                node.mtime,
                node.childrenCreated,
                node.version,
                node.aversion);
    }

    Znode toZnode(int ordinal) {
        Znode node = kind == NodeKind.TTL
                ? new TtlZnode(path, data, acl, ttlMillis, czxid, ctime, ordinal)
                : new Znode(path, data, acl, kind, ephemeralOwner, czxid, ctime, ordinal);
        node.mzxid = mzxid;
        node.pzxid = pzxid;
        node.mtime = mtime;
        node.childrenCreated = childrenCreated;
        node.version = version;
        node.aversion = aversion;
        return node;
    }
}
