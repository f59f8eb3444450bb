package io.pinfold.server.recovery;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.ReplicaOptions;
import io.pinfold.server.consensus.ReplicaStart;
import io.pinfold.server.consensus.Vote;
import io.pinfold.server.engine.EngineStart;
import io.pinfold.server.storage.Damage;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.storage.Metadata;
import io.pinfold.server.storage.SnapshotReader;
import io.pinfold.server.storage.Storage;
import io.pinfold.server.storage.StorageException;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.SnapshotRestore;
import io.pinfold.server.tree.TreeListener;
import io.pinfold.server.tree.TxnCodec;
import io.pinfold.wire.MalformedFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rebuilds what the disk holds: the state of the newest snapshot, and the log behind it, of which the members have to agree
 * how much is committed. Stateless.
 */
public final class Recovery {
    private Recovery() {}

    /**
     * {@return what a member starts with}
     *
     * @param storage what it has
     * @param configured the membership that holds as long as the disk knows none
     * @param options how it agrees with others
     * @throws IOException if something on the disk cannot be read; the message is one sentence for an operator
     */
    public static EngineStart recover(Storage storage, Membership configured, ReplicaOptions options)
            throws IOException {
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
                new ClusterId(
                        metadata.clusterId().getMostSignificantBits(),
                        metadata.clusterId().getLeastSignificantBits()),
                metadata.adopted(),
                metadata.founder(),
                new Vote(metadata.epoch(), metadata.votedFor()),
                logged ? membership(tree) : configured,
                logged,
                tree.lastZxid(),
                chain,
                tail,
                durableOnce(storage));
        return new EngineStart(tree, start, options);
    }

    /** {@return the highest zxid that was ever durable here, as far as is known, though it may not be readable any more} */
    private static long durableOnce(Storage storage) {
        Damage damage = storage.damage();
        return damage == null ? storage.lastZxid() : Math.max(storage.lastZxid(), damage.neededZxid());
    }

    /**
     * {@return the state after everything that the disk holds, as if all of it were committed}
     *
     * @throws IOException if something on the disk cannot be read
     */
    public static DataTree wholeTree(Storage storage) throws IOException {
        DataTree tree;
        try (SnapshotReader snapshot = storage.newestSnapshot()) {
            tree = snapshot == null ? new DataTree() : restore(snapshot);
        }
        storage.replay(tree.lastZxid(), entry -> apply(entry, tree));
        return tree;
    }

    private static void apply(LogEntry entry, DataTree tree) throws IOException {
        if (entry.payload().length == 0 || Membership.isMembership(entry.payload())) {
            tree.skip(entry.zxid());
            return;
        }
        try {
            tree.apply(TxnCodec.decode(entry.zxid(), entry.payload()), TreeListener.NONE);
        } catch (MalformedFrame e) {
            throw new StorageException("The transaction 0x" + Long.toHexString(entry.zxid())
                    + " in the log is intact but not readable by this version: " + e.getMessage());
        }
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
