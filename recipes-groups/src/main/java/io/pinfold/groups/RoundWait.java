package io.pinfold.groups;

import io.pinfold.ClientClosedException;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.NoNodeException;
import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.TransactionFailedException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Failures;
import io.pinfold.framework.SerialExecutor;
import io.pinfold.framework.TreeSnapshot;
import io.pinfold.framework.WatchedTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One process's waiting for one round of a cyclic barrier. All it knows comes from snapshots of the barrier's znodes; what
 * it does are transactions that fail when the round is not the one it thinks.
 *
 * <p>Confined to {@code progress}; the future may be completed by anybody.
 */
final class RoundWait {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final byte[] PASSED = {RoundState.TRIPPED};

    private final RecipeClient client;
    private final String path;
    private final int parties;
    private final SerialExecutor progress;
    private final AsyncClient async;
    private String guid;
    private final CompletableFuture<Arrival> passed = new CompletableFuture<>();
    private final Set<String> seen = new HashSet<>();

    private @Nullable WatchedTree tree;
    /** Our own znode, once it is there or may be. */
    private @Nullable String own;

    private long round = -1;
    private long arrivalSession;
    /** A transaction is under way. */
    private boolean busy;
    /** The session of our arrival is over, and our znode with it. */
    private boolean lost;

    private @Nullable Subscription sessions;

    RoundWait(RecipeClient client, String path, int parties) {
        this.client = client;
        this.path = path;
        this.parties = parties;
        this.progress = new SerialExecutor(client.runtime().callbackExecutor());
        this.async = client.async(progress);
        this.guid = client.runtime().newGuid();
    }

    CompletableFuture<Arrival> begin() {
        passed.whenComplete((arrival, failure) -> progress.execute(this::finish));
        sessions = client.addSessionListener(this::onSession, progress);
        Insistent.create(async, path, RoundState.FIRST.bytes(), CreateOptions.PERSISTENT.withParents())
                .whenComplete((made, failure) -> {
                    if (failure != null) {
                        fail(Failures.causeOf(failure));
                    } else if (!passed.isDone()) {
                        watch();
                    }
                });
        return passed;
    }

    private void onSession(Session session, SessionState state) {
        if (state == SessionState.CLOSED) {
            fail(new ClientClosedException(path, "The client was closed"));
        } else if (state == SessionState.EXPIRED && round >= 0 && session.id() == arrivalSession) {
            lost = true;
            look();
        }
    }

    private void watch() {
        WatchedTree watched = WatchedTree.builder(client, path).maxDepth(1).build();
        tree = watched;
        watched.onChange(step -> progress.execute(this::look));
        watched.ready().whenComplete((snapshot, failure) -> {
            if (failure != null) {
                fail(Failures.causeOf(failure));
            }
        });
    }

    private void look() {
        WatchedTree watched = tree;
        if (busy || passed.isDone() || watched == null) {
            return;
        }
        TreeSnapshot now = watched.snapshot();
        Optional<Node> barrier = now.get(path);
        if (barrier.isEmpty()) {
            fail(new NoNodeException(path, "Somebody deleted the barrier " + path));
            return;
        }
        RoundState state;
        try {
            state = RoundState.of(barrier.get().data());
        } catch (IllegalStateException notOurs) {
            fail(notOurs);
            return;
        }
        int version = barrier.get().version();
        if (round < 0) {
            arrive(state, version);
        } else if (state.round() == round) {
            count(now, state, version);
        } else {
            conclude(now, state, version);
        }
    }

    private void arrive(RoundState state, int version) {
        String name = ZnodePath.child(path, state.round() + "-" + guid);
        own = name;
        arrivalSession = client.session().id();
        run(List.of(Op.check(path, version), Op.create(name, new byte[0], CreateMode.EPHEMERAL)), failure -> {
            if (failure == null) {
                round = state.round();
            } else if (failure instanceof OutcomeUnknownException) {
                settle(name, state.round());
            } else if (failure instanceof TransactionFailedException refused
                    && refused.code() != ErrorCode.BAD_VERSION
                    && refused.code() != ErrorCode.NO_NODE) {
                fail(refused);
            }
        });
    }

