package io.pinfold.server.migration;

import io.pinfold.server.tree.DataTree;
import io.pinfold.wire.MalformedFrame;

/**
 * What the files of an Apache ZooKeeper server say. Immutable.
 *
 * @param tree znodes and sessions
 * @param transactions how many were read from the log, behind the snapshot
 * @param digests how many digests in the files were compared with the tree, and agreed
 */
public record ForeignState(ForeignTree tree, long transactions, long digests) {
    /** {@return the last zxid} */
    public long zxid() {
        return tree.lastZxid();
    }

    /** {@return how many znodes there are, the root and the server's own among them} */
    public int znodes() {
        return tree.nodes.size();
    }

    /** {@return how many sessions there are} */
    public int sessions() {
        return tree.sessions.size();
    }

    /**
     * {@return the same as a tree of ours}
     *
     * @param membership who belongs to the new cluster, as the payload of an entry in the log; empty if that is not settled
     * @throws MalformedFrame if a znode lacks its parent
     */
    public DataTree toDataTree(byte[] membership) throws MalformedFrame {
        return tree.toDataTree(membership);
    }
}
