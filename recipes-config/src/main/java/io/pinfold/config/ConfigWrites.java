package io.pinfold.config;

import io.pinfold.BadVersionException;
import io.pinfold.ErrorCode;
import io.pinfold.NoNodeException;
import io.pinfold.NodeExistsException;
import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.Stat;
import io.pinfold.TransactionFailedException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Failures;
import io.pinfold.framework.SerialExecutor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes to keys of a configuration. A write that expects a version may be sent again when its reply is lost: it takes place
 * once at most. Immutable.
 */
final class ConfigWrites {
    private static final int ATTEMPTS = 10;
    /** So often somebody else may be faster than a publication. */
    private static final int DEFEATS = 100;

    private final RecipeClient client;
    private final Keys keys;

    ConfigWrites(RecipeClient client, Keys keys) {
        this.client = client;
        this.keys = keys;
    }

    <T> CompletableFuture<Versioned<T>> set(String key, Codec<T> codec, T value, int version) {
        return write(async(), keys.path(key), codec.encode(value), version, ATTEMPTS, false)
                .thenApply(stat -> new Versioned<>(value, stat.version()));
    }

    <T> CompletableFuture<Versioned<T>> update(String key, Codec<T> codec, T initial, UnaryOperator<T> change) {
        AsyncClient async = async();
        String path = keys.path(key);
        async.sync(path);
        return find(async, path)
                .thenCompose(found -> {
                    T next = change.apply(
                            found.map(Node::data).map(codec::decode).orElse(initial));
                    byte[] data = codec.encode(next);
                    CompletableFuture<Stat> written = found.isPresent()
                            ? write(async, path, data, found.get().version(), ATTEMPTS, false)
                            : async.create(path, data, CreateOptions.PERSISTENT.withParents())
                                    .thenApply(created -> created.stat());
                    return written.thenApply(stat -> new Versioned<>(next, stat.version()));
                })
                .exceptionallyCompose(failure -> isOvertaken(failure)
                        ? update(key, codec, initial, change)
                        : CompletableFuture.failedFuture(failure));
    }

    String root() {
        return keys.root();
    }

    CompletableFuture<Publication> publish(Map<String, byte[]> values) {
        SortedMap<String, byte[]> byPath = new TreeMap<>();
        values.forEach((key, data) -> byPath.put(keys.path(key), data));
        return publish(byPath, new TreeSet<>(values.keySet()), DEFEATS);
    }

    /** Expects the versions that were read, so that what was there before is known. */
    private CompletableFuture<Publication> publish(
            SortedMap<String, byte[]> byPath, SortedSet<String> published, int attempts) {
        AsyncClient async = async();
        SortedMap<String, CompletableFuture<Optional<Node>>> looks = new TreeMap<>();
        async.sync(keys.root());
        byPath.keySet().forEach(path -> looks.put(path, find(async, path)));
        for (String path : byPath.keySet()) {
            for (String at = ZnodePath.parent(path); !at.equals(ZnodePath.ROOT); at = ZnodePath.parent(at)) {
                looks.computeIfAbsent(
                        at,
                        above -> async.exists(above, null)
                                .thenApply(found -> found.map(stat -> new Node(above, null, stat))));
            }
        }
        return CompletableFuture.allOf(looks.values().toArray(new CompletableFuture<?>[0]))
                .thenCompose(looked -> {
                    List<Op> ops = new ArrayList<>();
                    List<Op> back = new ArrayList<>();
                    looks.forEach((path, look) -> {
                        byte[] data = byPath.get(path);
                        Optional<Node> before = look.join();
                        if (before.isPresent() && data != null) {
                            int version = before.get().version();
                            ops.add(Op.set(path, data, version));
                            back.add(0, new Op.SetData(path, before.get().data(), version + 1));
                        } else if (before.isEmpty()) {
                            ops.add(Op.create(path, data == null ? new byte[0] : data));
                            if (data != null) {
                                back.add(0, Op.delete(path, 0));
                            }
                        }
                    });
                    return async.multi(ops).thenApply(done -> new Publication(this, published, back));
                })
                .exceptionallyCompose(failure -> isOvertaken(failure) && attempts > 1
                        ? publish(byPath, published, attempts - 1)
                        : CompletableFuture.failedFuture(failure));
    }

