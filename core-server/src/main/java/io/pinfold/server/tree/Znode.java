package io.pinfold.server.tree;

import io.pinfold.Acl;
import io.pinfold.Stat;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.ReplyBodies;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One znode of the committed tree. Confined to the owner of the {@link DataTree}, and changed by it alone.
 *
 * <p>The children of a znode form a linked list through the children themselves, in the order of their creation: making
 * and deleting one costs the same whether it has two siblings or a million, walking them needs no table, and a znode
 * without children pays one empty reference. The list is circular backwards only: the first child's
 * {@code previousSibling} is the last child.
 */
public sealed class Znode implements NodeView, ReplyBodies.StatSource, ReplyBodies.NameSource permits TtlZnode {
    private final String path;
    final NodeKind kind;
    final long ephemeralOwner;
    final long czxid;
    final long ctime;
    /** Tells siblings that one transaction made apart: the place of the creation within it. */
    final int ordinal;

    byte @Nullable [] data;
    List<Acl> acl;
    long mzxid;
    long mtime;
    long pzxid;
    int version;
    int aversion;
    long childrenCreated;
    /** The last capture that has this znode, or does not want it because it is younger than the capture. */
    int capture;

    @Nullable
    Znode parent;

    @Nullable
    Znode nextSibling;

    private @Nullable Znode previousSibling;

    @Nullable
    Znode firstChild;

    private int childCount;

    Znode(
            String path,
            byte @Nullable [] data,
            List<Acl> acl,
            NodeKind kind,
            long ephemeralOwner,
            long czxid,
            long ctime,
            int ordinal) {
        this.path = path;
        this.data = data;
        this.acl = acl;
        this.kind = kind;
        this.ephemeralOwner = ephemeralOwner;
        this.czxid = czxid;
        this.ctime = ctime;
        this.ordinal = ordinal;
        mzxid = czxid;
        mtime = ctime;
        pzxid = czxid;
    }

    public String path() {
        return path;
    }

    public byte @Nullable [] data() {
        return data;
    }

    @Override
    public int dataLength() {
        return data == null ? 0 : data.length;
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

    /** {@return after how many milliseconds without children and new data the server may delete it; 0 for never} */
    public long ttlMillis() {
        return 0;
    }

    /**
     * {@return whether the server should delete this znode by itself: a container that had children and has none, or one
     * whose time to live is over}
     *
     * @param timeMillis the clock, in milliseconds since 1970
     * @param neverUsedMillis how old a container becomes that never had children; 0 for any age
     */
    public boolean isDue(long timeMillis, long neverUsedMillis) {
        if (childCount > 0 || !kind.isRemovable()) {
            return false;
        }
        long idleMillis = timeMillis - mtime;
        if (kind == NodeKind.TTL) {
            return idleMillis > ttlMillis();
        }
        return childrenCreated > 0 || neverUsedMillis > 0 && idleMillis > neverUsedMillis;
    }

    public long czxid() {
        return czxid;
    }

    public long mzxid() {
        return mzxid;
    }

    public long pzxid() {
        return pzxid;
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
    public int childCount() {
        return childCount;
    }

    @Override
    public long childrenCreated() {
        return childrenCreated;
    }

    /** One step per creation and one per deletion of a child, which is twice the creations less what is still there. */
    private int cversion() {
        return (int) (2 * childrenCreated - childCount);
    }

    /** {@return the metadata as of now} */
    public Stat stat() {
        return new Stat(
                czxid,
                mzxid,
                ctime,
                mtime,
                version,
                cversion(),
                aversion,
                ephemeralOwner,
                dataLength(),
                childCount,
                pzxid);
    }

    /** Appends the metadata as of now, 68 bytes. */
    @Override
    public void writeStat(JuteWriter out) {
        out.ensure(68);
        out.writeLong(czxid);
        out.writeLong(mzxid);
        out.writeLong(ctime);
        out.writeLong(mtime);
        out.writeInt(version);
        out.writeInt(cversion());
        out.writeInt(aversion);
        out.writeLong(ephemeralOwner);
        out.writeInt(dataLength());
        out.writeInt(childCount);
        out.writeLong(pzxid);
    }

    /** Hands over the name of each child, the oldest first. */
    @Override
    public void forEachChild(Consumer<String> consumer) {
        int nameStart = path.length() == 1 ? 1 : path.length() + 1;
        for (Znode child = firstChild; child != null; child = child.nextSibling) {
            consumer.accept(child.path.substring(nameStart));
        }
    }

    void append(Znode child) {
        child.parent = this;
        child.nextSibling = null;
        Znode first = firstChild;
        if (first == null) {
            firstChild = child;
            child.previousSibling = child;
        } else {
            Znode last = requireLinked(lastChild());
            last.nextSibling = child;
            child.previousSibling = last;
            first.previousSibling = child;
        }
        childCount++;
    }

    void remove(Znode child) {
        Znode before = requireLinked(child.previousSibling);
        Znode after = child.nextSibling;
        if (child == firstChild) {
            firstChild = after;
        } else {
            before.nextSibling = after;
        }
        if (after != null) {
            after.previousSibling = before;
        } else if (firstChild != null) {
            firstChild.previousSibling = before;
        }
        child.parent = null;
        child.previousSibling = null;
        child.nextSibling = null;
        childCount--;
    }

    @Nullable
    Znode lastChild() {
        return firstChild == null ? null : firstChild.previousSibling;
    }

    void removeAllChildren() {
        firstChild = null;
        childCount = 0;
    }

    /** The znode that follows in the order parent, then children from the oldest to the youngest; null behind the last. */
    @Nullable
    Znode nextInPreOrder() {
        return firstChild != null ? firstChild : nextOutside();
    }

    /** The znode that follows this one's whole subtree in the same order. */
    @Nullable
    Znode nextOutside() {
        for (Znode node = this; node != null; node = node.parent) {
            if (node.nextSibling != null) {
                return node.nextSibling;
            }
        }
        return null;
    }

    private static Znode requireLinked(@Nullable Znode sibling) {
        if (sibling == null) {
            throw new IllegalStateException("A child is not linked to its siblings");
        }
        return sibling;
    }

    @Override
    public String toString() {
        return "Znode[" + path + "]";
    }
}
