package io.pinfold.queue;

import io.pinfold.ErrorCode;
import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.Session;
import io.pinfold.framework.Failures;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.framework.NodeLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A claimed item, and the ways in which that ends. On the server it is two ephemeral znodes: the marker, of which there can
 * be only one, and one below the item with a name of its own, which every transaction of this claim deletes first.
 *
 * <p>Confined to the queue's progress, but for its ends, which any thread may ask for, and the lease.
 */
final class Claim {
    /** Where it is. */
    private enum Phase {
        OPEN,
        /** A transaction that may end it is under way. */
        SETTLING,
        /** No znode of it is left, or somebody sees to that. */
        OVER
    }

    private static final int NO_PLACE = -1;
    /** Where the item is among what {@link #removal} deletes. */
    private static final int ITEM_PLACE = 2;

    /**
     * What is claimed. Immutable.
     *
     * @param item what its name says
     * @param envelope its data
     * @param deliveries how often it was claimed
     * @param putMillis when it was put
     */
    record Content(Item item, Envelope envelope, int deliveries, long putMillis) {}

    private final QueueSite site;
    private final Session session;
    private final String path;
    private final Content content;
    private final NodeLease node;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private Phase phase = Phase.OPEN;
    /** Written by whoever gives the item back, before the lease is closed. */
    private volatile Duration parking = Duration.ZERO;

    private boolean wantedBack;
    private boolean returning;
    private ClientRuntime.@Nullable Cancellable limit;

    Claim(QueueSite site, Session session, String path, long token, Content content) {
        this.site = site;
        this.session = session;
        this.path = path;
        this.content = content;
        this.node = NodeLease.begin(site.client(), session, path, token, () -> site.step(this::released), gone);
        gone.thenRun(() -> site.step(this::cancelLimit));
    }

    Content content() {
        return content;
    }

    /** {@return the priority of the item, in our range; Curator's have none} */
    int priority() {
        return Math.max(0, Math.min(PutOptions.LAST_PRIORITY, content.item().priority()));
    }

    String path() {
        return path;
    }

    Lease lease() {
        return node.lease();
    }

    /** {@return completes when neither the znodes of the claim nor their session is left} */
    CompletableFuture<Void> gone() {
        return gone;
    }

    /** {@return the znode of the item} */
    String itemPath() {
        return site.layout().item(content.item());
    }

    /** Somebody who knows no claims took the item away. */
    void itemGone() {
        if (phase == Phase.OPEN) {
            node.nodeDeleted();
        }
    }

    /** A watch, or a look, said that the znode is gone. */
    void nodeGone() {
        if (phase == Phase.OPEN) {
            phase = Phase.OVER;
            node.nodeDeleted();
            gone.complete(null);
            deleteMarkerLeftBehind();
        }
    }

    /**
     * Who deletes by hand may not think of it. It is that of this claim, and of no later one on the same key, if the same
     * transaction made both; then nobody else deletes it, and it may be tried until it is gone, or its session is.
     */
    private void deleteMarkerLeftBehind() {
        String marker = site.layout().marker(content.item());
        site.async().exists(marker, null).thenAccept(stat -> {
            if (stat.isPresent() && stat.get().czxid() == node.lease().fencingToken()) {
                site.in(session).delete(marker, -1).whenComplete((nothing, failure) -> {
                    if (failure != null && Failures.causeOf(failure) instanceof OutcomeUnknownException) {
                        deleteMarkerLeftBehind();
                    }
                });
            }
        });
    }

    /** Sets when the handling must be over. */
    void limit(Duration handling) {
        cancelLimit();
        if (phase != Phase.OVER) {
            limit = site.later(handling, node::timeUp);
        }
    }

    private void cancelLimit() {
        if (limit != null) {
            limit.cancel();
            limit = null;
        }
    }

    // ---- giving back -----------------------------------------------------------------------------------------------

    /** Gives the item back after so long; any thread. */
    void giveBack(Duration delay) {
        parking = delay;
        node.lease().close();
    }

    /** The lease is over, one way or the other. */
    private void released() {
        if (phase == Phase.SETTLING) {
            wantedBack = true;
        } else if (phase == Phase.OPEN) {
            phase = Phase.OVER;
            Duration delay = parking;
            if (delay.isZero()) {
                returning = true;
                deleteZnodes();
            } else {
                site.later(delay, this::deleteZnodes);
            }
        }
    }

    /** {@return whether the item is about to be free: its claim is being deleted, and that is not known to have happened} */
    boolean isReturning() {
        return returning && !gone.isDone();
    }

    private void deleteZnodes() {
        Op marker = Op.delete(site.layout().marker(content.item()));
        new Settlement(site, session, path, null, List.of(marker)).start().thenAccept(outcome -> {
            if (outcome.verdict() == Settlement.Verdict.REFUSED) {
                deleteClaimAlone();
            } else {
                gone.complete(null);
            }
        });
    }

    /** Somebody deleted the marker by hand. */
    private void deleteClaimAlone() {
        new Settlement(site, session, path, null, List.of()).start().thenRun(() -> gone.complete(null));
    }

