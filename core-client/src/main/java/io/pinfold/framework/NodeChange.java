package io.pinfold.framework;

import io.pinfold.client.Node;

/** What became of one znode between two snapshots of a {@link WatchedTree}. Immutable. */
public sealed interface NodeChange {
    /** {@return the znode's path} */
    String path();

    /**
     * A znode that was not there before.
     *
     * @param node the znode
     */
    record Added(Node node) implements NodeChange {
        @Override
        public String path() {
            return node.path();
        }
    }

    /**
     * A znode whose data was set, perhaps to an equal value.
     *
     * @param before the znode before
     * @param after the znode now
     */
    record Changed(Node before, Node after) implements NodeChange {
        @Override
        public String path() {
            return after.path();
        }
    }

    /**
     * A znode that was deleted and made anew: another znode with the same path, whatever its data.
     *
     * @param before the znode before
     * @param after the one that took its place
     */
    record Replaced(Node before, Node after) implements NodeChange {
        @Override
        public String path() {
            return after.path();
        }
    }

    /**
     * A znode that is not there any more.
     *
     * @param node the znode as it was seen last
     */
    record Removed(Node node) implements NodeChange {
        @Override
        public String path() {
            return node.path();
        }
    }
}
