package io.pinfold.groups;

import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Failures;
import io.pinfold.framework.OwnedNode;
import io.pinfold.framework.Presence;
import io.pinfold.framework.SerialExecutor;
import io.pinfold.framework.TreeSnapshot;
import io.pinfold.framework.Waiting;
import io.pinfold.framework.WatchedTree;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A barrier that processes pass together twice: nobody begins before all are there, nobody goes on before all are done.
 *
 * <pre>{@code
 * DistributedDoubleBarrier barrier = DistributedDoubleBarrier.at(client, "/barriers/join", 5);
 * DoubleBarrierEntry entry = barrier.enter();
 * compute();
 * entry.leave();
 * }</pre>
 *
 * <p><b>What is promised.</b> Nobody enters before as many processes as the barrier was made for are there at the same
 * time. Nobody has left before everybody who entered asked to leave, or its session ended. Who gives up the waiting leaves
 * no znode behind. A sign to enter that is left from processes that all died lets nobody in who comes alone.
 *
 * <p><b>What is not.</b> More processes than that may enter, and rounds that follow each other closely under one path may
 * mix: who enters for the next round while the last one is still leaving passes at once. That is in the layout, which is
 * the one of Apache Curator's {@code DistributedDoubleBarrier}, so that programs with either can share a barrier. Use
 * another path for each round, or {@link DistributedCyclicBarrier}, which counts rounds.
 *
 * <p><b>Lost connections.</b> Waiting goes on through outages and lost sessions.
 *
 * <p>Immutable and thread-safe; need not be closed.
 */
public final class DistributedDoubleBarrier {
    private static final String READY = "ready";

    private final RecipeClient client;
    private final String path;
    private final int parties;

    private DistributedDoubleBarrier(RecipeClient client, String path, int parties) {
        this.client = client;
        this.path = ZnodePath.check(path);
        this.parties = parties;
    }

    /**
     * {@return the barrier at a path}
     *
     * @param client the client to use
     * @param path the znode that stands for the barrier; it and its parents are made, as containers, when missing
     * @param parties how many processes have to be there; all must say the same number
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     * @throws IllegalArgumentException if there are no parties
     */
    public static DistributedDoubleBarrier at(RecipeClient client, String path, int parties) {
        if (parties < 1) {
            throw new IllegalArgumentException("A barrier for " + parties + " parties keeps nobody");
        }
        return new DistributedDoubleBarrier(client, path, parties);
    }

    /** {@return the path of the znode that stands for the barrier} */
    public String path() {
        return path;
    }

    /**
     * Waits until enough processes are there, however long that takes.
     *
     * @return this process's entry; leave with it
     * @throws io.pinfold.PinfoldException if the client may not use the path, or is closed
     * @throws InterruptedException if the thread is interrupted; nothing of it stays behind
     */
    public DoubleBarrierEntry enter() throws InterruptedException {
        return Waiting.forever(enterAsync());
    }

    /**
     * Waits until enough processes are there, for some time, which covers outages.
     *
     * @param timeout how long to wait at most
     * @return this process's entry, or empty if too few came in time; nothing of it stays behind then
     * @throws io.pinfold.PinfoldException if the client may not use the path, or is closed
     * @throws InterruptedException if the thread is interrupted; nothing of it stays behind
     */
    public Optional<DoubleBarrierEntry> enter(Duration timeout) throws InterruptedException {
        return Waiting.atMost(enterAsync(), timeout);
    }

    /**
     * {@return completes when enough processes are there, on the client's callback executor; cancelling it ends the
     * waiting}
     */
    public CompletableFuture<DoubleBarrierEntry> enterAsync() {
        Round round = new Round();
        CompletableFuture<DoubleBarrierEntry> entered = new CompletableFuture<>();
        round.entered().whenComplete((done, failure) -> {
            if (failure == null) {
                entered.complete(round);
            } else {
                entered.completeExceptionally(Failures.causeOf(failure));
            }
        });
        entered.whenComplete((entry, failure) -> {
            if (failure != null) {
                round.giveUp();
            }
        });
        return entered;
    }

    /**
     * One process's way through the barrier. Whoever comes counts the others once, and then watches a single znode: with a
     * watch on all of them, each that comes would wake all the others. Thread-safe: all its parts are.
     */
    private final class Round implements DoubleBarrierEntry {
        private final CompletableFuture<Void> over = new CompletableFuture<>();
        private final OwnedNode own = OwnedNode.builder(
                        client, ZnodePath.child(path, client.runtime().newGuid()))
                .build();
        private final AsyncClient async =
                client.async(new SerialExecutor(client.runtime().callbackExecutor()));

        CompletableFuture<Void> entered() {
            return own.created().thenCompose(created -> {
                WatchedTree sign = watched(ready());
                CompletableFuture<Void> passed = sign.ready()
                        .thenCompose(first -> first.get(ready())
                                .map(old -> distrust(sign, old))
                                .orElse(done()))
                        .thenCompose(trusted -> passBy(sign));
                over.whenComplete((done, failure) -> settle(passed, failure));
                passed.whenComplete((done, failure) -> sign.close());
                return passed;
            });
        }

