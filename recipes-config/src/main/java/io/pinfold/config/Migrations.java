package io.pinfold.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinfold.ErrorCode;
import io.pinfold.NodeExistsException;
import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.TransactionFailedException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Failures;
import io.pinfold.framework.SerialExecutor;
import io.pinfold.framework.Waiting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Changes of znodes that each have to be made once, in their order, by whichever process comes first: what a new version
 * of a program needs to find.
 *
 * <pre>{@code
 * List<String> made = Migrations.at(client, "/config/shop-migrations")
 *         .step("1-currency", List.of(Op.create("/config/shop/currency", euro)))
 *         .step("2-no-tax", List.of(Op.delete("/config/shop/tax")))
 *         .run();
 * }</pre>
 *
 * <p><b>What is promised.</b> Each step is one transaction, which also makes a znode with the step's name and what the step is:
 * so it happens once as a whole or not at all, whoever runs at the same time and whatever is lost on the way. A step happens
 * when all before it have. A program that knows fewer steps than were made is content: it is an older one.
 *
 * <p>Not thread-safe while steps are added.
 */
public final class Migrations {
    private static final int ATTEMPTS = 10;

    private final RecipeClient client;
    private final String path;
    private final Map<String, List<Op>> steps = new LinkedHashMap<>();

    private Migrations(RecipeClient client, String path) {
        this.client = client;
        this.path = ZnodePath.check(path);
    }

    /**
     * {@return migrations without any steps yet}
     *
     * @param client the client to use
     * @param path the znode below which is kept which steps were made; it is made with those above it if it is missing
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static Migrations at(RecipeClient client, String path) {
        return new Migrations(client, path);
    }

    /**
     * {@return these migrations, with another step at the end}
     *
     * @param name its name, which tells it from the others; a znode's name
     * @param changes what is to be done, in one transaction. It must stay what it is once it was made anywhere
     * @throws IllegalArgumentException if there is a step of that name
     * @throws io.pinfold.BadArgumentsException if it is no name for a znode
     */
    public Migrations step(String name, List<Op> changes) {
        ZnodePath.check(ZnodePath.child(path, name));
        if (name.indexOf('/') >= 0 || steps.putIfAbsent(name, List.copyOf(changes)) != null) {
            throw new IllegalArgumentException("Not a new name for a step: " + name);
        }
        return this;
    }

    /**
     * Makes the steps that were not made yet, in their order. Waits for the server.
     *
     * @return the names of those that were made by this call
     * @throws IllegalStateException if a step was another one when it was made, or would have to be made after one that
     *     stands behind it; nothing is changed by that step and those behind it
     * @throws TransactionFailedException if what a step is to do is refused; it names the step, and
     *     {@link TransactionFailedException#failedOp()} is the place among the step's changes. The steps before it were made
     * @throws OutcomeUnknownException if the answer to a step was lost, and no other one came; running again does no harm
     * @throws PinfoldException if the server could not be reached, or refused
     */
    public List<String> run() {
        return Waiting.forChange(runAsync(), path);
    }

    /** {@return completes, or fails, as {@link #run} returns or throws, on the client's callback executor} */
    public CompletableFuture<List<String>> runAsync() {
        Map<String, List<Op>> all = new LinkedHashMap<>(steps);
        AsyncClient async = client.async(new SerialExecutor(client.runtime().callbackExecutor()));
        CompletableFuture<Void> ready =
                prepare(async, ATTEMPTS).thenCompose(there -> requireOrder(async, all.keySet()));
        List<String> made = new ArrayList<>();
        for (Map.Entry<String, List<Op>> step : all.entrySet()) {
            ready = ready.thenCompose(before -> make(async, step.getKey(), step.getValue())
                    .thenAccept(byUs -> {
                        if (byUs) {
                            made.add(step.getKey());
                        }
                    }));
        }
        return Futures.plain(ready.thenApply(done -> List.copyOf(made)));
    }

