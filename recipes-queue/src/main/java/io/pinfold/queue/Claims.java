package io.pinfold.queue;

import io.pinfold.ClientClosedException;
import io.pinfold.ErrorCode;
import io.pinfold.PinfoldException;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.Session;
import io.pinfold.framework.Failures;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings those who wait for an item together with items that can be claimed: as many attempts at a time as somebody waits
 * for. An item that was delivered too often goes to the dead letters instead.
 *
 * <p>Several consumers see the same picture and would all try for the same item. Who was too late passes over some items
 * the next time, by chance, and over none when it was in time; so a single consumer keeps the order strictly, and many do
 * not get into each other's way.
 *
 * <p>Confined to the queue's progress.
 */
final class Claims<T> implements Feed.Listener, Attempt.Outcome {
    private static final int WIDEST_SPREAD = 64;
    private static final Duration LONGEST_NAP = Duration.ofSeconds(30);

    /** Somebody who waits for an item. */
    static final class Waiter<T> {
        final boolean patient;
        final CompletableFuture<Optional<Delivery<T>>> done = new CompletableFuture<>();

        Waiter(boolean patient) {
            this.patient = patient;
        }
    }

    /** Takes what cannot be delivered. */
    @FunctionalInterface
    interface Undertaker {
        CompletableFuture<Void> bury(Claim claim, String reason);
    }

    private final QueueSite site;
    private final Backlog backlog;
    private final Feed feed;
    private final int maxDeliveries;
    private final @Nullable Duration handling;
    private final byte[] consumer;
    private final Undertaker undertaker;
    private final Function<Claim, Delivery<T>> opener;
    private final Deque<Waiter<T>> waiting = new ArrayDeque<>();
    private final Map<String, Claim> standing = new HashMap<>();
    private final Patience patience = Patience.withServers();
    private int attempts;
    private int spread = 1;
    private boolean pausing;
    private boolean askingTime;
    private boolean closed;
    private ClientRuntime.@Nullable Cancellable alarm;

    Claims(QueueSite site, QueueTerms<T> terms, Undertaker undertaker, Function<Claim, Delivery<T>> opener) {
        this.site = site;
        this.backlog = new Backlog(site.layout()::parse);
        this.feed = new Feed(site, backlog, this);
        this.maxDeliveries = terms.maxDeliveries();
        this.handling = terms.handlingTimeout();
        this.consumer = terms.consumerBytes();
        this.undertaker = undertaker;
        this.opener = opener;
    }

    void enter(Waiter<T> waiter) {
        if (closed) {
            waiter.done.completeExceptionally(
                    new ClientClosedException(site.layout().root(), "The queue is closed"));
            return;
        }
        waiting.add(waiter);
        feed.start();
        pump();
    }

    /** {@return whether a server answered since the start} */
    boolean isReady() {
        return feed.isReady();
    }

    void close() {
        closed = true;
        feed.close();
        failAll(new ClientClosedException(site.layout().root(), "The queue was closed"));
    }

    // ---- who waits for what ----------------------------------------------------------------------------------------

    private void pump() {
        waiting.removeIf(waiter -> waiter.done.isDone());
        boolean knowsTime = site.clock().isFresh(site.now());
        if (knowsTime) {
            backlog.timeIs(site.clock().atLeast(site.now()));
        }
        while (feed.isCurrent() && !closed && !pausing && attempts < waiting.size()) {
            String guid = site.runtime().newGuid();
            Optional<Item> item = backlog.begin(Math.floorMod(guid.hashCode(), spread));
            if (item.isEmpty()) {
                break;
            }
            attempts++;
            new Attempt(site, item.get(), guid, consumer, this).start();
        }
        boolean knowsAll = feed.isCurrent() && (knowsTime || backlog.nextDue().isEmpty());
        if (attempts == 0 && knowsAll && !backlog.hasFree() && !isReturning()) {
            waiting.removeIf(waiter -> !waiter.patient && waiter.done.complete(Optional.empty()));
        }
        setAlarm();
    }

    /** {@return whether this process gives an item back just now: nobody is told that there is none before that is done} */
    private boolean isReturning() {
        for (Claim claim : standing.values()) {
            if (claim.isReturning()) {
                return true;
            }
        }
        return false;
    }

