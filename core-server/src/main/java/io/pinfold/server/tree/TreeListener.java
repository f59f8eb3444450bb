package io.pinfold.server.tree;

import io.pinfold.Acl;
import java.util.List;

/**
 * Hears of each change of a znode, in order, right after it took effect, and who may read what changed. Must not change
 * the tree. Confined to the owner of the tree.
 */
public interface TreeListener {
    /** Hears nothing. */
    TreeListener NONE = new TreeListener() {
        @Override
        public void created(String path, List<Acl> acl, List<Acl> parentAcl) {}

        @Override
        public void deleted(String path, List<Acl> acl, List<Acl> parentAcl) {}

        @Override
        public void dataChanged(String path, List<Acl> acl) {}
    };

    /** A znode came into being; its parent has one child more. */
    void created(String path, List<Acl> acl, List<Acl> parentAcl);

    /** A znode is gone; its parent has one child less. */
    void deleted(String path, List<Acl> acl, List<Acl> parentAcl);

    /** A znode's data was set. */
    void dataChanged(String path, List<Acl> acl);
}