    @Override
    public String toString() {
        return "Migrations[" + path + ", " + steps.keySet() + ']';
    }

    private CompletableFuture<Void> prepare(AsyncClient async, int attempts) {
        return async.create(path, new byte[0], CreateOptions.PERSISTENT.withParents())
                .<Void>thenApply(created -> null)
                .exceptionallyCompose(failure -> {
                    PinfoldException cause = Failures.causeOf(failure);
                    if (cause instanceof NodeExistsException) {
                        return CompletableFuture.completedFuture(null);
                    }
                    return cause instanceof OutcomeUnknownException && attempts > 1
                            ? prepare(async, attempts - 1)
                            : CompletableFuture.failedFuture(cause);
                });
    }

    /** Steps are made in order, so whoever looks sees the first so many, unless the order was another one then. */
    private CompletableFuture<Void> requireOrder(AsyncClient async, Set<String> names) {
        async.sync(path);
        return async.children(path, null).thenAccept(made -> {
            Set<String> later = new TreeSet<>(names);
            later.retainAll(made.names());
            String missing = null;
            for (String name : names) {
                if (later.contains(name) && missing != null) {
                    throw new IllegalStateException(
                            "The step " + missing + " stands before " + name + ", which was made without it: " + path);
                }
                missing = later.contains(name) ? null : missing == null ? name : missing;
            }
        });
    }

    /** {@return whether it was made by this call} */
    private CompletableFuture<Boolean> make(AsyncClient async, String name, List<Op> changes) {
        String marker = ZnodePath.child(path, name);
        String print = Fingerprint.of(changes);
        String mine = print + '\n' + client.runtime().newGuid();
        List<Op> ops = new ArrayList<>();
        ops.add(Op.create(marker, mine.getBytes(UTF_8)));
        ops.addAll(changes);
        return send(async, name, ops, ATTEMPTS).thenCompose(sent -> {
            if (sent) {
                return CompletableFuture.completedFuture(true);
            }
            async.sync(marker);
            return async.get(marker, null).thenApply(node -> {
                String found = text(node);
                if (!found.startsWith(print)) {
                    throw new IllegalStateException(
                            "The step " + name + " was another one when it was made: " + marker);
                }
                return found.equals(mine);
            });
        });
    }

    /** {@return whether the transaction took place; if not, the step was made before, or by this one of which no answer came} */
    private static CompletableFuture<Boolean> send(AsyncClient async, String name, List<Op> ops, int attempts) {
        return async.multi(ops).thenApply(done -> true).exceptionallyCompose(failure -> {
            PinfoldException cause = Failures.causeOf(failure);
            if (cause instanceof OutcomeUnknownException && attempts > 1) {
                return send(async, name, ops, attempts - 1);
            }
            return isMade(cause)
                    ? CompletableFuture.completedFuture(false)
                    : CompletableFuture.failedFuture(named(name, cause));
        });
    }

    /** The first operation is not the step's own, so places are counted from the second. */
    private static PinfoldException named(String name, PinfoldException cause) {
        if (cause instanceof TransactionFailedException refused && refused.failedOp() > 0) {
            List<ErrorCode> codes = refused.codes().subList(1, refused.codes().size());
            String path = refused.path().orElse(null);
            String message = "The step " + name + " changed nothing: its change " + (refused.failedOp() - 1) + " of "
                    + path + " failed with " + refused.code();
            return new TransactionFailedException(refused.failedOp() - 1, codes, path, message);
        }
        return cause;
    }

    private static boolean isMade(PinfoldException cause) {
        return cause instanceof TransactionFailedException refused
                && refused.failedOp() == 0
                && refused.code() == ErrorCode.NODE_EXISTS;
    }

    private static String text(Node node) {
        byte @Nullable [] data = node.data();
        return data == null ? "" : new String(data, UTF_8);
    }
}
