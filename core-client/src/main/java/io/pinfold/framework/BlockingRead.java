package io.pinfold.framework;

import io.pinfold.OperationTimeoutException;
import io.pinfold.client.Blocking;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The blocking form of a recipe's reads. Stateless. */
public final class BlockingRead {
    private BlockingRead() {}

    /**
     * Waits for a reply; the client's operation timeout bounds the time.
     *
     * @param read the read, under way
     * @param path what is read
     * @param <T> what comes back
     * @return the reply
     * @throws io.pinfold.PinfoldException as the read failed
     * @throws OperationTimeoutException also if the thread is interrupted; its flag is set again
     */
    public static <T> T await(CompletableFuture<T> read, String path) {
        try {
            return Blocking.get(read);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationTimeoutException(path, "Interrupted while reading " + path);
        } catch (ExecutionException | CancellationException e) {
            throw Failures.causeOf(e instanceof ExecutionException ? e.getCause() : e);
        }
    }
}
