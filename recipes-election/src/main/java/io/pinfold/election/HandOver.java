package io.pinfold.election;

import io.pinfold.LeaseLostException;
import io.pinfold.PinfoldException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Children;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.Node;
import io.pinfold.client.Watcher;
import io.pinfold.framework.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes the chosen successor the next in the queue: writes its name into the leader's znode, which the next in line
 * watches and, unless it is the one that is named, steps behind. Goes on with each change of the queue until the chosen
 * one is next.
 *
 * <p>Confined to {@code steps}; the result may be completed from outside, which calls everything off.
 */
final class HandOver {
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final AsyncClient async;
    private final ClientRuntime runtime;
    private final Executor steps;
    private final ElectionLayout layout;
    private final String directory;
    private final Lease lease;
    private final OwnZnode own;
    private final String successor;
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final Watcher watcher = event -> look();

    private final Map<String, String> idsByName = new HashMap<>();
    private boolean asked;
    private int round;

    HandOver(
            AsyncClient async,
            ClientRuntime runtime,
            Executor steps,
            ElectionLayout layout,
            String directory,
            Lease lease,
            OwnZnode own,
            String successor) {
        this.async = async;
        this.runtime = runtime;
        this.steps = steps;
        this.layout = layout;
        this.directory = directory;
        this.lease = lease;
        this.own = own;
        this.successor = successor;
    }

    /** {@return whether the chosen one is next; completes on the steps} */
    CompletableFuture<Boolean> prepare(Duration timeout) {
        ClientRuntime.Cancellable timer = runtime.schedule(timeout, () -> steps.execute(() -> ready.complete(false)));
        ready.whenComplete((next, failure) -> {
            timer.cancel();
            steps.execute(() -> cleanUp(Boolean.TRUE.equals(next)));
        });
        steps.execute(this::look);
        return ready;
    }

    private void cleanUp(boolean prepared) {
        round++;
        async.removeWatcher(directory, watcher);
        if (asked && !prepared) {
            takeBack();
        }
    }

    /** Later, if it cannot be now; nobody steps behind meanwhile but candidates that come right behind the leader. */
    private void takeBack() {
        own.change(said -> said.withSuccessor("")).whenComplete((written, failure) -> {
            if (failure instanceof LatchInTheWay) {
                runtime.schedule(PAUSE, this::takeBack);
            }
        });
    }

    private void look() {
        if (ready.isDone()) {
            return;
        }
        round++;
        int mine = round;
        async.children(directory, watcher).whenComplete((listing, failure) -> onListed(mine, listing, failure));
    }

    private void onListed(int mine, @Nullable Children listing, @Nullable Throwable failure) {
        if (mine != round || ready.isDone()) {
            return;
        }
        if (listing == null) {
            ready.completeExceptionally(failure == null ? lost() : failure);
            return;
        }
        List<String> queue = layout.names().inOrder(listing.names());
        int at = queue.indexOf(ZnodePath.name(lease.path()));
        if (at < 0) {
            ready.completeExceptionally(lost());
            return;
        }
        List<String> behind = queue.subList(at + 1, queue.size());
        List<CompletableFuture<?>> reads = new ArrayList<>();
        for (String name : behind) {
            if (!idsByName.containsKey(name)) {
                reads.add(async.get(ZnodePath.child(directory, name), null)
                        .handle((node, missed) -> remember(name, node, missed)));
            }
        }
        CompletableFuture.allOf(reads.toArray(new CompletableFuture<?>[0]))
                .whenComplete((nothing, missed) -> steps.execute(() -> onRead(mine, List.copyOf(behind))));
    }

    private @Nullable Void remember(String name, @Nullable Node node, @Nullable Throwable failure) {
        if (node != null) {
            byte[] data = node.data();
            idsByName.put(name, data == null ? "" : Announcement.of(data).id());
        } else if (!(failure instanceof io.pinfold.NoNodeException) && failure instanceof PinfoldException cause) {
            ready.completeExceptionally(cause);
        }
        return null;
    }

    private void onRead(int mine, List<String> behind) {
        if (mine != round || ready.isDone()) {
            return;
        }
        // One that is gone by now has no id; its going will be told, and looked at.
        List<String> ids =
                behind.stream().map(name -> idsByName.getOrDefault(name, "")).toList();
        if (!ids.contains(successor)) {
            ready.complete(false);
        } else if (ids.get(0).equals(successor)) {
            ready.complete(true);
        } else if (!asked) {
            asked = true;
            own.change(said -> said.withSuccessor(successor)).whenComplete((written, failure) -> {
                if (failure instanceof LatchInTheWay) {
                    ready.complete(false);
                } else if (failure != null) {
                    ready.completeExceptionally(failure);
                }
            });
        }
    }

    private LeaseLostException lost() {
        return new LeaseLostException(lease.path(), "The leader " + lease.path() + " leads no more");
    }
}
