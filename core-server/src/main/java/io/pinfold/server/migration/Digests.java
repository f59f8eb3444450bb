package io.pinfold.server.migration;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Compares the digests in the files with the tree. A snapshot is taken while the tree changes, so the comparing begins where it
 * was complete. Confined to one owner.
 */
final class Digests {
    private final long fromZxid;
    private final long atFrom;
    private long checked;

    Digests(ForeignSnapshot.Read start) {
        this.fromZxid = start.digestZxid();
        this.atFrom = start.digest();
    }

    /** Compares, if there is something to compare with. */
    void check(ForeignTree tree, @Nullable Long logged) throws IOException {
        Long wanted = tree.lastZxid() == fromZxid && fromZxid != 0 ? Long.valueOf(atFrom) : logged;
        if (wanted == null || tree.lastZxid() < fromZxid) {
            return;
        }
        if (wanted != tree.digest()) {
            throw new IOException("The digest of the tree after 0x" + Long.toHexString(tree.lastZxid())
                    + " is not the one in the files: they are damaged, or do not belong together");
        }
        checked++;
    }

    long checked() {
        return checked;
    }
}
