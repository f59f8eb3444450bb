package io.pinfold.config;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.pinfold.CreateMode;
import io.pinfold.Op;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Node;
import java.time.Duration;

/**
 * A writer's znode below the value that it changes. It has the number of the writer's last transaction, written by that
 * transaction. It is persistent, so that it can still tell when the writer's session ended meanwhile; what writers left that
 * died is swept by others after a day.
 *
 * <p>Confined to its writer.
 */
final class Slip {
    private static final String PREFIX = "_pinfold-writer-";
    private static final Duration AGE = Duration.ofDays(1);
    private static final int SWEPT_AT_ONCE = 100;

    private final String path;
    private long number;
    private int version = -1;

    Slip(String parent, String guid) {
        this.path = ZnodePath.child(parent, PREFIX + guid);
    }

    String path() {
        return path;
    }

    void nextNumber() {
        number++;
    }

    /** {@return the operation that makes a transaction take place at most once, and say so} */
    Op op() {
        return isFirst() ? Op.create(path, data(), CreateMode.PERSISTENT) : Op.set(path, data(), version);
    }

    /** {@return whether the znode is not there yet} */
    boolean isFirst() {
        return version < 0;
    }

    /** Takes note that the transaction took place. */
    void written() {
        version++;
    }

    /** {@return whether the transaction took place, according to the znode} */
    boolean says(Node node) {
        byte[] found = node.data();
        return found != null && new String(found, US_ASCII).equals(Long.toString(number));
    }

    /** Has the znode deleted in the background, if it is there. */
    void discard(AsyncClient async) {
        if (!isFirst()) {
            async.deleteForSure(path);
        }
    }

    /** Deletes what dead writers left, in the background. */
    static void sweep(AsyncClient async, String parent, long now) {
        async.children(parent, null)
                .thenAccept(children -> children.names().stream()
                        .filter(name -> name.startsWith(PREFIX))
                        .limit(SWEPT_AT_ONCE)
                        .map(name -> ZnodePath.child(parent, name))
                        .forEach(slip -> async.exists(slip, null)
                                .thenAccept(found -> found.filter(stat -> stat.mtime() < now - AGE.toMillis())
                                        .ifPresent(old -> async.delete(slip, old.version())))));
    }

    private byte[] data() {
        return Long.toString(number).getBytes(US_ASCII);
    }
}
