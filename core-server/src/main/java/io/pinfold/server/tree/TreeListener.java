package io.pinfold.server.tree;

/** Hears of each change of a znode, in order, right after it took effect. Must not change the tree.
 * Confined to the owner of the tree. */
public interface TreeListener {
    /** Hears nothing. */
    TreeListener NONE = new TreeListener() {
        @Override
        public void created(String path) {}

        @Override
        public void deleted(String path) {}

        @Override
        public void dataChanged(String path) {}
    };

    /** A znode came into being; its parent has one child more. */
    void created(String path);

    /** A znode is gone; its parent has one child less. */
    void deleted(String path);

    /** A znode's data was set. */
    void dataChanged(String path);
}
