package io.pinfold.election;

import io.pinfold.ClientClosedException;
import io.pinfold.ErrorCode;
import io.pinfold.PinfoldException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Blocking;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
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
 * <p>Terms are reported in increasing order (but for servers that were set up anew, or from a backup). A leader whose term
 * was short may be passed over, unless {@link Builder#everyTerm()} is asked for. Survives lost connections and sessions;
 * meanwhile it shows what it saw last. Shows whoever is first among the candidates, which learns of its luck at about the
 * same time. Candidates with Apache Curator are shown as well. Costs one watch.
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
    private final Lookout lookout;
    private final ElectionLayout layout;

    /** What was seen last. Written by the progress. */
    private volatile Optional<Leader> leader = Optional.empty();
    /** Written by the progress. */
    private volatile Absence absence = Absence.NONE;

    // Confined to the progress.
    private final List<Listening> listeners = new ArrayList<>();
    private final List<CompletableFuture<Leader>> awaiting = new ArrayList<>();
    private boolean known;
    private boolean closed;
    /** How often it looked; who wants to look later does not if it did meanwhile. */
    private int looks;

    private int setbacks;
    private long lastTerm;
    /** The session that saw the last term, and the one whose server was last known to be up to date. */
    private long lastTermSession;

    private long upToDateSession;
    private @Nullable Subscription sessions;

    private LeaderObserver(RecipeClient client, String path, ElectionLayout layout, boolean everyTerm) {
        this.client = client;
        this.path = path;
        this.layout = layout;
        this.progress = new SerialExecutor(client.runtime().callbackExecutor());
        this.callbacks = new SerialExecutor(client.runtime().callbackExecutor());
        this.async = client.async(progress);
        Lookout.Reports reports = new Reports();
        this.lookout = everyTerm
                ? new EveryTerm(async, path, layout.names(), reports)
                : new FirstInLine(async, path, layout.names(), reports);
    }

    /**
     * {@return an observer with default settings, observing}
     *
     * @param client the client to observe with
     * @param path the znode that stands for the election; need not exist
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static LeaderObserver at(RecipeClient client, String path) {
        return builder(client, path).build();
    }

    /**
     * {@return a builder for an observer with other than default settings}
     *
     * @param client the client to observe with
     * @param path the znode that stands for the election; need not exist
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static Builder builder(RecipeClient client, String path) {
        return new Builder(client, path);
    }

    private static LeaderObserver open(Builder settings) {
        LeaderObserver observer =
                new LeaderObserver(settings.client, settings.path, settings.layout, settings.everyTerm);
        observer.progress.execute(() -> {
            observer.sessions = settings.client.addSessionListener(observer::onSession, observer.progress);
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
            return Optional.of(Blocking.get(seen, longest.toNanos()));
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
        return Place.readAll(client, path, layout.names())
                .thenApply(places -> places.stream().map(Sight::candidate).toList());
    }

    /**
     * {@return for how long this observer knew that there was no leader, in all, by this process's clock; what it does not
     * see, over a lost connection, does not count as a change}
     */
    public Duration withoutLeader() {
        return absence.total(client.runtime().nanoTime());
    }

    /** Ends the observation. Does not block; closing twice does nothing more. */
    @Override
    public void close() {
        progress.execute(this::finish);
    }

    // Everything below is confined to the progress.

    private void look() {
        if (!closed) {
            looks++;
            lookout.look();
        }
    }

    private void saw(Optional<Leader> now) {
        if (closed) {
            return;
        }
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
        absence = absence.seen(now.isPresent(), client.runtime().nanoTime());
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

    private void failed(Throwable failure) {
        if (closed) {
            return;
        }
        if (failure instanceof ClientClosedException ended) {
            awaiting.forEach(waiting -> waiting.completeExceptionally(ended));
            finish();
            return;
        }
        if (setbacks == 0 && failure instanceof PinfoldException known && known.code() != ErrorCode.CONNECTION_LOSS) {
            LOG.warn("election-unseen path={}", path, failure);
        }
        lookLater();
    }

    private void lookLater() {
        int before = looks;
        Duration pause = PAUSE_FIRST.multipliedBy(1L << Math.min(setbacks, PAUSE_DOUBLINGS_MAX));
        setbacks++;
        client.runtime()
                .schedule(
                        pause,
                        () -> progress.execute(() -> {
                            if (before == looks) {
                                look();
                            }
                        }));
    }

    private void onSession(Session session, SessionState state) {
        if (state == SessionState.CONNECTED) {
            look();
        } else if (state == SessionState.CLOSED) {
            failed(new ClientClosedException(path, "The client was closed"));
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
        lookout.close();
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

    private final class Reports implements Lookout.Reports {
        @Override
        public void saw(Optional<Leader> now) {
            LeaderObserver.this.saw(now);
        }

        @Override
        public void failed(Throwable failure) {
            LeaderObserver.this.failed(failure);
        }
    }

    /** Settings of an observer. Not thread-safe. */
    public static final class Builder {
        private final RecipeClient client;
        private final String path;
        private ElectionLayout layout = ElectionLayout.LATCH;
        private boolean everyTerm;

        private Builder(RecipeClient client, String path) {
            this.client = client;
            this.path = ZnodePath.check(path);
        }

        /**
         * Sets how the candidates' znodes are named; {@code LATCH} by default.
         *
         * @param names the same as the candidates have
         * @return this builder
         */
        public Builder layout(ElectionLayout names) {
            this.layout = names;
            return this;
        }

        /**
         * Has the observer see every term, however short, as long as its connection lasts. It is told of each candidate's
         * arrival and departure then, and reads each candidate; needs servers from 3.6 on. Of a candidate that led and
         * left before it could be read, the name is unknown; on servers before 3.9 it is passed over.
         *
         * @return this builder
         */
        public Builder everyTerm() {
            this.everyTerm = true;
            return this;
        }

        /** {@return an observer, observing} */
        public LeaderObserver build() {
            return open(this);
        }
    }
}
