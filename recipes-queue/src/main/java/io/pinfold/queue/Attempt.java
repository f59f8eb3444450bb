package io.pinfold.queue;

import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.Stat;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Node;
import io.pinfold.client.Session;
import io.pinfold.framework.Failures;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to claim an item: the transaction and the reads of what it made leave in one flush. When the reply to the
 * transaction is lost, the reads alone tell, behind a {@code sync}; the claim's own name is never used again. Confined to
 * the queue's progress.
 */
final class Attempt {
    /** How it ends. */
    interface Outcome {
        void claimed(String path, Session session, long token, Claim.Content content);

        /** Somebody else has the item, or it is gone. */
        void taken(Item item);

        /** The item is not ours; that somebody else was faster nobody says. */
        void undecided(Item item);

        /** The item is ours, and its data make no sense. */
        void unreadable(String path, Session session, long token, Claim.Content content, String why);

        void failed(Item item, PinfoldException cause);
    }

    private final QueueSite site;
    private final AsyncClient async;
    private final Item item;
    private final byte[] consumer;
    private final Outcome outcome;
    private final String itemPath;
    private final String claimPath;
    private final Patience patience = Patience.withServers();

    Attempt(QueueSite site, Item item, String guid, byte[] consumer, Outcome outcome) {
        this.site = site;
        this.async = site.async();
        this.item = item;
        this.consumer = consumer;
        this.outcome = outcome;
        this.itemPath = site.layout().item(item);
        this.claimPath = site.layout().claim(item, guid);
    }

    void start() {
        CompletableFuture<?> claim = async.multi(List.of(
                site.create(site.layout().marker(item), consumer, CreateMode.EPHEMERAL),
                site.create(claimPath, QueueSite.NOTHING, CreateMode.EPHEMERAL),
                Op.check(itemPath)));
        CompletableFuture<Node> data = async.get(itemPath, null);
        CompletableFuture<Optional<Stat>> stat = async.exists(claimPath, null);
        claim.whenComplete((results, failure) -> {
            PinfoldException cause = failure == null ? null : Failures.causeOf(failure);
            if (cause == null) {
                data.whenComplete((node, trouble) -> stat.whenComplete((own, more) -> read(node, own)));
            } else if (cause instanceof OutcomeUnknownException) {
                look();
            } else if (cause instanceof TransactionFailedException refusal && isTaken(refusal)) {
                outcome.taken(item);
            } else {
                outcome.failed(item, cause);
            }
        });
    }

    private static boolean isTaken(TransactionFailedException refusal) {
        return refusal.failedOp() == 0 && refusal.code() == ErrorCode.NODE_EXISTS
                || refusal.failedOp() > 0 && refusal.code() == ErrorCode.NO_NODE;
    }

    private void read(@Nullable Node node, @Nullable Optional<Stat> own) {
        if (node != null && own != null && own.isPresent()) {
            made(node, own.get());
        } else {
            look();
        }
    }

    /** Whether there is a claim of ours, and what it is on. */
    private void look() {
        CompletableFuture<Void> synced = async.sync(claimPath);
        synced.thenCompose(done -> async.exists(claimPath, null)).whenComplete((own, failure) -> {
            if (failure != null) {
                lookAgain(failure);
            } else if (own.isEmpty()) {
                outcome.undecided(item);
            } else {
                async.get(itemPath, null).whenComplete((node, trouble) -> {
                    if (trouble == null) {
                        made(node, own.get());
                    } else if (Failures.causeOf(trouble).code() == ErrorCode.NO_NODE) {
                        giveUp(); // somebody who knows no claims took the item away
                    } else {
                        lookAgain(trouble);
                    }
                });
            }
        });
    }

    private void giveUp() {
        List<Op> marker = List.of(Op.delete(site.layout().marker(item)));
        new Settlement(site, site.client().session(), claimPath, null, marker)
                .start()
                .thenRun(() -> outcome.taken(item));
    }

    private void lookAgain(Throwable failure) {
        PinfoldException cause = Failures.causeOf(failure);
        if (Failures.mayPass(cause)) {
            site.later(patience.next(), this::look);
        } else if (cause.code() == ErrorCode.NO_NODE) {
            outcome.taken(item);
        } else {
            outcome.failed(item, cause);
        }
    }

    private void made(Node node, Stat own) {
        Session session = site.client().session();
        if (session.id() != own.ephemeralOwner()) {
            outcome.undecided(item); // it is a claim of an earlier session of ours
            return;
        }
        Stat stat = node.stat();
        int deliveries = site.layout().deliveries(stat);
        byte[] data = node.data() == null ? QueueSite.NOTHING : node.data();
        Claim.Content content;
        try {
            content = new Claim.Content(item, site.layout().read(item, data), deliveries, stat.ctime());
        } catch (IllegalArgumentException e) {
            Envelope raw = new Envelope(null, null, 0, null, data);
            content = new Claim.Content(item, raw, deliveries, stat.ctime());
            outcome.unreadable(claimPath, session, own.czxid(), content, String.valueOf(e.getMessage()));
            return;
        }
        outcome.claimed(claimPath, session, own.czxid(), content);
    }
}
