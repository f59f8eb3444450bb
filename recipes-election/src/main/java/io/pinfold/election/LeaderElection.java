package io.pinfold.election;

import io.pinfold.Acl;
import io.pinfold.ZnodePath;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Contention;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.PlaceTerms;
import io.pinfold.framework.ProcessName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * <p>Two ways to use it: {@link #run} campaigns and leads again and again until the election is closed; {@link #campaign}
 * hands out one {@link Leadership}, which the caller resigns.
 *
 * <p><b>What is promised.</b> At most one candidate of a path leads at any moment. Each term is larger than all before.
 * A leadership that may be lost says so before the ensemble can elect another, see {@link Leadership#state()} for what
 * that takes. Candidates lead in the order in which they entered. The body of {@code run} never runs twice at the same
 * time, and the next campaign waits for it to return.
 *
 * <p><b>Lost connections.</b> A candidate waits through outages; when its session ends, it enters again, at the end. A
 * leader stays the leader over a lost connection as long as its session lives, unless told otherwise by
 * {@link Builder#revokeOn}.
 *
 * <p><b>Layout.</b> The one of Apache Curator's {@code LeaderLatch}: candidates with either take part in the same election.
 *
 * <p>Thread-safe.
 */
public final class LeaderElection implements AutoCloseable {
    /** How the candidates' znodes are named. */
    static final PlaceNames NAMES = new PlaceNames("latch-");

    private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);

    private final RecipeClient client;
    private final PlaceTerms terms;
    private final String candidate;
    private final LeaderLoop loop;

    private LeaderElection(Builder builder) {
        this.client = builder.client;
        this.candidate = builder.candidateOrDefault();
        this.terms = PlaceTerms.exclusive(builder.path, NAMES)
                .withAcl(builder.acl)
                .withData(candidate.getBytes(StandardCharsets.UTF_8));
        this.loop = new LeaderLoop(client, this::enter, candidate, builder.revokeOn, builder.failureListener);
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
    public static Builder builder(RecipeClient client, String path) {
        return new Builder(client, path);
    }

    /** {@return the path of the znode that stands for the election} */
    public String path() {
        return terms.directory();
    }

    /** {@return what this candidate calls itself} */
    public String candidate() {
        return candidate;
    }

    /**
     * Waits to be elected, however long that takes, through outages and lost sessions. The leadership belongs to the
     * caller: closing the election does not end it.
     *
     * @return the leadership, held a moment ago
     * @throws InterruptedException if the thread is interrupted; the candidacy is withdrawn then
     * @throws io.pinfold.NoAuthException if the client may not use the path
     * @throws io.pinfold.ClientClosedException if the client is closed
     */
    public Leadership campaign() throws InterruptedException {
        return enter().await().map(this::leadership).orElseThrow();
    }

    /**
     * Waits to be elected for some time, which covers everything: other leaders, outages, lost sessions.
     *
     * @param timeout how long to wait at most
     * @return the leadership, or empty if it was not to be had in time; the candidacy is withdrawn then
     * @throws io.pinfold.ConnectionLostException after the timeout, if no server answered in all that time
     * @throws InterruptedException if the thread is interrupted; the candidacy is withdrawn then
     */
    public Optional<Leadership> tryCampaign(Duration timeout) throws InterruptedException {
        return enter().await(timeout).map(this::leadership);
    }

    /**
     * Becomes a candidate without blocking.
     *
     * @return the leadership when it is held, however long that takes; completes on the client's callback executor. To
     *     cancel the future, or complete it otherwise, withdraws the candidacy
     */
    public CompletableFuture<Leadership> campaignAsync() {
        return enter().answer(lease -> leadership(lease.orElseThrow()));
    }

    /**
     * Campaigns and leads, in the calling thread, again and again until the election is closed.
     *
     * <p>The thread is interrupted in the body when the leadership is lost (see {@link Builder#revokeOn}) and when the
     * election is closed. The next campaign begins when the body has returned. Until then this candidate leads no more, but
     * keeps its place, and everybody else out, if its session lives: for half of the session's timeout after a loss by
     * silence, then the place is given away even if the body goes on. What the body throws goes to {@link Builder#onFailure} and to
     * {@link #failure()}; then the candidate resigns, pauses a moment (100 ms, doubled with each failure in a row up to
     * 5 s) and campaigns again.
     *
     * @param body what to do while leading
     * @throws InterruptedException if the thread is interrupted by anybody else; this candidate has resigned then
     * @throws io.pinfold.PinfoldException if campaigning is pointless: the client is closed, or may not use the path
     * @throws IllegalStateException if another thread is running this election, or it is closed
     */
    public void run(LeaderBody body) throws InterruptedException {
        loop.run(body);
    }

    /** {@return what the candidate of {@link #run} is doing} */
    public ElectionState state() {
        return loop.state();
    }

    /** {@return what the last body that failed threw, or why {@link #run} ended with an exception} */
    public Optional<Throwable> failure() {
        return loop.failure();
    }

    /**
     * Ends {@link #run}: withdraws the candidacy, or interrupts the body and resigns once it has returned. Waits for that,
     * at most ten seconds (not at all when called from the body); a body that takes longer keeps the leadership until it
     * returns, or the session ends. Closing twice does nothing more.
     */
    @Override
    public void close() {
        loop.close();
    }

    @Override
    public String toString() {
        return "LeaderElection[" + path() + ", " + candidate + ", " + state() + ']';
    }

    private Contention enter() {
        return Contention.enter(client, terms);
    }

    private Leadership leadership(Lease lease) {
        return new LeaseLeadership(lease, candidate);
    }

    /** Settings of a candidate. Not thread-safe. */
    public static final class Builder {
        private final RecipeClient client;
        private final String path;
        private List<Acl> acl = Acl.OPEN;
        private LeaseState revokeOn = LeaseState.LOST;
        private @Nullable String candidate;
        private Consumer<RuntimeException> failureListener = failure -> LOG.error("election body-failed", failure);

        private Builder(RecipeClient client, String path) {
            this.client = client;
            this.path = ZnodePath.check(path);
        }

        /**
         * {@return this builder}
         *
         * @param id what the candidate calls itself in the eyes of observers; {@code host/pid} by default
         */
        public Builder candidate(String id) {
            this.candidate = id;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param entries who may do what with the candidates' znodes; open to everybody by default
         */
        public Builder acl(List<Acl> entries) {
            this.acl = List.copyOf(entries);
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param state when {@link LeaderElection#run} interrupts its body: {@code LOST} (the default) when another may be
         *     elected, {@code UNCERTAIN} already when the connection is lost or silent; then the candidate resigns, even if
         *     the session lives on
         * @throws IllegalArgumentException for any other state
         */
        public Builder revokeOn(LeaseState state) {
            if (state != LeaseState.LOST && state != LeaseState.UNCERTAIN) {
                throw new IllegalArgumentException("A leadership is revoked on LOST or UNCERTAIN, not on " + state);
            }
            this.revokeOn = state;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param listener told, in the thread of {@link LeaderElection#run}, what a body threw; logs it by default
         */
        public Builder onFailure(Consumer<RuntimeException> listener) {
            this.failureListener = listener;
            return this;
        }

        /** {@return the candidate, which is in no election yet} */
        public LeaderElection build() {
            return new LeaderElection(this);
        }

        private String candidateOrDefault() {
            String id = candidate;
            return id == null ? ProcessName.hostAndPid() : id;
        }
    }
}
