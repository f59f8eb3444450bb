package io.pinfold.election;

import io.pinfold.Acl;
import io.pinfold.ZnodePath;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.LeaseState;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects the settings of a {@link LeaderElection}. Not thread-safe. */
public final class ElectionBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);

    private final RecipeClient client;
    private final String path;
    private ElectionLayout layout = ElectionLayout.LATCH;
    private List<Acl> acl = Acl.OPEN;
    private LeaseState revokeOn = LeaseState.LOST;
    private @Nullable String candidate;
    private String metadata = "";
    private @Nullable BooleanSupplier health;
    private Duration healthInterval = Duration.ofSeconds(1);
    private Consumer<RuntimeException> failureListener = failure -> LOG.error("election-body-failed", failure);
    private Consumer<TermEnd> termListener = end -> {};
    private Duration handicap = Duration.ZERO;
    private boolean closeAtShutdown;

    ElectionBuilder(RecipeClient client, String path) {
        this.client = client;
        this.path = ZnodePath.check(path);
    }

    /**
     * Sets what the candidate calls itself in the eyes of observers; {@code host/pid} by default.
     *
     * @param id without the character 0, and not empty
     * @return this builder
     */
    public ElectionBuilder candidate(String id) {
        if (id.isEmpty() || id.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("A candidate needs a name, without the character 0");
        }
        this.candidate = id;
        return this;
    }

    /**
     * Sets what else the candidate says about itself, such as its address; a leader can {@link Leadership#proclaim}
     * something else later.
     *
     * @param text what observers see
     * @return this builder
     */
    public ElectionBuilder metadata(String text) {
        this.metadata = text;
        return this;
    }

    /**
     * Sets with which of Apache Curator's elections this one shares its znodes; {@code LATCH} by default.
     *
     * @param names how the candidates' znodes are named; the same for all candidates and observers of a path
     * @return this builder
     */
    public ElectionBuilder layout(ElectionLayout names) {
        this.layout = names;
        return this;
    }

    /**
     * Sets who may do what with the candidates' znodes; open to everybody by default.
     *
     * @param entries the entries; candidates must be able to read each other's znodes
     * @return this builder
     */
    public ElectionBuilder acl(List<Acl> entries) {
        this.acl = List.copyOf(entries);
        return this;
    }

    /**
     * Sets when a leader must stop: {@code LOST} (the default) when another may be elected, {@code UNCERTAIN} already when
     * the connection is lost or silent, even if the session lives on.
     *
     * @param state {@code LOST} or {@code UNCERTAIN}
     * @return this builder
     * @throws IllegalArgumentException for any other state
     */
    public ElectionBuilder revokeOn(LeaseState state) {
        if (state != LeaseState.LOST && state != LeaseState.UNCERTAIN) {
            throw new IllegalArgumentException("A leadership is revoked on LOST or UNCERTAIN, not on " + state);
        }
        this.revokeOn = state;
        return this;
    }

    /**
     * Has the candidate stay out of the election while it is not healthy: it enters when it is, leaves the queue when it
     * is not any more, and a leader must stop. By default candidates are always healthy.
     *
     * @param check asked before the candidate enters and then again and again; false, and an exception, mean not healthy;
     *     called on the client's callback executor, one call at a time
     * @param interval how long between one answer and the next question; more than zero
     * @return this builder
     */
    public ElectionBuilder whileHealthy(BooleanSupplier check, Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("The interval of health checks must be more than zero, not " + interval);
        }
        this.health = check;
        this.healthInterval = interval;
        return this;
    }

    /**
     * Lets others go first: each campaign enters the queue so much later. Of candidates that campaign at about the same time,
     * as after a restart of all, the one with the smallest handicap leads; where it runs, which machine is the largest, and
     * the like may say who that is. It is a preference, no rule: who leads already goes on, see
     * {@link Leadership#transferTo} for that. None by default.
     *
     * @param delay how much later, not negative
     * @return this builder
     */
    public ElectionBuilder handicap(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("A handicap is not negative, as " + delay + " is");
        }
        this.handicap = delay;
        return this;
    }

    /**
     * Sets who is told what a body threw; it is logged by default.
     *
     * @param listener called on the client's callback executor
     * @return this builder
     */
    public ElectionBuilder onFailure(Consumer<RuntimeException> listener) {
        this.failureListener = listener;
        return this;
    }

    /**
     * Sets who is told of the end of each term, and why it ended.
     *
     * @param listener called on the client's callback executor, once for each term
     * @return this builder
     */
    public ElectionBuilder onTermEnd(Consumer<TermEnd> listener) {
        this.termListener = listener;
        return this;
    }

    /**
     * Has the election closed when the JVM shuts down, so that the next candidate need not wait for the end of the
     * session. Costs a shutdown hook from the first {@link LeaderElection#run} until the election is closed.
     *
     * @return this builder
     */
    public ElectionBuilder closeAtShutdown() {
        this.closeAtShutdown = true;
        return this;
    }

    /** {@return the candidate, which is in no election yet} */
    public LeaderElection build() {
        String id = candidate;
        return new LeaderElection(
                client,
                new ElectionSettings(
                        path,
                        layout,
                        id == null ? client.runtime().processName() : id,
                        metadata,
                        acl,
                        revokeOn,
                        health,
                        healthInterval,
                        handicap,
                        failureListener,
                        termListener,
                        closeAtShutdown));
    }
}