    /** Takes a publication back; {@code back} expects that nobody changed anything since. */
    CompletableFuture<Void> undo(List<Op> back) {
        return back.isEmpty() ? CompletableFuture.completedFuture(null) : undo(async(), back, ATTEMPTS, false);
    }

    private CompletableFuture<Void> undo(AsyncClient async, List<Op> back, int attempts, boolean doubt) {
        return async.multi(back).<Void>thenApply(done -> null).exceptionallyCompose(failure -> {
            PinfoldException cause = Failures.causeOf(failure);
            if (cause instanceof OutcomeUnknownException && attempts > 1) {
                return undo(async, back, attempts - 1, true);
            }
            boolean changed = cause instanceof TransactionFailedException refused
                    && (refused.code() == ErrorCode.NOT_EMPTY || isOvertaken(refused));
            if (doubt) {
                return changed ? settle(async, back.get(0)) : CompletableFuture.failedFuture(unknown(root(), cause));
            }
            return CompletableFuture.failedFuture(
                    changed ? new BadVersionException(at(cause), "Somebody changed " + at(cause) + " since") : cause);
        });
    }

    /** Of a transaction that may have taken place, all of it did if this part did. */
    private static CompletableFuture<Void> settle(AsyncClient async, Op part) {
        String path = part.path();
        if (part instanceof Op.SetData set) {
            byte[] data = set.data() == null ? new byte[0] : set.data();
            return settle(async, path, data, set.version()).thenApply(stat -> null);
        }
        async.sync(path);
        return async.exists(path, null)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(unknown(path, failure)))
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(unknown(path, null)));
    }

    /** {@code doubt}: an earlier attempt lost its reply, and may have taken place. */
    private CompletableFuture<Stat> write(
            AsyncClient async, String path, byte[] data, int version, int attempts, boolean doubt) {
        return async.set(path, data, version).exceptionallyCompose(failure -> {
            PinfoldException cause = Failures.causeOf(failure);
            if (cause instanceof OutcomeUnknownException && attempts > 1) {
                return write(async, path, data, version, attempts - 1, true);
            }
            if (!doubt) {
                return CompletableFuture.failedFuture(cause);
            }
            return cause instanceof BadVersionException
                    ? settle(async, path, data, version)
                    : CompletableFuture.failedFuture(unknown(path, cause));
        });
    }

    /** Somebody wrote since: this process, or somebody else, or both. */
    private static CompletableFuture<Stat> settle(AsyncClient async, String path, byte[] data, int version) {
        async.sync(path);
        return async.get(path, null)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(unknown(path, failure)))
                .thenCompose(node -> {
                    if (node.version() != version + 1) {
                        return CompletableFuture.failedFuture(unknown(path, null));
                    }
                    return Arrays.equals(node.data(), data)
                            ? CompletableFuture.completedFuture(node.stat())
                            : CompletableFuture.failedFuture(
                                    new BadVersionException(path, "Somebody else changed " + path));
                });
    }

    private String at(PinfoldException cause) {
        return cause.path().orElse(root());
    }

    private static OutcomeUnknownException unknown(String path, @Nullable Throwable cause) {
        String why = cause == null
                ? "others changed it since"
                : "then: " + Failures.causeOf(cause).getMessage();
        return new OutcomeUnknownException(path, "A change of " + path + " lost its reply, and " + why);
    }

    private static boolean isOvertaken(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof BadVersionException
                || cause instanceof NodeExistsException
                || cause instanceof NoNodeException
                || cause instanceof TransactionFailedException refused
                        && (refused.code() == ErrorCode.NODE_EXISTS
                                || refused.code() == ErrorCode.NO_NODE
                                || refused.code() == ErrorCode.BAD_VERSION);
    }

    private static CompletableFuture<Optional<Node>> find(AsyncClient async, String path) {
        return async.get(path, null).thenApply(Optional::of).exceptionallyCompose(failure -> {
            PinfoldException cause = Failures.causeOf(failure);
            return cause instanceof NoNodeException
                    ? CompletableFuture.completedFuture(Optional.<Node>empty())
                    : CompletableFuture.failedFuture(cause);
        });
    }

    private AsyncClient async() {
        return client.async(new SerialExecutor(client.runtime().callbackExecutor()));
    }
}
