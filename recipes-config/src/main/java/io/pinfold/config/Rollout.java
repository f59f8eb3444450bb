package io.pinfold.config;

import io.pinfold.BadVersionException;
import io.pinfold.ErrorCode;
import io.pinfold.NoNodeException;
import io.pinfold.NodeExistsException;
import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Failures;
import io.pinfold.framework.SerialExecutor;
import io.pinfold.framework.Waiting;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A new value of one key that some members get before the others: so many of a hundred, then more, then all.
 *
 * <pre>{@code
 * Rollout<Integer> rollout = config.rollout("cart/limit", Codec.INT_TEXT);
 * rollout.stage(80, 10);  // for ten of a hundred members
 * rollout.stage(80, 50);  // for half of them, those ten included
 * rollout.finish();       // for everybody
 * }</pre>
 *
 * <p>A member is a {@link ConfigTree} that was {@linkplain ConfigTree.Builder#member given a name}; whether it is among so
 * many of a hundred follows from its name and the key, so each is always on the same side. Those without a name get the new
 * value in the end. Only {@linkplain ConfigTree#value values} know of this: a snapshot shows the key as it is, and what is
 * staged as a key below it. A tree that keeps {@linkplain ConfigTree.Builder#maxDepth fewer levels}, or leaves such keys
 * out, does not see what is staged.
 *
 * <p>Each of the three steps is one change on the server; no lost connection leaves half of one. What they throw if the
 * server could not be reached, or refused, is a {@link io.pinfold.PinfoldException}.
 *
 * <p>Thread-safe; holds nothing.
 *
 * @param <T> the type of the value
 */
public final class Rollout<T> {
    private static final int ATTEMPTS = 10;

    private final RecipeClient client;
    private final String path;
    private final String staged;
    private final Codec<T> codec;

    Rollout(RecipeClient client, Keys keys, String key, Codec<T> codec) {
        this.client = client;
        this.path = keys.path(key);
        this.staged = keys.path(Staged.keyOf(key));
        this.codec = codec;
    }

    /**
     * Has some of the members get a value, instead of what was staged before. Waits for the server.
     *
     * @param value the value
     * @param percent how many of a hundred
     * @throws NoNodeException if there is no such key
     * @throws IllegalArgumentException if it is none of 0 to 100
     * @throws OutcomeUnknownException if the answer was lost, and no other one came; doing it again does no harm
     */
    public void stage(T value, int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("Not among a hundred: " + percent);
        }
        CompletableFuture<Void> put = put(new Staged(percent, codec.encode(value)).encode(), ATTEMPTS);
        Waiting.forChange(Futures.plain(saying(put, "There is no key to be changed at " + path)), path);
    }

    /**
     * Has everybody get the value that is staged: it becomes that of the key, in one transaction. Waits for the server.
     *
     * @throws NoNodeException if nothing is staged, for example because it was finished already
     * @throws BadVersionException if somebody staged something else meanwhile; nothing is changed then
     * @throws OutcomeUnknownException if the answer was lost; doing it again does no harm
     */
    public void finish() {
        AsyncClient async = async();
        async.sync(staged);
        CompletableFuture<Node> found = saying(async.get(staged, null), nothing());
        Waiting.forChange(Futures.plain(found.thenCompose(this::finish)), path);
    }

    /**
     * Has everybody get the value of the key again, if something is staged. Waits for the server.
     *
     * @throws OutcomeUnknownException if the answer was lost, and no other one came; doing it again does no harm
     */
    public void withdraw() {
        Waiting.forChange(Futures.plain(drop(ATTEMPTS)), path);
    }

    @Override
    public String toString() {
        return "Rollout[" + path + ']';
    }

    private String nothing() {
        return "Nothing is staged for " + path;
    }

    /** {@return the same, but that a missing znode is told of in these words} */
    private <R> CompletableFuture<R> saying(CompletableFuture<R> done, String ifMissing) {
        return done.exceptionallyCompose(failure -> {
            PinfoldException cause = Failures.causeOf(failure);
            return CompletableFuture.failedFuture(
                    cause instanceof NoNodeException ? new NoNodeException(path, ifMissing) : cause);
        });
    }

    private CompletableFuture<Void> put(byte[] data, int attempts) {
        AsyncClient async = async();
        return async.set(staged, data, -1)
                .<Void>thenApply(done -> null)
                .exceptionallyCompose(failure -> Failures.causeOf(failure) instanceof NoNodeException
                        ? async.create(staged, data, CreateOptions.PERSISTENT).<Void>thenApply(done -> null)
                        : CompletableFuture.failedFuture(failure))
                .exceptionallyCompose(failure -> {
                    PinfoldException cause = Failures.causeOf(failure);
                    boolean again = cause instanceof OutcomeUnknownException || cause instanceof NodeExistsException;
                    return again && attempts > 1 ? put(data, attempts - 1) : CompletableFuture.failedFuture(failure);
                });
    }

    private CompletableFuture<Void> finish(Node found) {
        byte[] bytes = found.data();
        byte[] data = Staged.decode(bytes == null ? new byte[0] : bytes)
                .orElseThrow(() -> new NoNodeException(staged, nothing()))
                .data();
        return async().multi(List.of(Op.set(path, data), Op.delete(staged, found.version())))
                .<Void>thenApply(done -> null)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(refusal(Failures.causeOf(failure))));
    }

    private PinfoldException refusal(PinfoldException cause) {
        if (cause instanceof TransactionFailedException refused
                && (refused.code() == ErrorCode.BAD_VERSION || refused.code() == ErrorCode.NO_NODE)) {
            return new BadVersionException(staged, "Somebody changed what is staged for " + path);
        }
        return cause;
    }

    private CompletableFuture<Void> drop(int attempts) {
        return async().delete(staged, -1).exceptionallyCompose(failure -> {
            PinfoldException cause = Failures.causeOf(failure);
            if (cause instanceof NoNodeException) {
                return CompletableFuture.completedFuture(null);
            }
            return cause instanceof OutcomeUnknownException && attempts > 1
                    ? drop(attempts - 1)
                    : CompletableFuture.failedFuture(cause);
        });
    }

    private AsyncClient async() {
        return client.async(new SerialExecutor(client.runtime().callbackExecutor()));
    }
}
