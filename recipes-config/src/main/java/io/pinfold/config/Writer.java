package io.pinfold.config;

import io.pinfold.ClientClosedException;
import io.pinfold.ErrorCode;
import io.pinfold.NoNodeException;
import io.pinfold.NodeExistsException;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.SessionExpiredException;
import io.pinfold.Stat;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Failures;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Changes the data of one znode, each change exactly once, though replies get lost. All changes that wait go into one
 * transaction, in their order.
 *
 * <p>The transaction also writes its number into a znode of the writer's own, its {@link Slip}, and fails unless both have
 * the versions that the writer knows. So after a lost reply the slip tells whether the transaction took place; if it did
 * not, the same one is sent again, and of the two at most one can take place, however late the first arrives.
 *
 * <p>Confined to {@code progress}.
 */
final class Writer {
    private static final int ATTEMPTS = 10;
    private static final int CHANGES_AT_ONCE = 1000;
    private static final int LOSSES_BEFORE_PAUSE = 3;
    private static final Duration PAUSE = Duration.ofMillis(2);

    private final RecipeClient client;
    private final SerialExecutor progress;
    private final SerialExecutor callbacks;
    private final AsyncClient async;
    private final String path;
    private final byte[] initial;
    private final Deque<Change<?>> waiting = new ArrayDeque<>();
    private Slip slip;

    /** The data as they are if nobody else wrote since. */
    private @Nullable Node known;
    /** Whether {@link #known} was read for the present batch, behind everything that was committed. */
    private boolean fresh;

    private List<Change<?>> batch = List.of();
    /** What the transaction writes. */
    private byte[] outcome = {};

    private int attempts;
    private int losses;
    private boolean busy;
    private boolean closed;
    /** The transaction was sent, and may have taken place or may still take place. */
    private boolean doubt;

    Writer(RecipeClient client, String path, byte[] initial) {
        this.client = client;
        this.path = path;
        this.initial = initial;
        this.progress = new SerialExecutor(client.runtime().callbackExecutor());
        this.callbacks = new SerialExecutor(client.runtime().callbackExecutor());
        this.async = client.async(progress);
        this.slip = newSlip();
    }

    /** {@return what comes of a change; completes on the client's callback executor} */
    <R> CompletableFuture<R> change(Change.Step<R> step) {
        Change<R> change = new Change<>(step);
        progress.execute(() -> {
            if (closed) {
                ClientClosedException cause = new ClientClosedException(path, "Closed: " + path);
                callbacks.execute(() -> change.future.completeExceptionally(cause));
            } else {
                waiting.add(change);
                next();
            }
        });
        return change.future;
    }

    /** {@return the data, or the initial ones if there are none, as the connected server has them} */
    CompletableFuture<Node> read(boolean behindSync) {
        if (behindSync) {
            async.sync(path);
        }
        return async.get(path, null).exceptionallyCompose(failure -> {
            PinfoldException cause = Failures.causeOf(failure);
            return cause instanceof NoNodeException ? create() : CompletableFuture.failedFuture(cause);
        });
    }

    /** Takes the writer's own znode away when the changes under way are done; takes no more changes. */
    void close() {
        progress.execute(() -> {
            closed = true;
            if (!busy) {
                slip.discard(async);
            }
        });
    }

    private CompletableFuture<Node> create() {
        return async.create(path, initial, CreateOptions.PERSISTENT.withParents())
                .handle((created, failure) -> {
                    PinfoldException cause = failure == null ? null : Failures.causeOf(failure);
                    return cause == null
                                    || cause instanceof NodeExistsException
                                    || cause instanceof OutcomeUnknownException
                            ? async.get(path, null)
                            : CompletableFuture.<Node>failedFuture(cause);
                })
                .thenCompose(read -> read);
    }

    private void next() {
        if (busy || waiting.isEmpty()) {
            return;
        }
        busy = true;
        batch = new ArrayList<>();
        while (!waiting.isEmpty() && batch.size() < CHANGES_AT_ONCE) {
            batch.add(waiting.remove());
        }
        attempts = 0;
        losses = 0;
        fresh = false;
        doubt = false;
        Node last = known;
        if (last == null) {
            refresh();
        } else {
            compute(last);
        }
    }

