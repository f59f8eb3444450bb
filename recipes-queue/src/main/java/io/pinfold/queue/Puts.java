package io.pinfold.queue;

import io.pinfold.BadArgumentsException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.framework.Failures;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Hands the items of callers to the {@link Putter}, and its answers back. Thread-safe: has no state of its own. */
final class Puts {
    /** What a server takes in one request, less what belongs to the queue. */
    private static final int MAX_ITEM_BYTES = 1_000_000;

    private final QueueSite site;
    private final Putter putter;

    Puts(QueueSite site, Putter putter) {
        this.site = site;
        this.putter = putter;
    }

    PutTicket submit(byte[] payload, PutOptions options, boolean patient) {
        String root = site.layout().root();
        if (payload.length > MAX_ITEM_BYTES) {
            throw new BadArgumentsException(
                    root, "An item takes " + payload.length + " bytes, and " + MAX_ITEM_BYTES + " at most fit in");
        }
        site.layout().check(options);
        PutTicket ticket = new PutTicket(
                site.layout(),
                site.runtime().newGuid(),
                Envelope.of(options, payload),
                options,
                List.of(),
                patient,
                site.now());
        site.step(() -> putter.submit(ticket));
        return ticket;
    }

    Optional<Receipt> await(PutTicket ticket) throws InterruptedException {
        try {
            return Optional.ofNullable(ticket.done.get());
        } catch (ExecutionException e) {
            throw Failures.causeOf(e.getCause());
        } catch (InterruptedException e) {
            withdraw(ticket);
            throw e;
        }
    }

    private void withdraw(PutTicket ticket) {
        CompletableFuture<Boolean> unsent = new CompletableFuture<>();
        site.step(() -> unsent.complete(!ticket.sent && ticket.done.cancel(false)));
        if (!unsent.join()) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknownException(
                    site.layout().root(), "Interrupted while the item " + ticket.id + " was on its way");
        }
    }

    CompletableFuture<Receipt> async(PutTicket ticket) {
        CompletableFuture<Receipt> answer = new CompletableFuture<>();
        ticket.done.whenComplete((receipt, failure) -> site.tell(() -> {
            if (failure == null) {
                answer.complete(receipt);
            } else if (!answer.isDone()) {
                answer.completeExceptionally(Failures.causeOf(failure));
            }
        }));
        answer.whenComplete((receipt, failure) -> {
            if (answer.isCancelled()) {
                site.step(() -> cancelUnsent(ticket));
            }
        });
        return answer;
    }

    private static void cancelUnsent(PutTicket ticket) {
        if (!ticket.sent) {
            ticket.done.cancel(false);
        }
    }
}
