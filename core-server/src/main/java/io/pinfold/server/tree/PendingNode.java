package io.pinfold.server.tree;

import io.pinfold.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a znode will be once the changes in flight are applied. Belongs to {@link PendingTree}. */
final class PendingNode implements NodeView {
    final String path;
    boolean exists;
    int version;
    int aversion;
    List<Acl> acl = Acl.OPEN;
    NodeKind kind = NodeKind.PERSISTENT;
    long ephemeralOwner;
    int dataLength;
    int childCount;
    long childrenCreated;

    /** The last transaction that changes it; {@link PendingTree#UNDECIDED} while that is still being prepared. */
    long zxid;

    @Nullable
    PendingNode older;

    @Nullable
    PendingNode newer;

    PendingNode(String path) {
        this.path = path;
    }

    void copyFrom(NodeView view) {
        exists = true;
        version = view.version();
        aversion = view.aversion();
        acl = view.acl();
        kind = view.kind();
        ephemeralOwner = view.ephemeralOwner();
        dataLength = view.dataLength();
        childCount = view.childCount();
        childrenCreated = view.childrenCreated();
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public int aversion() {
        return aversion;
    }

    @Override
    public List<Acl> acl() {
        return acl;
    }

    @Override
    public NodeKind kind() {
        return kind;
    }

    @Override
    public long ephemeralOwner() {
        return ephemeralOwner;
    }

    @Override
    public int dataLength() {
        return dataLength;
    }

    @Override
    public int childCount() {
        return childCount;
    }

    @Override
    public long childrenCreated() {
        return childrenCreated;
    }
}
