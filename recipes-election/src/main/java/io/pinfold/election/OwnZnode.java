package io.pinfold.election;

import io.pinfold.BadVersionException;
import io.pinfold.LeaseLostException;
import io.pinfold.NoNodeException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Node;
import io.pinfold.framework.Lease;
import io.pinfold.framework.PlaceNames;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The leader's own znode, and what it says. Changes are written one after the other, each on top of the version that the
 * last one made, so that one that was lost on its way cannot come late and undo a newer one. A lost reply is settled by
 * reading: nobody else writes here. Nothing is written while a latch of Curator waits behind, see {@link LatchInTheWay}.
 *
 * <p>Thread-safe: {@code said} is replaced as a whole; the rest is confined to {@code steps}.
 */
final class OwnZnode {
    private record Change(UnaryOperator<Announcement> change, CompletableFuture<Void> done) {}

    private final ElectionLayout layout;
    private final Lease lease;
    private final AsyncClient async;
    private final Executor steps;
    private volatile Announcement said;

    // Confined to the steps.
    private final Queue<Change> changes = new ArrayDeque<>();
    private int version;
    private boolean writing;

    /**
     * Makes one.
     *
     * @param async completes on the steps
     */
    OwnZnode(ElectionLayout layout, Lease lease, Announcement said, AsyncClient async, Executor steps) {
        this.layout = layout;
        this.lease = lease;
        this.said = said;
        this.async = async;
        this.steps = steps;
    }

    Announcement said() {
        return said;
    }

    /** {@return completes on the steps when the znode says so} */
    CompletableFuture<Void> change(UnaryOperator<Announcement> change) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        steps.execute(() -> {
            changes.add(new Change(change, done));
            writeNext();
        });
        return done;
    }

    private void writeNext() {
        Change next = writing ? null : changes.poll();
        if (next == null) {
            return;
        }
        writing = true;
        write(next, next.change().apply(said));
    }

    private void write(Change change, Announcement wanted) {
        try {
            lease.ensureHeld();
        } catch (LeaseLostException lost) {
            over(change, lost);
            return;
        }
        if (layout != ElectionLayout.LATCH) {
            set(change, wanted); // selectors look again after any change
            return;
        }
        async.children(ZnodePath.parent(lease.path()), null).whenComplete((listing, failure) -> {
            Optional<String> latch = listing == null ? Optional.empty() : latchBehind(listing.names());
            if (listing == null) {
                over(change, failure instanceof NoNodeException ? leaderNoMore() : failure);
            } else if (latch.isPresent()) {
                over(change, new LatchInTheWay(latch.get(), lease.path()));
            } else {
                set(change, wanted);
            }
        });
    }

    private Optional<String> latchBehind(List<String> children) {
        List<String> queue = layout.names().inOrder(children);
        int next = queue.indexOf(ZnodePath.name(lease.path())) + 1;
        return next > 0 && next < queue.size() && !PlaceNames.isOurs(queue.get(next))
                ? Optional.of(queue.get(next))
                : Optional.empty();
    }

    private void set(Change change, Announcement wanted) {
        async.set(lease.path(), wanted.bytes(), version).whenComplete((stat, failure) -> {
            if (failure == null) {
                written(change, wanted, stat.version());
            } else if (failure instanceof NoNodeException) {
                over(change, leaderNoMore());
            } else if (failure instanceof OutcomeUnknownException || failure instanceof BadVersionException) {
                lookAndGoOn(change, wanted);
            } else {
                over(change, failure);
            }
        });
    }

    private void lookAndGoOn(Change change, Announcement wanted) {
        async.get(lease.path(), null).whenComplete((node, failure) -> {
            if (node != null && node.version() > version && says(node, wanted)) {
                written(change, wanted, node.version());
            } else if (node != null) {
                version = node.version();
                write(change, wanted);
            } else {
                over(change, failure instanceof NoNodeException ? leaderNoMore() : failure);
            }
        });
    }

    private void written(Change change, Announcement now, int itsVersion) {
        version = itsVersion;
        said = now;
        over(change, null);
    }

    private void over(Change change, @Nullable Throwable failure) {
        writing = false;
        if (failure == null) {
            change.done().complete(null);
        } else {
            change.done().completeExceptionally(failure);
        }
        writeNext();
    }

    private LeaseLostException leaderNoMore() {
        return new LeaseLostException(lease.path(), "The leader " + lease.path() + " leads no more");
    }

    private static boolean says(Node node, Announcement wanted) {
        return Arrays.equals(node.data(), wanted.bytes());
    }
}
