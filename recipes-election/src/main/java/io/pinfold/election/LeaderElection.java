package io.pinfold.election;

import io.pinfold.client.Blocking;
import io.pinfold.client.RecipeClient;
import io.pinfold.election.TermEnd.Reason;
import io.pinfold.framework.Lease;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A candidate in the election of one leader among processes all over a network.
 *
 * <pre>{@code
 * try (var election = LeaderElection.builder(client, "/services/scheduler/leader").candidate("node-3").build()) {
 *     election.run(leadership -> {
 *         while (leadership.isHeld()) {
 *             scheduler.tick(leadership.term());
 *         }
 *     });
 * }
 * }</pre>
 *
 * <p>Three ways to use it: {@link #run} campaigns and leads again and again, in the calling thread, until the election is
 * closed; {@link #runAsync} does the same without a thread, for processes that stand in many elections; {@link #campaign}
 * hands out one {@link Leadership}, which the caller resigns.
 *
 * <p><b>What is promised.</b> At most one candidate of a path leads at any moment. Each term is larger than all before.
 * A leadership that may be lost says so before the ensemble can elect another, see {@link Leadership#state()} for what
 * that takes, and every term that ends says why. Candidates lead in the order in which they entered, unless a leader
 * chooses its successor. The body of {@code run} never runs twice at the same time, and the next campaign waits for it to
 * return.
 *
 * <p><b>Lost connections.</b> A candidate waits through outages; when its session ends, it enters again, at the end. A
 * leader stays the leader over a lost connection as long as its session lives, unless told otherwise by
 * {@link ElectionBuilder#revokeOn}.
 *
 * <p><b>Layout.</b> The one of Apache Curator's {@code LeaderLatch} or, if wished, of its {@code LeaderSelector}:
 * candidates with either library take part in the same election. Znodes with other names are ignored.
 *
 * <p>Thread-safe: one run at a time, by compare-and-set.
 */
public final class LeaderElection implements AutoCloseable {
    private static final long CLOSE_WAIT_SECONDS = 10;

    /** A run, and the thread of its bodies if it has one. */
    private record Running(ElectionRun run, @Nullable BodyThread thread) {}

    private final RecipeClient client;
    private final ElectionSettings settings;
    private final TermLog log = new TermLog();
    private final Set<Candidacy> campaigns = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Running> running = new AtomicReference<>();
    private final ShutdownHook shutdownHook = new ShutdownHook(this::close);
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;

    LeaderElection(RecipeClient client, ElectionSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /**
     * {@return a candidate with default settings, which calls itself {@code host/pid}}
     *
     * @param client the client whose session is to own the leadership
     * @param path the znode that stands for the election; it and its parents are made, as containers, when missing
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static LeaderElection at(RecipeClient client, String path) {
        return builder(client, path).build();
    }

    /**
     * {@return a builder for a candidate with other than default settings}
     *
     * @param client the client whose session is to own the leadership
     * @param path the znode that stands for the election
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static ElectionBuilder builder(RecipeClient client, String path) {
        return new ElectionBuilder(client, path);
    }

    /** {@return the path of the znode that stands for the election} */
    public String path() {
        return settings.path();
    }

    /** {@return what this candidate calls itself} */
    public String candidate() {
        return settings.candidate();
    }

    /**
     * Waits to be elected, however long that takes, through outages and lost sessions. The leadership belongs to the
     * caller: closing the election does not end it.
     *
     * @return the leadership, held a moment ago
     * @throws InterruptedException if the thread is interrupted; the candidacy is withdrawn then
     * @throws IllegalStateException if the election is closed, before or meanwhile
     * @throws io.pinfold.NoAuthException if the client may not use the path
     * @throws io.pinfold.ClientClosedException if the client is closed
     */
    public Leadership campaign() throws InterruptedException {
        return enter().await().map(this::begin).orElseThrow();
    }

    /**
     * Waits to be elected for some time, which covers everything: other leaders, outages, lost sessions, bad health.
     *
     * @param timeout how long to wait at most
     * @return the leadership, or empty if it was not to be had in time; the candidacy is withdrawn then
     * @throws io.pinfold.ConnectionLostException after the timeout, if no server answered in all that time
     * @throws IllegalStateException if the election is closed, before or meanwhile
     * @throws InterruptedException if the thread is interrupted; the candidacy is withdrawn then
     */
    public Optional<Leadership> tryCampaign(Duration timeout) throws InterruptedException {
        return enter().await(timeout).map(this::begin);
    }

    /**
     * Becomes a candidate without blocking.
     *
     * @return the leadership when it is held, however long that takes; completes on the client's callback executor. To
     *     cancel the future, or complete it otherwise, withdraws the candidacy
     */
    public CompletableFuture<Leadership> campaignAsync() {
        return enter().answer(lease -> begin(lease.orElseThrow()));
    }

    /**
     * Becomes a candidate for some time, without blocking.
     *
     * @param timeout how long at most, as for {@link #tryCampaign}
     * @return the leadership, or empty if it was not to be had in time; completes on the client's callback executor. To
     *     cancel the future, or complete it otherwise, withdraws the candidacy
     */
    public CompletableFuture<Optional<Leadership>> tryCampaignAsync(Duration timeout) {
        return enter().within(timeout).answer(lease -> lease.map(this::begin));
    }

    /**
     * Campaigns and leads, in the calling thread, again and again until the election is closed.
     *
     * <p>The thread is interrupted in the body when the term ends, for whatever reason (see {@link TermEnd.Reason}) but the
     * leader's own resignation. The next campaign begins when the body has returned. Until then this candidate leads no
     * more, but keeps its place, and everybody else out, if its session lives: for half of the session's timeout after a
     * loss by silence, then the place is given away even if the body goes on. What the body throws goes to
     * {@link ElectionBuilder#onFailure} and to {@link #failure()}; then the candidate resigns, pauses a moment (100 ms,
     * doubled with each failure in a row up to 5 s) and campaigns again.
     *
     * @param body what to do while leading
     * @throws InterruptedException if the thread is interrupted by anybody else; this candidate has resigned then
     * @throws io.pinfold.PinfoldException if campaigning is pointless: the client is closed, or may not use the path
     * @throws IllegalStateException if this election runs already, or it is closed
     */
    public void run(LeaderBody body) throws InterruptedException {
        BodyThread thread = new BodyThread(body);
        Running begun = begin(thread::lead, thread);
        begun.run().over().whenComplete((nothing, failed) -> thread.noMore());
        begun.run().start();
        try {
            thread.serve(begun.run());
        } finally {
            running.compareAndSet(begun, null);
        }
        if (begun.run().over().isCompletedExceptionally()) {
            throw Candidacy.unwrapped(failure);
        }
    }

    /**
     * Campaigns and leads again and again until the election is closed, without a thread of its own. One session can stand
     * in any number of elections.
     *
     * <p>As {@link #run}, but that nobody is interrupted: who leads has to stop when {@link Leadership#ended()} completes.
     * On a simulated client it runs on virtual time.
     *
     * @param task what to do while leading
     * @return completes when the election was closed and the leader has stopped; fails with a
     *     {@link io.pinfold.PinfoldException} if campaigning is pointless: the client is closed, or may not use the path.
     *     To cancel it ends the run as well
     * @throws IllegalStateException if this election runs already, or it is closed
     */
    public CompletableFuture<Void> runAsync(LeaderTask task) {
        Running begun = begin(task, null);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        begun.run().over().whenComplete((nothing, failed) -> {
            running.compareAndSet(begun, null);
            client.runtime().callbackExecutor().execute(() -> {
                if (failed == null) {
                    answer.complete(null);
                } else {
                    answer.completeExceptionally(Candidacy.unwrapped(failed));
                }
            });
        });
        answer.whenComplete((nothing, failed) -> {
            if (failed instanceof CancellationException) {
                begun.run().stop(Reason.INTERRUPTED);
            }
        });
        begun.run().start();
        return answer;
    }

    /**
     * Ends the present term of {@link #run}, if there is one: the body is interrupted, and when it has returned the next
     * candidate leads, and this one campaigns again, at the end. Does not block. Does nothing for a leadership that
     * {@link #campaign} handed out.
     */
    public void resign() {
        Running now = running.get();
        if (now != null) {
            now.run().resign();
        }
    }

    /**
     * Ends the present term of {@link #run} in favour of a candidate of one's choice. Does not block. The body goes on
     * until the chosen one is next; then it is interrupted, and when it has returned the chosen one leads, and this one
     * campaigns again, at the end. For what that takes see {@link Leadership#transferTo}.
     *
     * @param candidate what the chosen one calls itself
     * @param timeout how long it may take until the chosen one is next
     * @return whether the term ends in favour of the chosen one; if not, this one goes on: it does not lead, there is no
     *     such candidate, or the time was over
     */
    public CompletableFuture<Boolean> transferTo(String candidate, Duration timeout) {
        Running now = running.get();
        return now == null
                ? CompletableFuture.completedFuture(false)
                : now.run().transfer(candidate, timeout).copy();
    }

    /** {@return what the candidate of {@link #run} is doing} */
    public ElectionState state() {
        Running now = running.get();
        if (now != null && !now.run().over().isDone()) {
            return now.run().state();
        }
        return closed ? ElectionState.CLOSED : ElectionState.IDLE;
    }

    /** {@return what the last body that failed threw, or why {@link #run} ended with an exception} */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** {@return how many terms this candidate led, for how long, and why they ended} */
    public TermStats stats() {
        return log.stats();
    }

    /**
     * Ends everything but a leadership that {@link #campaign} handed out: withdraws campaigns, which fail with an
     * {@link IllegalStateException}, and the candidacy of {@link #run}, or interrupts its body and resigns once it has
     * returned. Waits for that, at most ten seconds (not at all when called from the body, nor for {@link #runAsync}); a
     * body that takes longer keeps the leadership until it returns, or the session ends. Closing twice does nothing more.
     */
    @Override
    public void close() {
        Running now = endAll();
        if (now == null || now.thread() == null || now.thread().isCurrent()) {
            return;
        }
        try {
            Blocking.get(now.run().over(), TimeUnit.SECONDS.toNanos(CLOSE_WAIT_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            return; // it goes on closing, or ended with an exception that run() throws
        }
    }

    /**
     * Ends everything, as {@link #close} does, without blocking.
     *
     * @return completes when the body has returned and no znode of the candidate of {@link #run} is left, on the client's
     *     callback executor; never fails
     */
    public CompletableFuture<Void> closeAsync() {
        Running now = endAll();
        return now == null
                ? CompletableFuture.completedFuture(null)
                : now.run().gone().copy();
    }

    @Override
    public String toString() {
        return "LeaderElection[" + path() + ", " + candidate() + ", " + state() + ']';
    }

    private @Nullable Running endAll() {
        closed = true;
        shutdownHook.remove();
        campaigns.forEach(campaign -> campaign.refuse(isClosed()));
        Running now = running.get();
        if (now != null) {
            now.run().stop(Reason.ELECTION_CLOSED);
        }
        return now;
    }

    private Running begin(LeaderTask task, @Nullable BodyThread thread) {
        ElectionRun run = new ElectionRun(client, settings, log, task, thrown -> failure = thrown);
        Running begun = new Running(run, thread);
        if (!running.compareAndSet(null, begun)) {
            throw new IllegalStateException("The election runs already");
        }
        if (closed) {
            running.set(null);
            throw isClosed();
        }
        if (settings.closeAtShutdown()) {
            shutdownHook.add();
        }
        return begun;
    }

    private Candidacy enter() {
        Candidacy campaign = Candidacy.enter(client, settings, state -> {});
        campaigns.add(campaign);
        campaign.settled().whenComplete((lease, failed) -> campaigns.remove(campaign));
        if (closed) {
            campaign.refuse(isClosed());
        }
        return campaign;
    }

    private Leadership begin(Lease lease) {
        return ElectedLeadership.begin(client, settings, log, lease);
    }

    private static IllegalStateException isClosed() {
        return new IllegalStateException("The election is closed");
    }
}
