package io.pinfold.queue;

import io.pinfold.ErrorCode;
import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.framework.Failures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that ends a claim, tried until it is known whether it happened. Its first operation deletes the claim's
 * own znode, so it happens once at most, and only while the claim stands; and a znode of that name never comes again, so
 * after a lost reply its absence tells what happened, as long as the session that owned it is the same.
 *
 * <p>Confined to the queue's progress.
 */
final class Settlement {
    /** How it ended. */
    enum Verdict {
        /** It happened. */
        COMMITTED,
        /** It did not happen: the claim was over before. */
        TOO_LATE,
        /** It did not happen: another operation was refused. */
        REFUSED,
        /** It was sent, and nothing tells whether it happened. */
        UNKNOWN
    }

    /**
     * How it ended, and why.
     *
     * @param verdict how
     * @param cause why, unless it happened
     */
    record Outcome(Verdict verdict, @Nullable PinfoldException cause) {}

    private final QueueSite site;
    private final AsyncClient async;
    private final Session session;
    private final String claim;
    /** The item, if the transaction deletes it. */
    private final @Nullable String item;

    private final List<Op> ops = new ArrayList<>();
    private final Patience patience = Patience.withServers();
    private final CompletableFuture<Outcome> done = new CompletableFuture<>();
    private boolean sent;

    Settlement(QueueSite site, Session session, String claim, @Nullable String item, List<Op> others) {
        this.site = site;
        this.async = site.async();
        this.session = session;
        this.claim = claim;
        this.item = item;
        this.ops.add(Op.delete(claim));
        this.ops.addAll(others);
    }

    CompletableFuture<Outcome> start() {
        attempt();
        return done;
    }

    /** Nobody needs the answer any more, and it may be long in coming. */
    void giveUp() {
        decide(sent ? Verdict.UNKNOWN : Verdict.TOO_LATE, null);
    }

    private void attempt() {
        if (done.isDone()) {
            return;
        }
        sent = true;
        async.multi(ops).whenComplete((results, failure) -> {
            if (failure == null) {
                decide(Verdict.COMMITTED, null);
            } else {
                failed(Failures.causeOf(failure));
            }
        });
    }

    private void failed(PinfoldException cause) {
        if (cause instanceof OutcomeUnknownException) {
            resolve();
            return;
        }
        sent = false;
        if (cause instanceof TransactionFailedException refusal) {
            boolean gone = refusal.code() == ErrorCode.NO_NODE && isClaimOrItem(refusal.failedOp());
            decide(gone ? Verdict.TOO_LATE : Verdict.REFUSED, cause);
        } else if (Failures.mayPass(cause)) {
            site.later(patience.next(), this::attempt);
        } else {
            decide(Verdict.REFUSED, cause);
        }
    }

    /** Others who know no claims may take the item away. */
    private boolean isClaimOrItem(int op) {
        return op == 0 || ops.get(op).path().equals(item);
    }

    private void resolve() {
        if (done.isDone()) {
            return;
        }
        async.sync(claim)
                .thenCompose(synced -> async.exists(claim, null))
                .thenCompose(
                        stat -> stat.isPresent() ? CompletableFuture.completedFuture(Verdict.REFUSED) : claimIsGone())
                .whenComplete((verdict, failure) -> resolved(verdict, failure));
    }

    private void resolved(@Nullable Verdict verdict, @Nullable Throwable failure) {
        if (failure != null) {
            PinfoldException cause = Failures.causeOf(failure);
            if (Failures.mayPass(cause)) {
                site.later(patience.next(), this::resolve);
            } else {
                decide(Verdict.UNKNOWN, cause);
            }
        } else if (verdict == Verdict.REFUSED) {
            sent = false;
            site.later(patience.next(), this::attempt); // it did not happen; once more
        } else if (verdict != null) {
            decide(verdict, null);
        }
    }

    private CompletableFuture<Verdict> claimIsGone() {
        if (item == null) {
            return CompletableFuture.completedFuture(Verdict.COMMITTED); // gone is all that was wanted
        }
        return async.exists(item, null).thenApply(stat -> {
            if (stat.isPresent()) {
                return Verdict.TOO_LATE;
            }
            boolean sameSession =
                    site.client().session().id() == session.id() && session.state() != SessionState.EXPIRED;
            return sameSession ? Verdict.COMMITTED : Verdict.UNKNOWN;
        });
    }

    private void decide(Verdict verdict, @Nullable PinfoldException cause) {
        done.complete(new Outcome(verdict, cause));
    }
}
