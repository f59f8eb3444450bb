package io.pinfold.locks;

import io.pinfold.framework.Lease;
import java.util.concurrent.CompletableFuture;

/** The lease of a writer. It may be turned into the lease of a reader without anybody slipping in between. Thread-safe. */
public interface WriteLease extends Lease {
    /**
     * Goes on as a reader: other readers may come in, writers may not, and none was in between. This lease is given back
     * when the reader's is there.
     *
     * <p>Blocks for two round trips at most while the connection lasts; over a lost connection until it is back or this
     * lease is lost.
     *
     * @return the lease of the reader; its fencing token is this lease's, so that the next writer's is larger
     * @throws io.pinfold.LeaseLostException if this lease is lost or was given back; nothing is held then
     * @throws io.pinfold.PinfoldException if the server refused; this lease stays as it is
     * @throws InterruptedException if the thread is interrupted; this lease stays as it is
     */
    Lease downgrade() throws InterruptedException;

    /**
     * Goes on as a reader, without blocking.
     *
     * @return as {@link #downgrade()} returns or throws; completes on the client's callback executor. To cancel the future
     *     leaves this lease as it is, unless the reader's lease is there at that very moment: then both are given back
     */
    CompletableFuture<Lease> downgradeAsync();
}
