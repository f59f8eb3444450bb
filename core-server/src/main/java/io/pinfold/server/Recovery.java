package io.pinfold.server;

import io.pinfold.server.storage.SnapshotReader;
import io.pinfold.server.storage.Storage;
import io.pinfold.server.storage.StorageException;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.SnapshotRestore;
import io.pinfold.server.tree.TreeListener;
import io.pinfold.server.tree.TxnCodec;
import io.pinfold.wire.MalformedFrame;
import java.io.IOException;

/** Rebuilds the state from what the disk holds: the newest snapshot, then every transaction behind it. Stateless. */
final class Recovery {
    private Recovery() {}

    static DataTree recover(Storage storage) throws IOException {
        DataTree tree = restore(storage);
        storage.replay(tree.lastZxid(), entry -> {
            try {
                tree.apply(TxnCodec.decode(entry.zxid(), entry.payload()), TreeListener.NONE);
            } catch (MalformedFrame e) {
                throw new StorageException("The transaction 0x" + Long.toHexString(entry.zxid())
                        + " in the log is intact but not readable by this version: " + e.getMessage());
            }
        });
        return tree;
    }

    private static DataTree restore(Storage storage) throws IOException {
        try (SnapshotReader snapshot = storage.newestSnapshot()) {
            if (snapshot == null) {
                return new DataTree();
            }
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