        /** Whoever is alone with a sign was not waited for: all who passed by it are gone, and nobody saw to it. */
        private CompletableFuture<Boolean> distrust(WatchedTree sign, Node old) {
            return others().thenCompose(now -> now.open() && now.members().size() == 1
                    ? takeAway()
                            .thenCompose(gone -> sign.when(view -> !isThere(view, old)))
                            .thenApply(seen -> true)
                    : done());
        }

        private boolean isThere(TreeSnapshot view, Node old) {
            return view.get(old.path())
                    .filter(node -> node.stat().czxid() == old.stat().czxid())
                    .isPresent();
        }

        private CompletableFuture<Boolean> takeAway() {
            return Insistent.delete(async, ready());
        }

        /** Who sees no sign counts behind that look: an old one may just have gone, by which somebody else still passed. */
        private CompletableFuture<Void> passBy(WatchedTree sign) {
            CompletableFuture<Void> seen = new CompletableFuture<>();
            sign.when(now -> now.size() > 0).whenComplete((now, failure) -> settle(seen, failure));
            if (!seen.isDone()) {
                Subscription counting = own.onPresence(now -> {
                    if (now == Presence.PRESENT) {
                        openIfComplete();
                    }
                });
                seen.whenComplete((done, failure) -> counting.close());
                over.whenComplete((done, failure) -> counting.close());
            }
            return seen;
        }

        /** The one who makes the number full sees that it is: it counts after it came. */
        private void openIfComplete() {
            others().thenCompose(now -> !now.open() && now.members().size() >= parties
                            ? Insistent.create(async, ready(), new byte[0], CreateOptions.PERSISTENT)
                            : done())
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            over.completeExceptionally(Failures.causeOf(failure));
                        }
                    });
        }

        private CompletableFuture<Present> others() {
            return Insistent.children(async, path).thenApply(Present::of);
        }

        /** {@return completes when a znode is gone} */
        private CompletableFuture<Void> untilGone(String znode) {
            WatchedTree tree = watched(znode);
            CompletableFuture<Void> seen = new CompletableFuture<>();
            tree.when(now -> now.size() == 0).whenComplete((now, failure) -> settle(seen, failure));
            over.whenComplete((done, failure) -> settle(seen, failure));
            seen.whenComplete((done, failure) -> tree.close());
            return seen;
        }

        private WatchedTree watched(String znode) {
            return WatchedTree.builder(client, znode).maxDepth(0).withoutData().build();
        }

        /** Ends every wait. If that leaves nobody, the sign goes, too. */
        void giveUp() {
            over.cancel(false);
            own.closeAsync()
                    .thenCompose(gone -> others())
                    .thenCompose(now -> now.open() && now.members().isEmpty() ? takeAway() : done());
        }

        private void end() {
            over.cancel(false);
            own.close();
        }

        @Override
        public CompletableFuture<Void> leaveAsync() {
            CompletableFuture<Void> left = new CompletableFuture<>();
            left.whenComplete((done, failure) -> {
                if (failure == null) {
                    end();
                } else {
                    giveUp();
                }
            });
            // Somebody may have passed by the sign of whom a server that lags behind does not know.
            Insistent.sync(async, path)
                    .thenCompose(synced -> goOut())
                    .whenComplete((done, failure) -> settle(left, failure));
            return left;
        }

        /** Whoever is first stays until the others are gone; a place that was lost with its session is no place. */
        private CompletableFuture<Boolean> goOut() {
            return others().thenCompose(now -> {
                if (now.members().isEmpty() || !own.path().equals(ZnodePath.child(path, now.first()))) {
                    return own.closeAsync().thenCompose(gone -> seeAllGone());
                }
                return now.members().size() == 1
                        ? lockUp()
                        : untilGone(ZnodePath.child(path, now.last())).thenCompose(gone -> goOut());
            });
        }

        private CompletableFuture<Boolean> seeAllGone() {
            return others().thenCompose(now -> {
                if (now.members().isEmpty()) {
                    return now.open() ? Insistent.delete(async, ready()) : done();
                }
                return untilGone(ZnodePath.child(path, now.first())).thenCompose(gone -> seeAllGone());
            });
        }

        /** The last one takes the sign away first: who comes now must not pass by an old sign. */
        private CompletableFuture<Boolean> lockUp() {
            CompletableFuture<Boolean> removed = Insistent.delete(async, ready());
            CompletableFuture<Void> gone = own.closeAsync();
            return removed.thenCombine(gone, (was, done) -> was);
        }
    }

    /** Who is there, in the order of the names, and whether the sign is. Immutable. */
    private record Present(List<String> members, boolean open) {
        static Present of(List<String> names) {
            List<String> members =
                    names.stream().filter(name -> !name.equals(READY)).sorted().toList();
            return new Present(members, members.size() < names.size());
        }

        String first() {
            return members.get(0);
        }

        String last() {
            return members.get(members.size() - 1);
        }
    }

    private static void settle(CompletableFuture<Void> future, @Nullable Throwable failure) {
        if (failure == null) {
            future.complete(null);
        } else {
            future.completeExceptionally(Failures.causeOf(failure));
        }
    }

    private static CompletableFuture<Boolean> done() {
        return CompletableFuture.completedFuture(true);
    }

    private String ready() {
        return ZnodePath.child(path, READY);
    }

    @Override
    public String toString() {
        return "DistributedDoubleBarrier[" + path + ", " + parties + ']';
    }
}