    private void refresh() {
        read(true).whenComplete((node, failure) -> {
            if (node == null) {
                fail(Failures.causeOf(failure));
            } else {
                known = node;
                fresh = true;
                compute(node);
            }
        });
    }

    private void compute(Node from) {
        byte[] before = from.data() == null ? new byte[0] : from.data();
        byte[] now = before;
        boolean declined = false;
        for (Change<?> change : batch) {
            now = change.tryOn(now);
            declined |= change.declines();
        }
        if (declined && !fresh) {
            refresh(); // nobody is refused because of data that others changed long ago
        } else if (now == before) {
            finish(from.version());
        } else {
            outcome = now;
            slip.nextNumber();
            send(from);
        }
    }

    private void send(Node from) {
        attempts++;
        async.multi(List.of(Op.set(path, outcome, from.version()), slip.op())).whenComplete((results, failure) -> {
            if (results != null) {
                committed(from, results);
            } else {
                refused(from, Failures.causeOf(failure));
            }
        });
    }

    private void committed(Node from, List<OpResult> results) {
        Stat now = ((OpResult.DataSet) results.get(0)).stat();
        known = new Node(path, outcome, now);
        if (slip.isFirst()) {
            Slip.sweep(async, path, now.mtime());
        }
        slip.written();
        finish(from.version() + 1);
    }

    private void refused(Node from, PinfoldException cause) {
        if (cause instanceof TransactionFailedException refusal) {
            boolean overtaken = refusal.code() == ErrorCode.BAD_VERSION
                    || refusal.code() == ErrorCode.NO_NODE
                    || refusal.code() == ErrorCode.NODE_EXISTS;
            if (!overtaken) {
                fail(cause);
            } else if (doubt) {
                settle(from, true);
            } else {
                startOver(refusal.failedOp() > 0);
            }
        } else if (cause instanceof OutcomeUnknownException || doubt && Failures.mayPass(cause)) {
            doubt = true;
            settle(from, false);
        } else {
            fail(cause);
        }
    }

    /** Somebody else wrote, or took the slip away. */
    private void startOver(boolean withoutSlip) {
        doubt = false;
        if (withoutSlip) {
            slip = newSlip();
        }
        if (++losses < LOSSES_BEFORE_PAUSE) {
            refresh();
        } else {
            // Writers that lose against each other again and again come back at different times.
            int spread = Math.floorMod(client.runtime().newGuid().hashCode(), losses);
            client.runtime().schedule(PAUSE.multipliedBy(1 + spread), () -> progress.execute(this::refresh));
        }
    }

    /** Finds out whether the transaction took place. */
    private void settle(Node from, boolean refused) {
        async.sync(path);
        async.get(slip.path(), null).whenComplete((node, failure) -> {
            PinfoldException cause = failure == null ? null : Failures.causeOf(failure);
            if (cause instanceof SessionExpiredException && attempts++ < ATTEMPTS) {
                settle(from, refused); // in the next session; the slip outlives the old one
            } else if (cause != null && !(cause instanceof NoNodeException)) {
                unknown();
            } else if (node != null && slip.says(node)) {
                known = null; // others may have written since
                slip.written();
                finish(from.version() + 1);
            } else if (refused) {
                startOver(node == null);
            } else if (attempts < ATTEMPTS) {
                send(from);
            } else {
                unknown();
            }
        });
    }

    private void unknown() {
        slip = newSlip();
        fail(new OutcomeUnknownException(
                path, "A change of " + path + " was sent, and it could not be found out whether it took place"));
    }

    private void fail(PinfoldException cause) {
        known = null;
        List<Change<?>> failed = batch;
        callbacks.execute(() -> failed.forEach(change -> change.future.completeExceptionally(cause)));
        proceed();
    }

    private void finish(int version) {
        List<Change<?>> done = batch;
        callbacks.execute(() -> done.forEach(change -> change.finish(version)));
        proceed();
    }

    private void proceed() {
        batch = List.of();
        busy = false;
        next();
        if (closed && !busy) {
            slip.discard(async);
        }
    }

    private Slip newSlip() {
        return new Slip(path, client.runtime().newGuid());
    }
}