    // ---- settling --------------------------------------------------------------------------------------------------

    /** Removes the item, and does something besides. */
    CompletableFuture<Void> ack(List<Op> effects) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        site.step(() -> {
            if (begin(answer)) {
                List<Op> own = removal();
                List<Op> all = new ArrayList<>(own.subList(1, own.size()));
                all.addAll(effects);
                Settlement settlement =
                        new Settlement(site, session, path, site.layout().item(content.item()), all);
                node.lease().lost().thenRun(() -> site.step(settlement::giveUp));
                settlement.start().thenAccept(outcome -> acked(outcome, own.size(), effects.size(), answer));
            }
        });
        return answer;
    }

    /** Puts the item into another queue, and removes it here. */
    CompletableFuture<Void> move(Putter target, QueueSite targetSite, Envelope envelope, PutOptions options) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        site.step(() -> {
            if (begin(answer)) {
                // The name of a znode of Curator's is unique in its directory only.
                String id = site.layout().isFlat()
                        ? site.runtime().newGuid()
                        : content.item().id();
                PutTicket ticket = new PutTicket(
                        targetSite.layout(), id, envelope, List.of(), options, removal(), true, site.now());
                ticket.done.whenComplete((receipt, failure) -> site.step(() -> moved(receipt, failure, answer)));
                targetSite.step(() -> target.submit(ticket));
            }
        });
        return answer;
    }

    /** {@return what removes the item; fails in its first place when the claim is over} */
    private List<Op> removal() {
        List<Op> ops = new ArrayList<>();
        ops.add(Op.delete(path));
        ops.add(Op.delete(site.layout().marker(content.item())));
        ops.add(Op.delete(site.layout().item(content.item())));
        String dedupKey = content.envelope().dedupKey();
        if (dedupKey != null) {
            ops.add(Op.delete(site.layout().dedup(dedupKey)));
        }
        return ops;
    }

    private boolean begin(CompletableFuture<Void> answer) {
        LeaseState state = node.lease().state();
        boolean standing = phase == Phase.OPEN && (state == LeaseState.HELD || state == LeaseState.UNCERTAIN);
        if (standing) {
            phase = Phase.SETTLING;
        } else {
            answer.completeExceptionally(tooLate());
        }
        return standing;
    }

    private void acked(Settlement.Outcome outcome, int own, int effects, CompletableFuture<Void> answer) {
        switch (outcome.verdict()) {
            case COMMITTED -> over(answer);
            case TOO_LATE -> lost(tooLate(), answer);
            case UNKNOWN -> lost(unknown(), answer);
            case REFUSED -> stands(refusal(outcome.cause(), own, effects), answer);
        }
    }

    private void moved(@Nullable Receipt receipt, @Nullable Throwable failure, CompletableFuture<Void> answer) {
        if (receipt != null) {
            over(answer);
            return;
        }
        PinfoldException cause = Failures.causeOf(failure);
        if (cause instanceof TransactionFailedException refusal && isOver(refusal)) {
            lost(tooLate(), answer);
        } else if (cause instanceof OutcomeUnknownException) {
            lost(cause, answer);
        } else {
            stands(cause, answer);
        }
    }

    /** The claim itself, or the item, was not there to be deleted. */
    private static boolean isOver(TransactionFailedException refusal) {
        return refusal.code() == ErrorCode.NO_NODE && (refusal.failedOp() == 0 || refusal.failedOp() == ITEM_PLACE);
    }

    private void over(CompletableFuture<Void> answer) {
        phase = Phase.OVER;
        node.lease().close();
        gone.complete(null);
        answer.complete(null);
    }

    private void lost(PinfoldException why, CompletableFuture<Void> answer) {
        phase = Phase.OPEN; // for the release, which sees to the rest
        node.nodeDeleted();
        if (wantedBack) {
            released();
        }
        answer.completeExceptionally(why);
    }

    private void stands(PinfoldException why, CompletableFuture<Void> answer) {
        phase = Phase.OPEN;
        if (wantedBack) {
            released();
        }
        answer.completeExceptionally(why);
    }

    /** {@return the refusal in terms of the effects, which is all that the caller knows} */
    private PinfoldException refusal(@Nullable PinfoldException cause, int own, int effects) {
        if (cause instanceof TransactionFailedException refused) {
            int place = refused.failedOp() - own;
            if (place <= NO_PLACE) {
                return PinfoldException.of(refused.code(), refused.path().orElse(null));
            }
            List<ErrorCode> codes = refused.codes();
            return new TransactionFailedException(
                    place,
                    codes.subList(own, own + effects),
                    refused.path().orElse(null),
                    "Nothing was changed, and the delivery was not acknowledged: effect " + place + " on "
                            + refused.path().orElse("?") + " failed with " + refused.code());
        }
        return Failures.causeOf(cause);
    }

    private LeaseLostException tooLate() {
        return new LeaseLostException(path, "The claim " + path + " is over");
    }

    private OutcomeUnknownException unknown() {
        return new OutcomeUnknownException(
                path, "The claim " + path + " was lost before it was known whether the item was removed");
    }
}
