package io.pinfold.server;

import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.ReplicaOptions;
import io.pinfold.server.consensus.ReplicaStart;
import io.pinfold.server.consensus.Vote;
import io.pinfold.server.engine.EngineStart;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.storage.Metadata;
import io.pinfold.server.storage.SnapshotReader;
import io.pinfold.server.storage.Storage;
import io.pinfold.server.storage.StorageException;
import io.pinfold.server.transport.NodeLoop;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.SnapshotRestore;
import io.pinfold.wire.MalformedFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rebuilds what the disk holds: the state of the newest snapshot, and the log behind it, of which the members have to agree
 * how much is committed. Stateless.
 */
final class Recovery {
    private Recovery() {}

    /** What a member starts with. */
    static EngineStart recover(Storage storage, Membership configured, ReplicaOptions options) throws IOException {
        long chain;
        DataTree tree;
        try (SnapshotReader snapshot = storage.newestSnapshot()) {
            tree = snapshot == null ? new DataTree() : restore(snapshot);
            chain = snapshot == null ? 0 : snapshot.chain();
        }
        List<LogEntry> tail = new ArrayList<>();
        storage.replay(tree.lastZxid(), tail::add);
        boolean logged = tree.membership().length > 0;
        Metadata metadata = storage.metadata();
        ReplicaStart start = new ReplicaStart(
                NodeLoop.clusterId(metadata),
                metadata.adopted(),
                metadata.founder(),
                new Vote(metadata.epoch(), metadata.votedFor()),
                logged ? membership(tree) : configured,
                logged,
                tree.lastZxid(),
                chain,
                tail,
                storage.lastZxid());
        return new EngineStart(tree, start, options);
    }

    private static Membership membership(DataTree tree) throws StorageException {
        try {
            return Membership.fromPayload(tree.membership());
        } catch (MalformedFrame e) {
            throw new StorageException("The membership in the newest snapshot is not readable: " + e.getMessage());
        }
    }

    private static DataTree restore(SnapshotReader snapshot) throws IOException {
        try {
            SnapshotRestore restore = new SnapshotRestore();
            byte[] block = snapshot.nextBlock();
            while (block != null) {
                restore.add(block, 0, block.length);
                block = snapshot.nextBlock();
            }
            return restore.finish();
        } catch (MalformedFrame e) {
            throw new StorageException(
                    "The newest snapshot is intact but not readable by this version: " + e.getMessage());
        }
    }
}
