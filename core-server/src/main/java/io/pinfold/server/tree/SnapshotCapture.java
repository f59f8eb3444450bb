package io.pinfold.server.tree;

import io.pinfold.wire.JuteWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes down the state of a {@link DataTree} as it was at one zxid, a few znodes at a time, while the tree goes on
 * changing.
 *
 * <p>The walk goes from a znode to its children, the oldest first. Changes do not disturb it: a deletion takes away a
 * znode without children, a creation adds the youngest, and neither moves another one. A znode that is about to be
 * changed before the walk has come to it is written down first, so what the capture keeps in memory is bounded by what is
 * changed while it runs. Znodes younger than the capture are marked as taken when they are made.
 *
 * <p>Confined to the owner of the tree.
 */
public final class SnapshotCapture {
    /** A step ends early once it has appended so many bytes: few big znodes must not hold up the loop. */
    private static final int STEP_BYTES = 256 * 1024;

    private final DataTree tree;
    private final long zxid;
    private final int generation;
    /** What was written out of turn since the last step; it goes in front of the next one's records. */
    private final JuteWriter early = new JuteWriter();

    private final int sessionCount;
    private final int nodeCount;
    private int taken;
    private @Nullable Znode next;
    private boolean over;

    SnapshotCapture(DataTree tree, Znode root, int generation) {
        this.tree = tree;
        this.generation = generation;
        zxid = tree.lastZxid();
        next = root;
        sessionCount = tree.sessions().size();
        nodeCount = tree.nodeCount();
        SnapshotFormat.writeHeader(early, zxid);
        if (tree.membership().length > 0) {
            SnapshotFormat.writeMembership(early, tree.membership());
        }
        tree.sessions().forEach((id, timeout) -> SnapshotFormat.writeSession(early, id, timeout));
    }

    /** {@return the zxid of the state that is being written down} */
    public long zxid() {
        return zxid;
    }

    /**
     * Appends the next records.
     *
     * @param maxNodes how many znodes to walk to at most
     * @return whether there is more to come; after {@code false} the capture is over
     */
    public boolean step(int maxNodes, JuteWriter out) {
        if (over) {
            throw new IllegalStateException("The capture is over");
        }
        out.writeRaw(early.array(), 0, early.size());
        early.reset();
        int start = out.size();
        Znode node = next;
        for (int walked = 0; node != null && walked < maxNodes && out.size() - start < STEP_BYTES; walked++) {
            take(node, out);
            node = node.nextInPreOrder();
        }
        next = node;
        if (node != null) {
            return true;
        }
        if (taken != nodeCount) {
            throw new IllegalStateException("The capture took " + taken + " of " + nodeCount + " znodes");
        }
        SnapshotFormat.writeEnd(out, sessionCount, nodeCount);
        abort();
        return false;
    }

    /** Gives up; nothing if the capture is over. */
    public void abort() {
        over = true;
        next = null;
        tree.endCapture(this);
    }

    void beforeChange(Znode node) {
        take(node, early);
    }

    void beforeDelete(Znode node) {
        take(node, early);
        if (node == next) {
            next = node.nextOutside();
        }
    }

    private void take(Znode node, JuteWriter out) {
        if (node.capture != generation) {
            node.capture = generation;
            SnapshotFormat.writeNode(out, node);
            taken++;
        }
    }
}
