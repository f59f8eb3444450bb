package io.pinfold.server.tree;

import io.pinfold.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A znode with a time to live, which only such znodes pay for. Confined to the owner of the {@link DataTree}. */
final class TtlZnode extends Znode {
    private final long ttlMillis;

    TtlZnode(String path, byte @Nullable [] data, List<Acl> acl, long ttlMillis, long czxid, long ctime, int ordinal) {
        super(path, data, acl, NodeKind.TTL, 0, czxid, ctime, ordinal);
        this.ttlMillis = ttlMillis;
    }

    @Override
    public long ttlMillis() {
        return ttlMillis;
    }
}