    /** The arrival lost its reply: either it took place in that round, or another attempt is due. */
    private void settle(String name, long inRound) {
        busy = true;
        async.sync(path).thenCompose(synced -> async.exists(name, null)).whenComplete((found, failure) -> {
            if (failure != null && Failures.mayPass(Failures.causeOf(failure))) {
                client.runtime().schedule(PAUSE, () -> progress.execute(() -> settle(name, inRound)));
                return;
            }
            busy = false;
            if (failure != null) {
                fail(Failures.causeOf(failure));
            } else if (found.isPresent()) {
                round = inRound;
            }
            if (passed.isDone()) {
                finish(); // nobody waits any more, but our znode may be there
            } else {
                look();
            }
        });
    }

    private void count(TreeSnapshot now, RoundState state, int version) {
        List<Node> here = arrivals(now);
        List<String> paths = here.stream().map(Node::path).toList();
        if (lost || !paths.containsAll(seen)) {
            run(List.of(Op.set(path, state.ended(RoundState.BROKEN).bytes(), version)), failure -> {});
            return;
        }
        seen.addAll(paths);
        if (here.size() >= parties && paths.get(parties - 1).equals(own)) {
            trip(paths.subList(0, parties), state, version);
        }
    }

    /** {@return who is here for our round, in the order of arrival} */
    private List<Node> arrivals(TreeSnapshot now) {
        List<Node> here = new ArrayList<>(now.below(path));
        here.removeIf(node -> !ZnodePath.name(node.path()).startsWith(round + "-"));
        here.sort(Comparator.comparingLong(node -> node.stat().czxid()));
        return here;
    }

    /**
     * Lets those pass who are all still there: else the one who is missing is noticed, and the round broken. A mark in its
     * znode tells each of them that it is meant, and who came too many that it is not.
     */
    private void trip(List<String> arrivals, RoundState state, int version) {
        List<Op> ops = new ArrayList<>();
        arrivals.forEach(arrival -> ops.add(Op.set(arrival, PASSED)));
        ops.add(Op.set(path, state.ended(RoundState.TRIPPED).bytes(), version));
        run(ops, failure -> {});
    }

    private void conclude(TreeSnapshot now, RoundState state, int version) {
        if (!now.exact()) {
            return; // another one follows
        }
        Optional<Node> arrival = Optional.ofNullable(own).flatMap(now::get);
        if (arrival.map(Node::data).filter(data -> data.length > 0).isPresent()) {
            passed.complete(new Arrival(round));
        } else if (arrival.isPresent() && state.tripped(round)) {
            comeAgain(state, version);
        } else {
            fail(new BrokenRoundException(
                    round,
                    (lost ? "The session ended that" : "Somebody went away who") + " waited in round " + round + " at "
                            + path));
        }
    }

    /** The others were enough without us. */
    private void comeAgain(RoundState state, int version) {
        if (own != null) {
            async.deleteForSure(own);
        }
        seen.clear();
        round = -1;
        guid = client.runtime().newGuid();
        arrive(state, version);
    }

    /** Runs a transaction, and looks again. */
    private void run(List<Op> ops, Answer answer) {
        busy = true;
        async.multi(ops).whenComplete((results, failure) -> {
            busy = false;
            if (passed.isDone()) {
                finish();
                return;
            }
            PinfoldException cause = failure == null ? null : Failures.causeOf(failure);
            answer.take(cause);
            if (!busy) {
                lookAfter(cause);
            }
        });
    }

    private void lookAfter(@Nullable PinfoldException cause) {
        if (cause == null || cause instanceof TransactionFailedException) {
            // What the server knew and our snapshot does not is under way to us.
            lookIfChanged();
        } else if (Failures.mayPass(cause)) {
            client.runtime().schedule(PAUSE, () -> progress.execute(this::look));
        } else {
            fail(cause);
        }
    }

    private void lookIfChanged() {
        WatchedTree watched = tree;
        if (watched != null) {
            TreeSnapshot before = watched.snapshot();
            async.sync(path).whenComplete((synced, failure) -> {
                if (watched.snapshot() != before || failure != null) {
                    look();
                }
            });
        }
    }

    private void fail(RuntimeException cause) {
        passed.completeExceptionally(cause);
    }

    private void finish() {
        if (tree != null) {
            tree.close();
        }
        if (sessions != null) {
            sessions.close();
        }
        if (own != null && !busy) {
            async.deleteForSure(own);
        }
    }

    /** What comes of a transaction; null if it was done. */
    @FunctionalInterface
    private interface Answer {
        void take(@Nullable PinfoldException failure);
    }
}
