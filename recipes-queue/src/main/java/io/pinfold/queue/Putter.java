package io.pinfold.queue;

import io.pinfold.ClientClosedException;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.NoNodeException;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.Stat;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.AsyncClient;
import io.pinfold.framework.Failures;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Puts items, in the order in which they were submitted: one transaction at a time, with everything that gathered
 * meanwhile in the next one.
 *
 * <p><b>Exactly once.</b> Each transaction raises the version of a znode of this producer's own. When a reply is lost, that
 * version tells whether the transaction happened, even in another session, whatever became of the items meanwhile; only
 * then is anything sent again.
 *
 * <p>Confined to the queue's progress.
 */
final class Putter {
    private static final int MAX_ITEMS = 64;
    private static final int MAX_BYTES = 256 * 1024;
    private static final int NOT_MADE = -1;
    private static final Duration FIRST_LOOK = Duration.ofMillis(10);
    private static final Duration LAST_LOOK = Duration.ofMillis(320);

    private final QueueSite site;
    private final AsyncClient async;
    private final Buckets buckets;
    private final Room room;
    private final Room volume;
    private final Deque<PutTicket> waiting = new ArrayDeque<>();
    private final Patience patience = Patience.withServers();
    private final Patience crowded = new Patience(FIRST_LOOK, LAST_LOOK);

    private String producer;
    /** The version of the producer's znode. */
    private int mark = NOT_MADE;

    private @Nullable Integer bucket;
    private boolean swept;
    private boolean busy;
    private boolean closed;

    Putter(QueueSite site, Buckets buckets, int maxItems, long maxBytes) {
        this.site = site;
        this.async = site.async();
        this.buckets = buckets;
        this.room = new Room(maxItems);
        this.volume = new Room(maxBytes);
        this.producer = site.runtime().newGuid();
    }

    void submit(PutTicket ticket) {
        if (closed) {
            ticket.done.completeExceptionally(
                    new ClientClosedException(site.layout().root(), "The queue is closed"));
            return;
        }
        waiting.add(ticket);
        pump();
    }

    /** Ends: what was not sent yet fails. */
    void close() {
        closed = true;
        waiting.removeIf(ticket -> {
            boolean unsent = !ticket.sent;
            if (unsent) {
                ticket.done.completeExceptionally(new ClientClosedException(
                        site.layout().root(), "The queue was closed before the item was put"));
            }
            return unsent;
        });
        leave();
    }

    private void leave() {
        if (closed && !busy && mark != NOT_MADE) {
            mark = NOT_MADE;
            async.deleteForSure(site.layout().producer(producer));
        }
    }

    // ---- one transaction after the other ---------------------------------------------------------------------------

    private void pump() {
        waiting.removeIf(ticket -> ticket.done.isDone());
        if (!busy && !waiting.isEmpty()) {
            busy = true;
            proceed();
        } else {
            leave();
        }
    }

    private void idle() {
        busy = false;
        pump();
    }

    /** Finds out what the next transaction needs to know, one thing at a time, and sends it. */
    private void proceed() {
        waiting.removeIf(ticket -> ticket.done.isDone() && !ticket.sent);
        if (waiting.isEmpty()) {
            idle();
        } else if (bucket == null) {
            buckets.newest().whenComplete((number, failure) -> known(failure, () -> bucket = number));
        } else if (needsTime() && !site.clock().isFresh(site.now())) {
            site.askTime().whenComplete((nothing, failure) -> known(failure, () -> {}));
        } else if (!room.isFor(waiting.element().size(), site.now())) {
            buckets.count().whenComplete((items, failure) -> measured(room, items, failure));
        } else if (!volume.isFor(waiting.element().bytes(), site.now())) {
            buckets.bytes().whenComplete((bytes, failure) -> measured(volume, bytes, failure));
        } else {
            send(nextTickets(), bucket);
        }
    }

    private void known(@Nullable Throwable failure, Runnable learn) {
        if (failure != null) {
            setback(failure);
        } else {
            learn.run();
            proceed();
        }
    }

    private boolean needsTime() {
        return waiting.stream()
                .limit(MAX_ITEMS)
                .anyMatch(ticket -> !ticket.options.delay().isZero());
    }

    private void measured(Room bound, @Nullable Number size, @Nullable Throwable failure) {
        if (failure != null || size == null) {
            setback(failure == null ? new IllegalStateException("No size") : failure);
            return;
        }
        bound.seen(size.longValue(), site.now());
        waiting.removeIf(ticket -> ticket.done.isDone() && !ticket.sent);
        if (waiting.isEmpty() || bound.isFor(wanted(bound, waiting.element()), site.now())) {
            crowded.reset();
            proceed();
            return;
        }
        waiting.removeIf(ticket -> !ticket.patient && ticket.done.complete(null));
        site.later(crowded.next(), this::proceed);
    }

    private int wanted(Room bound, PutTicket ticket) {
        return bound == room ? ticket.size() : ticket.bytes();
    }

    private List<PutTicket> nextTickets() {
        List<PutTicket> next = new ArrayList<>();
        int bytes = 0;
        int items = 0;
        long most = Math.min(MAX_ITEMS, room.left(site.now()));
        long largest = Math.min(MAX_BYTES, volume.left(site.now()));
        for (PutTicket ticket : waiting) {
            bytes += ticket.bytes();
            items += ticket.size();
            if (!next.isEmpty() && (items > most || bytes > largest)) {
                break;
            }
            next.add(ticket);
        }
        return next;
    }