    /** Sees to it that somebody looks when the next item is due; that may be now, though others are free. */
    private void setAlarm() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
        OptionalLong due = backlog.nextDue();
        if (due.isEmpty() || waiting.isEmpty() || closed) {
            return;
        }
        if (!site.clock().isFresh(site.now())) {
            askTime();
        } else if (waiting.size() > attempts) {
            Duration left = Duration.ofMillis(due.getAsLong() - site.clock().atLeast(site.now()));
            alarm = site.later(left.compareTo(LONGEST_NAP) < 0 ? left : LONGEST_NAP, this::pump);
        }
    }

    private void askTime() {
        if (askingTime) {
            return;
        }
        askingTime = true;
        site.askTime().whenComplete((nothing, failure) -> {
            askingTime = false;
            if (failure == null) {
                pump();
            } else {
                if (attempts == 0) {
                    troubled(Failures.causeOf(failure));
                }
                alarm = site.later(patience.next(), this::pump);
            }
        });
    }

    private void pause() {
        if (!pausing) {
            pausing = true;
            site.later(patience.next(), () -> {
                pausing = false;
                pump();
            });
        }
    }

    private void failAll(PinfoldException cause) {
        List<Waiter<T>> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(waiter -> waiter.done.completeExceptionally(cause));
    }

    // ---- what the feed says ----------------------------------------------------------------------------------------

    @Override
    public void changed() {
        pump();
    }

    @Override
    public void claimGone(String path) {
        Claim claim = standing.get(path);
        if (claim != null) {
            claim.nodeGone();
        }
    }

    @Override
    public void itemGone(String path) {
        if (site.layout().isFlat()) {
            for (Claim claim : List.copyOf(standing.values())) {
                if (claim.itemPath().equals(path)) {
                    claim.itemGone();
                }
            }
        }
    }

    @Override
    public void claimsMayBeGone() {
        for (Claim claim : List.copyOf(standing.values())) {
            site.async().exists(claim.path(), null).thenAccept(stat -> {
                if (stat.isEmpty()) {
                    claim.nodeGone();
                }
            });
        }
    }

    @Override
    public void troubled(PinfoldException cause) {
        waiting.removeIf(waiter -> !waiter.patient && waiter.done.completeExceptionally(cause));
    }

    @Override
    public void hopeless(PinfoldException cause) {
        failAll(cause);
    }

    // ---- what became of an attempt ---------------------------------------------------------------------------------

    @Override
    public void claimed(String path, Session session, long token, Claim.Content content) {
        Claim claim = ended(path, session, token, content);
        if (maxDeliveries > 0 && content.deliveries() > maxDeliveries) {
            undertaker.bury(
                    claim, maxDeliveries + " deliveries ended without an acknowledgement, a rejection or a move");
        } else {
            open(claim);
        }
        pump();
    }

    @Override
    public void unreadable(String path, Session session, long token, Claim.Content content, String why) {
        undertaker.bury(ended(path, session, token, content), why);
        pump();
    }

    private Claim ended(String path, Session session, long token, Claim.Content content) {
        patience.reset();
        spread = spread > 1 ? spread / 2 : 1;
        attempts--;
        backlog.end(content.item());
        Claim claim = new Claim(site, session, path, token, content);
        standing.put(path, claim);
        claim.gone()
                .thenRun(() -> site.step(() -> {
                    standing.remove(path);
                    deleteUsedUpBuckets();
                    pump();
                }));
        return claim;
    }

    private void open(Claim claim) {
        Delivery<T> delivery;
        try {
            delivery = opener.apply(claim);
        } catch (RuntimeException e) { // the user's codec
            undertaker.bury(claim, "The codec cannot read the item: " + e);
            return;
        }
        if (handling != null) {
            claim.limit(handling);
        }
        while (!waiting.isEmpty()) {
            if (waiting.remove().done.complete(Optional.of(delivery))) {
                return;
            }
        }
        claim.giveBack(Duration.ZERO);
    }

    @Override
    public void taken(Item item) {
        spread = Math.min(spread * 2, WIDEST_SPREAD);
        undecided(item);
    }

    @Override
    public void undecided(Item item) {
        // A look at both leaves nothing to guess. Each answer counts when it comes: between the two there may be
        // events.
        CompletableFuture<Void> marker = site.async()
                .exists(site.layout().marker(item), null)
                .thenAccept(stat -> stat.ifPresent(there -> backlog.markerAdded(item.marker())));
        CompletableFuture<Void> found = site.async()
                .exists(site.layout().item(item), null)
                .thenAccept(stat -> {
                    if (stat.isEmpty()) {
                        backlog.itemRemoved(item.bucket(), item.name());
                    }
                });
        marker.thenCombine(found, (known, too) -> known).whenComplete((both, failure) -> {
            attempts--;
            backlog.end(item);
            if (failure == null) {
                pump();
            } else {
                pause();
            }
        });
    }

    @Override
    public void failed(Item item, PinfoldException cause) {
        attempts--;
        backlog.end(item);
        if (cause.code() == ErrorCode.NO_NODE) {
            site.layOut().whenComplete((nothing, failure) -> pause()); // whoever put the item made no room for claims
        } else if (Failures.mayPass(cause)) {
            troubled(cause);
            pause();
        } else {
            failAll(cause);
        }
    }

    private void deleteUsedUpBuckets() {
        for (int bucket : backlog.usedUp()) {
            backlog.bucketRemoved(bucket);
            site.async().delete(site.layout().bucket(bucket), -1);
        }
    }
}
