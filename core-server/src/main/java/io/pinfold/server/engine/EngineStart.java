package io.pinfold.server.engine;

import io.pinfold.server.consensus.ReplicaOptions;
import io.pinfold.server.consensus.ReplicaStart;
import io.pinfold.server.tree.DataTree;

/**
 * What an engine begins with. Immutable, except for the tree, which the engine owns from then on.
 *
 * @param tree the state of the newest snapshot
 * @param replica what the disk knows besides
 * @param replicaOptions how to agree with others
 */
public record EngineStart(DataTree tree, ReplicaStart replica, ReplicaOptions replicaOptions) {}