    private void send(List<PutTicket> tickets, int into) {
        String path = site.layout().producer(producer);
        Op marked = mark == NOT_MADE
                ? site.create(path, QueueSite.NOTHING, CreateMode.PERSISTENT)
                : Op.set(path, QueueSite.NOTHING, mark);
        PutBatch batch = new PutBatch(site, tickets, into, marked);
        tickets.forEach(ticket -> ticket.sent = true);
        async.multi(batch.ops()).whenComplete((results, failure) -> {
            if (failure == null) {
                committed(batch, results);
            } else {
                failed(batch, Failures.causeOf(failure));
            }
        });
    }

    // ---- what became of it -----------------------------------------------------------------------------------------

    private void committed(PutBatch batch, List<OpResult> results) {
        patience.reset();
        mark++;
        room.taken(batch.tickets().stream().mapToInt(PutTicket::size).sum());
        volume.taken(batch.tickets().stream().mapToInt(PutTicket::bytes).sum());
        for (PutTicket ticket : batch.tickets()) {
            waiting.remove(ticket);
            ticket.done.complete(new Receipt(ticket.id, false));
        }
        int last = PutBatch.lastSequence(results).orElse(0);
        if (buckets.isFull(last) && bucket != null) {
            int full = bucket;
            bucket = null;
            buckets.openNext(full).thenRun(this::idle);
        } else {
            idle();
        }
        if (!swept) {
            swept = true;
            new Sweep(site, producer).start();
        }
    }

    private void failed(PutBatch batch, PinfoldException cause) {
        if (cause instanceof OutcomeUnknownException) {
            resolve(batch);
            return;
        }
        batch.tickets().forEach(ticket -> ticket.sent = false);
        if (cause instanceof TransactionFailedException refusal) {
            refused(batch, refusal);
        } else {
            setback(cause);
        }
    }

    private void refused(PutBatch batch, TransactionFailedException refusal) {
        int op = refusal.failedOp();
        if (op == PutBatch.BUCKET) {
            bucket = null; // closed, or gone, or never there
            again(refusal);
        } else if (op == PutBatch.MARK) {
            producer = site.runtime().newGuid();
            mark = NOT_MADE;
            again(refusal);
        } else {
            PutTicket ticket = batch.owner(op).orElseThrow();
            waiting.remove(ticket);
            settle(ticket, batch.placeWithin(op), refusal);
            proceed();
        }
    }

    /** The directories may be missing; or others were faster, which happens once in a while and not for long. */
    private void again(TransactionFailedException refusal) {
        ErrorCode code = refusal.code();
        if (code == ErrorCode.BAD_VERSION || code == ErrorCode.NODE_EXISTS) {
            site.later(patience.next(), this::proceed);
        } else {
            setback(PinfoldException.of(code, refusal.path().orElse(null)));
        }
    }

    /** One ticket's own operations were refused. */
    private void settle(PutTicket ticket, int place, TransactionFailedException refusal) {
        if (place < ticket.along.size()) {
            List<ErrorCode> codes = refusal.codes();
            int first = refusal.failedOp() - place;
            ticket.done.completeExceptionally(new TransactionFailedException(
                    place,
                    codes.subList(first, first + ticket.along.size()),
                    refusal.path().orElse(null),
                    String.valueOf(refusal.getMessage())));
        } else if (refusal.code() == ErrorCode.NODE_EXISTS && ticket.dedupKey != null) {
            async.get(site.layout().dedup(ticket.dedupKey), null)
                    .handle((node, failure) -> node == null || node.data() == null
                            ? ticket.id
                            : new String(node.data(), java.nio.charset.StandardCharsets.UTF_8))
                    .thenAccept(first -> ticket.done.complete(new Receipt(first, true)));
        } else {
            ticket.done.completeExceptionally(
                    PinfoldException.of(refusal.code(), refusal.path().orElse(null)));
        }
    }

    /** The reply was lost: the producer's own znode tells whether it happened. */
    private void resolve(PutBatch batch) {
        String path = site.layout().producer(producer);
        CompletableFuture<Optional<Stat>> look = async.sync(path).thenCompose(synced -> async.exists(path, null));
        look.whenComplete((stat, failure) -> {
            if (failure == null) {
                resolved(batch, stat);
            } else if (Failures.mayPass(Failures.causeOf(failure))) {
                site.later(patience.next(), () -> resolve(batch));
            } else {
                unknown(batch);
            }
        });
    }

    private void resolved(PutBatch batch, Optional<Stat> stat) {
        int version = stat.map(Stat::version).orElse(NOT_MADE);
        if (version == mark + 1) {
            committed(batch, List.of());
        } else if (version == mark) {
            batch.tickets().forEach(ticket -> ticket.sent = false);
            proceed();
        } else {
            unknown(batch); // somebody swept the mark away
        }
    }

    private void unknown(PutBatch batch) {
        for (PutTicket ticket : batch.tickets()) {
            waiting.remove(ticket);
            ticket.done.completeExceptionally(new OutcomeUnknownException(
                    site.layout().root(), "The item " + ticket.id + " was sent, and nothing tells whether it was put"));
        }
        producer = site.runtime().newGuid();
        mark = NOT_MADE;
        idle();
    }

    /** Nothing was changed. */
    private void setback(Throwable failure) {
        PinfoldException cause = Failures.causeOf(failure);
        if (cause instanceof NoNodeException) {
            site.layOut().whenComplete((nothing, refusal) -> {
                if (refusal == null) {
                    site.later(patience.next(), this::proceed);
                } else {
                    setback(Failures.causeOf(refusal));
                }
            });
        } else if (Failures.mayPass(cause) || cause instanceof OutcomeUnknownException) {
            site.later(patience.next(), this::proceed);
        } else {
            waiting.forEach(ticket -> ticket.done.completeExceptionally(cause));
            waiting.clear();
            idle();
        }
    }
}
