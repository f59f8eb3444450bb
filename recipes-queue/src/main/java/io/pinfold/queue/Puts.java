package io.pinfold.queue;

import io.pinfold.BadArgumentsException;
import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.framework.Failures;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Hands the items of callers to the {@link Putter}, and its answers back. Thread-safe: has no state of its own. */
final class Puts {
    /** What a server takes in one request, less what belongs to the queue. */
    private static final int MAX_BYTES = 1_000_000;
    /** What the name and the operation of one more item take, generously. */
    private static final int OVERHEAD = 400;

    private final QueueSite site;
    private final Putter putter;
    private final int maxItems;
    private final long maxBytes;

    /** A bound of 0 is none. */
    Puts(QueueSite site, Putter putter, int maxItems, long maxBytes) {
        this.site = site;
        this.putter = putter;
        this.maxItems = maxItems;
        this.maxBytes = maxBytes;
    }

    /** Hands one item over, and what must happen together with its put. */
    PutTicket submit(byte[] payload, PutOptions options, boolean patient, Op... along) {
        return submit(List.of(payload), options, patient, List.of(along));
    }

    /** Hands items over that are put as one. */
    PutTicket submitAll(List<byte[]> payloads, PutOptions options) {
        boolean tooMany = maxItems > 0 && payloads.size() > maxItems;
        if (payloads.isEmpty() || options.dedupKey() != null || tooMany) {
            throw new IllegalArgumentException("Wanted 1 to " + (maxItems > 0 ? maxItems : "many")
                    + " items without a dedup key, got " + payloads.size() + " with " + options);
        }
        return submit(payloads, options, true, List.of());
    }

    private PutTicket submit(List<byte[]> payloads, PutOptions options, boolean patient, List<Op> along) {
        long bytes = payloads.stream().mapToLong(payload -> payload.length).sum();
        if (bytes + (payloads.size() - 1L) * OVERHEAD > MAX_BYTES) {
            String what = payloads.size() == 1 ? "An item takes " : payloads.size() + " items take ";
            throw new BadArgumentsException(
                    site.layout().root(), what + bytes + " bytes, and " + MAX_BYTES + " at most fit in");
        }
        site.layout().check(options);
        Envelope first = Envelope.of(options, payloads.get(0));
        List<PutTicket.Part> others = payloads.stream()
                .skip(1)
                .map(payload -> new PutTicket.Part(
                        site.runtime().newGuid(), site.layout().write(Envelope.of(options, payload))))
                .toList();
        String id = site.runtime().newGuid();
        PutTicket ticket = new PutTicket(site.layout(), id, first, others, options, along, patient, site.now());
        if (maxBytes > 0 && ticket.bytes() > maxBytes) {
            throw new BadArgumentsException(
                    site.layout().root(), ticket.bytes() + " bytes never fit into a queue of " + maxBytes);
        }
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

    /** {@return what is told of a ticket that waits for room} */
    <R> CompletableFuture<R> async(PutTicket ticket, Function<Receipt, R> told) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        ticket.done.whenComplete((receipt, failure) -> site.tell(() -> {
            if (receipt != null) {
                answer.complete(told.apply(receipt));
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
