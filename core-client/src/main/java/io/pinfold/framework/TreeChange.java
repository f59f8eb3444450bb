package io.pinfold.framework;

import java.util.List;

/**
 * The step from one snapshot of a {@link WatchedTree} to the next. What one transaction did is in one step. Immutable.
 *
 * @param before the snapshot before
 * @param after the snapshot now
 * @param changes what became of each znode that differs, in the order of their paths
 */
public record TreeChange(TreeSnapshot before, TreeSnapshot after, List<NodeChange> changes) {
    /**
     * Keeps its own copy of the list.
     *
     * @param before the snapshot before
     * @param after the snapshot now
     * @param changes what became of each znode that differs
     */
    public TreeChange {
        changes = List.copyOf(changes);
    }
}
