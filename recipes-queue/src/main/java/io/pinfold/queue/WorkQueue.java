package io.pinfold.queue;

import io.pinfold.Op;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.BlockingRead;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Failures;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * A queue of work that processes all over a network share: each item is put exactly once, and delivered until somebody
 * acknowledges it.
 *
 * <pre>{@code
 * try (WorkQueue<String> queue = WorkQueue.at(client, "/queues/orders", Codec.TEXT)) {
 *     queue.put("order 42");
 *     try (Delivery<String> delivery = queue.take()) {
 *         ship(delivery.item(), delivery.fencingToken());
 *         delivery.ack();
 *     }
 * }
 * }</pre>
 *
 * <p><b>What is promised.</b> An item whose put returned is in the queue once, whatever replies were lost, and stays until
 * it is acknowledged, rejected or moved, of which exactly one happens, once. It is delivered to one consumer at a time; when
 * that one dies or gives up, to another, with a larger fencing token. So its handling may begin more than once, but
 * {@link Delivery#ackWith} makes what comes of it happen exactly once.
 *
 * <p><b>Order.</b> By priority, and by arrival within a priority; items with a key strictly by arrival and one at a time. A
 * single consumer that takes one item at a time sees exactly that order while its session lives; then what it had claimed comes
 * when the old session has ended on the server. Many consumers see the order roughly, except for keys.
 *
 * <p><b>Lost connections.</b> Puts and takes wait through outages, and go on in a new session if the old one ended.
 *
 * <p><b>Use.</b> Open one for each process, and close it. It holds two watches once somebody took from it, and a picture of
 * the names of all items; and one znode once something was put. Thread-safe.
 *
 * @param <T> the type of the items
 */
public final class WorkQueue<T> implements AutoCloseable {
    private final QueueTerms<T> terms;
    private final QueueSite site;
    private final Putter putter;
    private final Claims<T> claims;
    private final Puts puts;
    private final Takes<T> takes;
    private final Grave<T> grave;

    WorkQueue(QueueTerms<T> terms) {
        this.terms = terms;
        this.site = new QueueSite(terms.client(), terms.layout(), terms.acl());
        this.putter = new Putter(site, new Buckets(site, terms.bucketSize()), terms.maxItems(), terms.maxBytes());
        this.grave = new Grave<>(terms);
        this.claims =
                new Claims<>(site, terms, grave::take, claim -> new ClaimDelivery<>(grave, site, claim, terms.codec()));
        this.puts = new Puts(site, putter, terms.maxItems(), terms.maxBytes());
        this.takes = new Takes<>(site, claims);
    }

    /**
     * {@return the queue at a path, with default settings}
     *
     * @param client the client whose session is to own the claims
     * @param path the znode that stands for the queue; it and its parents are made when something is put
     * @param codec what becomes of items on the server; it must not throw for what it made itself
     * @param <T> the type of the items
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static <T> WorkQueue<T> at(RecipeClient client, String path, Codec<T> codec) {
        return builder(client, path, codec).build();
    }

    /**
     * {@return a builder for a queue with other than default settings}
     *
     * @param client the client whose session is to own the claims
     * @param path the znode that stands for the queue
     * @param codec what becomes of items on the server
     * @param <T> the type of the items
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static <T> WorkQueueBuilder<T> builder(RecipeClient client, String path, Codec<T> codec) {
        return new WorkQueueBuilder<>(client, path, codec);
    }

    /** {@return the path of the znode that stands for the queue} */
    public String path() {
        return site.layout().root();
    }

    // ---- put -------------------------------------------------------------------------------------------------------

    /**
     * Puts an item, in the default priority.
     *
     * @param item the item
     * @return its receipt: the item is in the queue, once
     * @throws InterruptedException as for {@link #put(Object, PutOptions)}
     */
    public Receipt put(T item) throws InterruptedException {
        return put(item, PutOptions.DEFAULT);
    }

    /**
     * Puts an item. Waits for servers and, while the queue is full, for room, as long as that takes.
     *
     * @param item the item
     * @param options priority, delay, keys
     * @return its receipt: the item is in the queue, once
     * @throws InterruptedException if the thread is interrupted before anything was sent: the item is not put
     * @throws io.pinfold.OutcomeUnknownException if the thread is interrupted later (its flag is set then), or the client is
     *     closed: the item may be in the queue
     * @throws io.pinfold.BadArgumentsException if the item takes more than 1,000,000 bytes, or than the queue may hold
     * @throws io.pinfold.NoAuthException if the client may not use the queue
     * @throws io.pinfold.ClientClosedException if the client or the queue is closed
     */
    public Receipt put(T item, PutOptions options) throws InterruptedException {
        return puts.await(puts.submit(terms.codec().encode(item), options, true))
                .orElseThrow();
    }

    /**
     * Puts an item if the queue has room. Waits for servers, but not for room.
     *
     * @param item the item
     * @param options priority, delay, keys
     * @return its receipt, or empty if the queue is full
     * @throws InterruptedException as for {@link #put(Object, PutOptions)}, which lists what else is thrown
     */
    public Optional<Receipt> offer(T item, PutOptions options) throws InterruptedException {
        return puts.await(puts.submit(terms.codec().encode(item), options, false));
    }

    /**
     * Puts an item without blocking. Items of one queue object are put in the order of the calls. What was put before and
     * is still under way takes memory: bound it.
     *
     * @param item the item
     * @param options priority, delay, keys
     * @return completes with the receipt, or fails as {@link #put(Object, PutOptions)} throws, on the client's callback
     *     executor. To cancel it takes the item back if it was not sent yet
     */
    public CompletableFuture<Receipt> putAsync(T item, PutOptions options) {
        return puts.async(puts.submit(terms.codec().encode(item), options, true), receipt -> receipt);
    }

    /**
     * Puts items in one transaction: all of them, next to each other and in this order, or none.
     *
     * @param items the items; no more than the queue may hold
     * @param options priority, delay and key of all of them
     * @return their receipts, in the same order
     * @throws InterruptedException as for {@link #put(Object, PutOptions)}, which lists what else is thrown
     * @throws io.pinfold.BadArgumentsException if they take more than 1,000,000 bytes in all, 400 for each item included
     * @throws IllegalArgumentException if there is none, or if the options have a dedup key
     */
    public List<Receipt> putAll(List<T> items, PutOptions options) throws InterruptedException {
        PutTicket ticket = puts.submitAll(encoded(items), options);
        puts.await(ticket);
        return ticket.receipts();
    }

    /**
     * Puts items in one transaction without blocking.
     *
     * @param items the items; no more than the queue may hold
     * @param options priority, delay and key of all of them
     * @return completes with their receipts, or fails, as for {@link #putAll} and {@link #putAsync}
     * @throws IllegalArgumentException as for {@link #putAll}
     */
    public CompletableFuture<List<Receipt>> putAllAsync(List<T> items, PutOptions options) {
        PutTicket ticket = puts.submitAll(encoded(items), options);
        return puts.async(ticket, first -> ticket.receipts());
    }

    private List<byte[]> encoded(List<T> items) {
        return items.stream().map(terms.codec()::encode).toList();
    }

    /**
     * Puts an item and changes other znodes, in one transaction: both happen, once, or neither does. Whoever writes down
     * what it did, and asks for what follows from that, can do it here in one step.
     *
     * @param item the item
     * @param options priority, delay, keys
     * @param others what to change besides
     * @return its receipt; if it is a duplicate, nothing was changed
     * @throws io.pinfold.TransactionFailedException if one of the operations was refused, with its place among them;
     *     nothing is changed
     * @throws InterruptedException as for {@link #put(Object, PutOptions)}, which lists what else is thrown
     */
    public Receipt putWith(T item, PutOptions options, Op... others) throws InterruptedException {
        return puts.await(puts.submit(terms.codec().encode(item), options, true, others))
                .orElseThrow();
    }

    // ---- take ------------------------------------------------------------------------------------------------------

    /**
     * Waits for an item, as long as it takes, through outages and lost sessions.
     *
     * @return the item, claimed
     * @throws InterruptedException if the thread is interrupted; what was claimed is given back then
     * @throws io.pinfold.NoAuthException if the client may not use the queue
     * @throws io.pinfold.ClientClosedException if the client or the queue is closed
     */
    public Delivery<T> take() throws InterruptedException {
        return takes.await(new Claims.Waiter<>(true)).orElseThrow();
    }

    /**
     * Waits for an item for some time, which covers everything: an empty queue, outages, lost sessions.
     *
     * @param timeout how long at most
     * @return the item, claimed; or empty if there was none in time
     * @throws io.pinfold.ConnectionLostException after the timeout, if no server answered in all that time
     * @throws InterruptedException if the thread is interrupted; what was claimed is given back then
     */
    public Optional<Delivery<T>> take(Duration timeout) throws InterruptedException {
        return takes.await(takes.within(timeout));
    }

    /**
     * Takes an item if one can be had, as one can that this process has just given back. Waits for the server, but not for
     * items.
     *
     * @return the item, claimed; or empty if there is none
     * @throws io.pinfold.PinfoldException if the server could not be asked
     * @throws InterruptedException if the thread is interrupted; what was claimed is given back then
     */
    public Optional<Delivery<T>> tryTake() throws InterruptedException {
        return takes.await(new Claims.Waiter<>(false));
    }

    /**
     * Waits for an item for some time, and takes others along that can be had at the same moment.
     *
     * @param most how many at most, at least 1
     * @param timeout how long to wait for the first one
     * @return the items, each claimed by itself, in the order of the queue; none if there was none in time
     * @throws io.pinfold.ConnectionLostException as for {@link #take(Duration)}
     * @throws InterruptedException if the thread is interrupted; what was claimed is given back then
     */
    public List<Delivery<T>> take(int most, Duration timeout) throws InterruptedException {
        return takes.several(most, timeout);
    }

    /**
     * {@return items as a stream for one subscriber at a time or several, each of whom gets as many as it asks for: no more
     * are claimed than were requested and not yet delivered, and no more than 64 at once}
     *
     * <p>The stream ends with an error when the client or the queue is closed, or the client may not use it; never by
     * itself. Signals come one at a time, on the client's callback executor. What a subscriber is given it has to end as
     * after {@link #take()}; what is claimed when it cancels is given back.
     */
    public Flow.Publisher<Delivery<T>> deliveries() {
        return subscriber -> DeliveryStream.begin(this, site.runtime().callbackExecutor(), subscriber);
    }

    /**
     * Waits for an item without blocking.
     *
     * @return the item, claimed, however long that takes; completes on the client's callback executor. To cancel the
     *     future, or complete it otherwise, ends the waiting
     */
    public CompletableFuture<Delivery<T>> takeAsync() {
        return takes.async(new Claims.Waiter<>(true), Optional::orElseThrow);
    }

    /**
     * Waits for an item for some time without blocking.
     *
     * @param timeout how long at most
     * @return as {@link #take(Duration)} returns or throws; completes on the client's callback executor. To cancel the
     *     future, or complete it otherwise, ends the waiting
     */
    public CompletableFuture<Optional<Delivery<T>>> takeAsync(Duration timeout) {
        return takes.async(takes.within(timeout), delivery -> delivery);
    }

    /**
     * Has items handled until the consumption is closed. Handlers run on the client's callback executor.
     *
     * @param workers how many items are handled at the same time, at least 1; 1 keeps their order
     * @param handler handles an item; it may block, if the callback executor has threads enough for all workers
     * @return what ends it
     */
    public Consumption consume(int workers, Handler<T> handler) {
        return consume(workers, site.runtime().callbackExecutor(), handler);
    }

    /**
     * Has items handled until the consumption is closed.
     *
     * @param workers how many items are handled at the same time, at least 1; 1 keeps their order
     * @param threads where handlers run
     * @param handler handles an item
     * @return what ends it
     */
    public Consumption consume(int workers, Executor threads, Handler<T> handler) {
        return Consumption.start(this, workers, terms.redeliveryPause(), threads, handler);
    }

    // ---- dead letters, other queues --------------------------------------------------------------------------------

    /**
     * {@return the queue of what could not be delivered: take from it to look, {@link Delivery#moveTo} this queue to try
     * again, acknowledge to forget}
     *
     * <p>It is a queue as any other, at {@code dead} below this one's path, without a bound, a limit of deliveries and dead
     * letters of its own; it is closed with this one.
     */
    public WorkQueue<T> deadLetters() {
        return grave.queue();
    }

    /** Takes a claimed item of another queue over. */
    CompletableFuture<Void> take(Claim claim) {
        Envelope envelope = claim.content().envelope();
        PutOptions options = PutOptions.priority(claim.priority()).withKey(envelope.key());
        site.layout().check(options);
        return take(claim, Envelope.of(options, envelope.payload()), options);
    }

    CompletableFuture<Void> take(Claim claim, Envelope envelope, PutOptions options) {
        return claim.move(putter, site, envelope, options);
    }

    // ---- from outside ----------------------------------------------------------------------------------------------

    /**
     * Keeps all consumers in the ensemble from taking more, until {@link #resume()}. Claims that are under way are made, and
     * what is claimed stays so; puts go on. To wait until nothing is handled any more, look at {@link #inspect()}. Stays
     * when this process ends. Does nothing if the queue is paused.
     *
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public void pause() {
        BlockingRead.await(new Switch(site).off(), path());
    }

    /**
     * Lets consumers take again. Does nothing if the queue is not paused.
     *
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public void resume() {
        BlockingRead.await(new Switch(site).on(), path());
    }

    /**
     * {@return how many items there are, and who holds which; lists the whole queue}
     *
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public QueueView inspect() {
        return BlockingRead.await(inspectAsync(), path());
    }

    /** {@return how many items there are, and who holds which; completes on the client's callback executor} */
    public CompletableFuture<QueueView> inspectAsync() {
        return Failures.unwrapped(inspection().look());
    }

    /**
     * {@return how many items there are, claimed and delayed ones included; 0 for a queue that was never used. Takes two
     * round trips and reads no names of items}
     *
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public int size() {
        return BlockingRead.await(inspection().count(), path());
    }

    private Inspection inspection() {
        return new Inspection(new QueueSite(site.client(), site.layout(), terms.acl()));
    }

    /**
     * Ends puts and takes that wait, and the watches. Does not block. Items that are claimed stay claimed, and may be ended
     * as before; items whose put is under way are put.
     */
    @Override
    public void close() {
        grave.close();
        site.step(() -> {
            putter.close();
            claims.close();
        });
    }

    @Override
    public String toString() {
        return "WorkQueue[" + path() + ']';
    }
}
