package io.pinfold.framework;

import io.pinfold.CreateMode;
import io.pinfold.NoNodeException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.Stat;
import io.pinfold.WatchEvent;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Children;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Created;
import io.pinfold.client.Node;
import io.pinfold.client.Watcher;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Turns the actions of a {@link Contender} into calls of a client, and their replies and events into its inputs.
 *
 * <p>Confined to the contention's progress, except that replies and events come in on any thread and are handed to
 * {@link Steps} at once, and that a lease is {@linkplain #giveBack given back} by any thread.
 */
final class ContenderCalls implements ContenderAction.Hands {
    private static final Duration PAUSE_FIRST = Duration.ofMillis(50);
    private static final int PAUSE_DOUBLINGS_MAX = 5;
    private static final byte[] NO_DATA = {};

    /** Something that happened, told to the contender. */
    @FunctionalInterface
    interface Input {
        List<ContenderAction> tell();
    }

    /** Takes inputs, in order and one at a time, and performs what the contender wants done. */
    @FunctionalInterface
    interface Steps {
        void take(Input input);
    }

    /** How a contention ends, for the caller. */
    interface Outcome {
        void reached();

        void grant(String name, long czxid, long owner);

        void refuse();

        void fail(PinfoldException cause);

        void lose();

        void dataChanged(byte[] data);

        /** What the znode before the own one says. */
        void predecessorRead(byte[] data);

        /** Nothing more will come.
         *
         * @param deletion completes when the znode is gone; already complete if there is none
         */
        void done(CompletableFuture<Void> deletion);
    }

    private final PlaceTerms terms;
    private final AsyncClient async;
    private final ClientRuntime runtime;
    private final Contender contender;
    private final Steps steps;
    private final Outcome outcome;
    private final CreateOptions options;

    private @Nullable String predecessor;
    private @Nullable Watcher predecessorWatcher;
    private @Nullable String own;
    private @Nullable Watcher ownWatcher;
    private CompletableFuture<Void> deletion = CompletableFuture.completedFuture(null);
    /** The deletion of the place of the lease, which began when the lease was given back; written once, by that thread. */
    private volatile @Nullable CompletableFuture<Void> givenBack;

    ContenderCalls(
            AsyncClient async,
            ClientRuntime runtime,
            PlaceTerms terms,
            Contender contender,
            Steps steps,
            Outcome outcome) {
        this.terms = terms;
        this.async = async;
        this.runtime = runtime;
        this.contender = contender;
        this.steps = steps;
        this.outcome = outcome;
        this.options = CreateOptions.of(CreateMode.EPHEMERAL_SEQUENTIAL)
                .withAcl(terms.acl())
                .withParents();
    }

    @Override
    public void enlist(String guid, String request, int round) {
        CompletableFuture<Created> creation = async.create(path(request), terms.data(), options);
        CompletableFuture<Children> listing = async.children(terms.directory(), null);
        creation.whenComplete((created, failure) -> steps.take(() -> onCreated(guid, created, failure)));
        listing.whenComplete((children, failure) -> steps.take(() -> onListed(round, children, failure)));
    }

    @Override
    public void listPlaces(int round) {
        async.children(terms.directory(), null)
                .whenComplete((children, failure) -> steps.take(() -> onListed(round, children, failure)));
    }

    @Override
    public void resolve(int round) {
        // One after the other: over a lost connection each is repeated by itself, and the listing could come first.
        async.sync(terms.directory())
                .thenCompose(synced -> async.children(terms.directory(), null))
                .whenComplete((children, failure) -> steps.take(() -> onListed(round, children, failure)));
    }

    @Override
    public void identify(String name, int round) {
        async.exists(path(name), null)
                .whenComplete((stat, failure) -> steps.take(() -> onIdentified(round, stat, failure)));
    }

    @Override
    public void watchPredecessor(String name) {
        Watcher watcher = predecessorWatcher;
        if (watcher == null || !name.equals(predecessor)) {
            watcher = event -> onPredecessorEvent(name, event);
            predecessor = name;
            predecessorWatcher = watcher;
        }
        async.get(path(name), watcher)
                .whenComplete((node, failure) -> steps.take(() -> onPredecessorRead(name, node, failure)));
    }

    @Override
    public void unwatchPredecessor(String name) {
        Watcher watcher = predecessorWatcher;
        if (watcher != null && name.equals(predecessor)) {
            predecessor = null;
            predecessorWatcher = null;
            async.removeWatcher(path(name), watcher);
        }
    }

    @Override
    public void watchOwn(String name) {
        Watcher watcher = ownWatcher;
        if (watcher == null || !name.equals(own)) {
            watcher = event -> onOwnEvent(name, event);
            own = name;
            ownWatcher = watcher;
        }
        async.get(path(name), watcher)
                .whenComplete((node, failure) -> steps.take(() -> onOwnRead(name, node, failure)));
    }

    @Override
    public void pause(int round, int setbacks) {
        if (setbacks <= 1) {
            steps.take(() -> contender.pauseOver(round));
        } else {
            after(setbacks - 2, () -> contender.pauseOver(round));
        }
    }

    @Override
    public void delete(String name) {
        CompletableFuture<Void> begun = givenBack;
        deletion = begun == null ? async.deleteForSure(path(name)) : begun;
    }

    /**
     * Deletes the place of the lease from the thread that gives it back, and not when it is the progress's turn: what that
     * thread asks the server next comes after it, so its next attempt does not find its own last place. The contender has to
     * be told to withdraw.
     */
    void giveBack(String name) {
        givenBack = async.deleteForSure(path(name));
    }

    @Override
    public void grant(String name, long czxid, long owner) {
        outcome.grant(name, czxid, owner);
    }

    @Override
    public void refuse() {
        outcome.refuse();
    }

    @Override
    public void fail(PinfoldException cause) {
        outcome.fail(cause);
    }

    @Override
    public void lose() {
        outcome.lose();
    }

    @Override
    public void done() {
        own = null;
        outcome.done(deletion);
    }

    // Replies.

    private List<ContenderAction> onCreated(String guid, @Nullable Created created, @Nullable Throwable failure) {
        if (created != null) {
            outcome.reached();
            Stat stat = created.stat();
            return contender.created(guid, ZnodePath.name(created.path()), stat.czxid(), stat.ephemeralOwner());
        }
        PinfoldException cause = Failures.causeOf(failure);
        if (cause instanceof OutcomeUnknownException) {
            return contender.createUnknown(guid);
        }
        // A parent that is reaped again and again while we create it is no reason to give up.
        return Failures.mayPass(cause) || cause instanceof NoNodeException
                ? contender.createFailed(guid, cause)
                : contender.createRefused(guid, cause);
    }

    private List<ContenderAction> onListed(int round, @Nullable Children children, @Nullable Throwable failure) {
        if (children != null) {
            outcome.reached();
            return contender.listed(round, children.names());
        }
        PinfoldException cause = Failures.causeOf(failure);
        return cause instanceof NoNodeException ? contender.listed(round, List.of()) : readFailed(round, cause);
    }

    private List<ContenderAction> onIdentified(int round, @Nullable Optional<Stat> stat, @Nullable Throwable failure) {
        if (stat == null) {
            return readFailed(round, Failures.causeOf(failure));
        }
        return stat.isPresent()
                ? contender.identified(round, stat.get().czxid(), stat.get().ephemeralOwner())
                : contender.identified(round, 0, 0);
    }

    private List<ContenderAction> readFailed(int round, PinfoldException cause) {
        return Failures.mayPass(cause) ? contender.readFailed(round, cause) : contender.readRefused(round, cause);
    }

    private List<ContenderAction> onPredecessorRead(String name, @Nullable Node node, @Nullable Throwable failure) {
        if (node != null) {
            if (name.equals(predecessor)) {
                outcome.predecessorRead(node.data() == null ? NO_DATA : node.data());
            }
            return List.of();
        }
        PinfoldException cause = Failures.causeOf(failure);
        if (cause instanceof NoNodeException) {
            return contender.predecessorGone(name);
        }
        if (Failures.mayPass(cause)) {
            after(0, () -> contender.predecessorUnwatched(name));
            return List.of();
        }
        return contender.predecessorHidden(name, cause);
    }

    private List<ContenderAction> onOwnRead(String name, @Nullable Node node, @Nullable Throwable failure) {
        if (!name.equals(own)) {
            return List.of();
        }
        if (node != null) {
            byte[] data = node.data();
            if (node.version() > 0) {
                outcome.dataChanged(data == null ? NO_DATA : data);
            }
            return List.of();
        }
        PinfoldException cause = Failures.causeOf(failure);
        if (cause instanceof NoNodeException) {
            return contender.ownDeleted(name);
        }
        if (Failures.mayPass(cause)) {
            after(0, () -> watchOwnAgain(name));
        }
        return List.of();
    }

    // Events, on the client's callback executor.

    private void onPredecessorEvent(String name, WatchEvent event) {
        if (event.type() == WatchEvent.Type.NODE_DELETED) {
            steps.take(() -> contender.predecessorGone(name));
        } else if (event.type() == WatchEvent.Type.NODE_DATA_CHANGED) {
            steps.take(() -> contender.predecessorUnwatched(name));
        }
    }

    private void onOwnEvent(String name, WatchEvent event) {
        if (event.type() == WatchEvent.Type.NODE_DELETED) {
            steps.take(() -> contender.ownDeleted(name));
        } else if (event.type() == WatchEvent.Type.NODE_DATA_CHANGED) {
            steps.take(() -> watchOwnAgain(name));
        }
    }

    private List<ContenderAction> watchOwnAgain(String name) {
        if (name.equals(own)) {
            watchOwn(name);
        }
        return List.of();
    }

    private void after(int doublings, Input input) {
        Duration pause = PAUSE_FIRST.multipliedBy(1L << Math.min(doublings, PAUSE_DOUBLINGS_MAX));
        runtime.schedule(pause, () -> steps.take(input));
    }

    private String path(String name) {
        return ZnodePath.child(terms.directory(), name);
    }
}
