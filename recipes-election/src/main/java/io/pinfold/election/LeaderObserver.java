package io.pinfold.election;

import io.pinfold.ClientClosedException;
import io.pinfold.ErrorCode;
import io.pinfold.NoNodeException;
import io.pinfold.PinfoldException;
import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Children;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import io.pinfold.client.Watcher;
import io.pinfold.framework.BlockingRead;
import io.pinfold.framework.Place;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows who leads, without being a candidate.
 *
 * <pre>{@code
 * try (LeaderObserver observer = LeaderObserver.at(client, "/services/scheduler/leader")) {
 *     observer.onChange(leader -> router.target(leader.map(Leader::id)));
 *     ...
 * }
 * }</pre>
 *
 * <p>Terms are reported in increasing order (but for servers that were set up anew, or from a backup); a leader whose term was short may be passed over. Survives lost connections
 * and sessions; meanwhile it shows what it saw last. Shows whoever is first among the candidates, which learns of its
 * luck at about the same time. Candidates with Apache Curator's {@code LeaderLatch} are shown as well. Costs one watch.
 *
 * <p>Thread-safe: everything but the answers is confined to {@code progress}.
 */
public final class LeaderObserver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderObserver.class);
    private static final Duration PAUSE_FIRST = Duration.ofMillis(50);
    private static final int PAUSE_DOUBLINGS_MAX = 6;
    /** As good as for ever, and can be counted in nanoseconds. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

    private final RecipeClient client;
    private final String path;
    private final SerialExecutor progress;
    private final SerialExecutor callbacks;
    private final AsyncClient async;
    private final Watcher watcher = event -> look();

    /** What was seen last. Written by the progress. */
    private volatile Optional<Leader> leader = Optional.empty();

    // Confined to the progress.
    private final List<Listening> listeners = new ArrayList<>();
    private final List<CompletableFuture<Leader>> awaiting = new ArrayList<>();
    private boolean known;
    private boolean closed;
    /** The number of the newest question; answers to older ones are ignored. */
    private int round;

    private int setbacks;
    private long lastTerm;
    /** The session that saw the last term, and the one whose server was last known to be up to date. */
    private long lastTermSession;

    private long upToDateSession;
    /** Where the watch is, if one is set. */
    private @Nullable String watched;

    private @Nullable Subscription sessions;

    private LeaderObserver(RecipeClient client, String path) {
        this.client = client;
        this.path = ZnodePath.check(path);
        this.progress = new SerialExecutor(client.runtime().callbackExecutor());
        this.callbacks = new SerialExecutor(client.runtime().callbackExecutor());
        this.async = client.async(progress);
    }

    /**
     * {@return an observer, observing}
     *
     * @param client the client to observe with
     * @param path the znode that stands for the election; need not exist
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static LeaderObserver at(RecipeClient client, String path) {
        LeaderObserver observer = new LeaderObserver(client, path);
        observer.progress.execute(() -> {
            observer.sessions = client.addSessionListener(observer::onSession, observer.progress);
            observer.look();
        });
        return observer;
    }

    /** {@return the leader as it was seen last; does not block} */
    public Optional<Leader> leader() {
        return leader;
    }

    /**
     * Has a listener told of every change, and of what is known already. Calls come in order and one at a time, on the
     * client's callback executor.
     *
     * @param listener told of the leader, or of there being none
     * @return ends the telling when closed
     */
    public Subscription onChange(Consumer<Optional<Leader>> listener) {
        Listening listening = new Listening(listener);
        progress.execute(() -> {
            listeners.add(listening);
            if (known) {
                tell(listening, leader);
            }
        });
        return listening;
    }

    /**
     * Waits until there is a leader.
     *
     * @param timeout how long to wait at most
     * @return the leader, or empty if none was seen in that time or the observer was closed
     * @throws InterruptedException if the thread is interrupted
     * @throws io.pinfold.ClientClosedException if the client is closed
     */
    public Optional<Leader> awaitLeader(Duration timeout) throws InterruptedException {
        CompletableFuture<Leader> seen = new CompletableFuture<>();
        progress.execute(() -> await(seen));
        try {
            Duration longest = timeout.compareTo(LONGEST_WAIT) < 0 ? timeout : LONGEST_WAIT;
            return Optional.of(seen.get(longest.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | CancellationException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PinfoldException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            progress.execute(() -> awaiting.remove(seen));
        }
    }

    /**
     * {@return the candidates in the order in which they will lead, the leader first; takes two round trips}
     *
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public List<Candidate> candidates() {
        return BlockingRead.await(candidatesAsync(), path);
    }

    /** {@return the candidates in the order in which they will lead; completes on the client's callback executor} */
    public CompletableFuture<List<Candidate>> candidatesAsync() {
        return Place.readAll(client, path, LeaderElection.NAMES)
                .thenApply(places -> places.stream()
                        .map(place -> new Candidate(
                                place.text(),
                                place.path(),
                                place.stat().ephemeralOwner(),
                                place.stat().czxid()))
                        .toList());
    }

    /** Ends the observation. Does not block; closing twice does nothing more. */
    @Override
    public void close() {
        progress.execute(this::finish);
    }

    // Everything below is confined to the progress.

    private void look() {
        if (!closed) {
            round++;
            int asked = round;
            async.children(path, null).whenComplete((listing, failure) -> onListed(asked, false, listing, failure));
        }
    }

    private void onListed(int asked, boolean watching, @Nullable Children listing, @Nullable Throwable failure) {
        if (asked != round || closed) {
            return;
        }
        if (listing == null) {
            if (failure instanceof NoNodeException) {
                watched = path;
                async.exists(path, watcher).whenComplete((stat, missed) -> onLookedFor(asked, stat, missed));
            } else {
                onFailure(asked, failure);
            }
            return;
        }
        List<String> queue = LeaderElection.NAMES.inOrder(listing.names());
        if (!queue.isEmpty()) {
            watched = ZnodePath.child(path, queue.get(0));
            async.get(watched, watcher).whenComplete((node, missed) -> onRead(asked, node, missed));
        } else if (watching) {
            saw(Optional.empty());
        } else {
            // Only an empty queue is watched as a whole: else each arrival would wake every observer.
            watched = path;
            async.children(path, watcher).whenComplete((again, missed) -> onListed(asked, true, again, missed));
        }
    }

    private void onLookedFor(int asked, @Nullable Optional<Stat> stat, @Nullable Throwable failure) {
        if (asked != round || closed) {
            return;
        }
        if (stat == null) {
            onFailure(asked, failure);
        } else if (stat.isPresent()) {
            look();
        } else {
            saw(Optional.empty());
        }
    }

    private void onRead(int asked, @Nullable Node node, @Nullable Throwable failure) {
        if (asked != round || closed) {
            return;
        }
        if (node != null) {
            Place place = Place.of(node, LeaderElection.NAMES);
            Stat stat = place.stat();
            saw(Optional.of(new Leader(place.text(), stat.czxid(), place.path(), stat.ephemeralOwner())));
        } else if (failure instanceof NoNodeException) {
            look();
        } else {
            onFailure(asked, failure);
        }
    }

    private void saw(Optional<Leader> now) {
        long session = client.session().id();
        boolean anew = session != lastTermSession && session == upToDateSession;
        if (now.isPresent() && now.get().term() < lastTerm && !anew) {
            lookLater(); // a server that is behind; it will catch up
            bringUpToDate(session);
            return;
        }
        setbacks = 0;
        lastTermSession = now.isPresent() ? session : lastTermSession;
        if (known && now.equals(leader)) {
            return;
        }
        known = true;
        leader = now;
        now.ifPresent(found -> {
            lastTerm = found.term();
            awaiting.forEach(waiting -> waiting.complete(found));
            awaiting.clear();
        });
        listeners.forEach(listening -> tell(listening, now));
    }

    /** In a new session, and behind a {@code sync}, smaller terms are those of servers that were set up anew. */
    private void bringUpToDate(long session) {
        if (session != lastTermSession) {
            async.sync(path).thenAccept(synced -> upToDateSession = session);
        }
    }

    private void await(CompletableFuture<Leader> seen) {
        if (closed) {
            seen.cancel(false);
        } else {
            leader.ifPresentOrElse(seen::complete, () -> awaiting.add(seen));
        }
    }

    private void tell(Listening listening, Optional<Leader> now) {
        callbacks.execute(() -> listening.tell(now));
    }

    private void onFailure(int asked, @Nullable Throwable failure) {
        if (failure instanceof ClientClosedException ended) {
            awaiting.forEach(waiting -> waiting.completeExceptionally(ended));
            finish();
            return;
        }
        if (setbacks == 0 && failure instanceof PinfoldException known && known.code() != ErrorCode.CONNECTION_LOSS) {
            LOG.warn("election observer-sees-nothing path={} round={}", path, asked, failure);
        }
        lookLater();
    }

    private void lookLater() {
        int asked = round;
        Duration pause = PAUSE_FIRST.multipliedBy(1L << Math.min(setbacks, PAUSE_DOUBLINGS_MAX));
        setbacks++;
        client.runtime()
                .schedule(
                        pause,
                        () -> progress.execute(() -> {
                            if (asked == round) {
                                look();
                            }
                        }));
    }

    private void onSession(Session session, SessionState state) {
        if (state == SessionState.CONNECTED) {
            look();
        } else if (state == SessionState.CLOSED) {
            onFailure(round, new ClientClosedException(path, "The client was closed"));
        }
    }

    private void finish() {
        if (closed) {
            return;
        }
        closed = true;
        awaiting.forEach(waiting -> waiting.cancel(false));
        awaiting.clear();
        listeners.clear();
        if (sessions != null) {
            sessions.close();
        }
        if (watched != null) {
            async.removeWatcher(watched, watcher);
        }
    }

    /** One listener. Thread-safe: closing shows at once to the thread that calls the listener. */
    private final class Listening implements Subscription {
        private final Consumer<Optional<Leader>> listener;
        private volatile boolean open = true;

        Listening(Consumer<Optional<Leader>> listener) {
            this.listener = listener;
        }

        void tell(Optional<Leader> now) {
            if (open) {
                listener.accept(now);
            }
        }

        @Override
        public void close() {
            open = false;
            progress.execute(() -> listeners.remove(this));
        }
    }
}
