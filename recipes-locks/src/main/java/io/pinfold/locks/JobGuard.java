package io.pinfold.locks;

import io.pinfold.Acl;
import io.pinfold.ZnodePath;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.PlaceTerms;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that a periodical job is done once in each period, by one of many processes that all try.
 *
 * <pre>{@code
 * JobGuard nightly = JobGuard.builder(client, "/jobs/nightly").period(Duration.ofDays(1)).build();
 * nightly.runIfDue(run -> billing.closeDay(run.slotBegin(), run.fencingToken()));
 * }</pre>
 *
 * <p>Time is cut into slots of one period each. The guard's znode says which slot was the last that is done with; whoever finds
 * that the current one is not takes a lock, looks again, runs the job and records the slot. It does not say when to try:
 * call it from whatever scheduler there is, in every process, as often as you like.
 *
 * <p><b>What is promised.</b> No two runs of the job at the same time, up to what a lease promises ({@link JobRun#lease()});
 * each run with a larger fencing token. A slot is completed once. When a run fails, or its process dies, the slot is due
 * again, at once or when the session is over; with {@link Builder#atMostOnce()} it is not: each slot is begun once.
 *
 * <p><b>Clocks.</b> Which slot is the current one is for each process's own clock to say. Clocks that differ make a slot begin
 * earlier or later, but never twice.
 *
 * <p>Immutable and thread-safe; cheap to make, need not be closed. It leaves one persistent znode.
 */
public final class JobGuard {
    private static final PlaceNames NAMES = new PlaceNames("lock-");

    private final RecipeClient client;
    private final JobTerms terms;
    private final PlaceTerms place;
    private final DistributedLock lock;

    /**
     * A job; it may throw what it wants to.
     *
     * @param <E> what it may throw
     */
    @FunctionalInterface
    public interface Job<E extends Exception> {
        /**
         * Does the job.
         *
         * @param run for which slot, with which token and lease
         * @throws E to the caller of {@link JobGuard#runIfDue}; the slot stays due
         */
        void run(JobRun run) throws E;
    }

    private JobGuard(Builder builder, JobSchedule schedule) {
        this.client = builder.client;
        this.terms = new JobTerms(
                builder.path,
                schedule,
                builder.clock,
                builder.atMostOnce,
                builder.holdAtLeast,
                builder.ownerOrDefault(),
                builder.acl);
        String running = ZnodePath.child(builder.path, "running");
        this.place = PlaceTerms.exclusive(running, NAMES)
                .withAcl(builder.acl)
                .withData(terms.owner().getBytes(StandardCharsets.UTF_8));
        this.lock = DistributedLock.at(client, running);
    }

    /**
     * {@return a builder for a guard}
     *
     * @param client the client whose session is to own the runs
     * @param path the znode of the record, which is made when it is missing; a container that some other recipe made does not
     *     do, for the server removes it when it is empty
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static Builder builder(RecipeClient client, String path) {
        return new Builder(client, path);
    }

    /** {@return the path of the znode of the record} */
    public String path() {
        return terms.path();
    }

    /**
     * Runs the job if a slot is due and nobody else runs it, in this thread, and records the slot when it returns.
     *
     * @param job the job
     * @param <E> what the job throws
     * @return whether it was run
     * @throws E if the job does; the slot stays due
     * @throws InterruptedException if the thread is interrupted before the job begins
     * @throws io.pinfold.LeaseLostException if the run was lost before it could be recorded
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public <E extends Exception> boolean runIfDue(Job<E> job) throws E, InterruptedException {
        Optional<JobRun> due = tryBegin();
        if (due.isEmpty()) {
            return false;
        }
        try (JobRun run = due.get()) {
            job.run(run);
            run.complete();
        }
        return true;
    }

    /**
     * Begins a run if a slot is due and nobody else runs the job. Waits for the server, not for others.
     *
     * @return the run, to be {@linkplain JobRun#complete() completed} and closed, or empty
     * @throws IllegalStateException if the znode holds something else than a job's record
     * @throws InterruptedException if the thread is interrupted; nothing is begun then
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public Optional<JobRun> tryBegin() throws InterruptedException {
        return JobAttempt.begin(client, terms, place).await();
    }

    /**
     * Begins a run if a slot is due and nobody else runs the job, without blocking.
     *
     * @return as {@link #tryBegin()} returns or throws; completes on the client's callback executor. To cancel the future
     *     withdraws the attempt
     */
    public CompletableFuture<Optional<JobRun>> tryBeginAsync() {
        return JobAttempt.begin(client, terms, place).future(run -> run);
    }

    /**
     * {@return how the job stands; takes three round trips}
     *
     * @throws IllegalStateException if the znode holds something else than a job's record
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public JobView inspect() {
        return Waiting.forReply(inspectAsync(), path());
    }

    /** {@return how the job stands; completes on the client's callback executor} */
    public CompletableFuture<JobView> inspectAsync() {
        return Waiting.unwrapped(new JobRecording(client, terms).look().thenCombine(lock.inspectAsync(), JobView::of));
    }

    @Override
    public String toString() {
        return "JobGuard[" + path() + ", every " + terms.schedule().period() + ']';
    }

    /** Settings of a guard. Not thread-safe. */
    public static final class Builder {
        private final RecipeClient client;
        private final String path;
        private @Nullable Duration period;
        private Duration offset = Duration.ZERO;
        private int catchUp;
        private boolean atMostOnce;
        private Duration holdAtLeast = Duration.ZERO;
        private InstantSource clock = InstantSource.system();
        private List<Acl> acl = Acl.OPEN;
        private @Nullable String owner;

        private Builder(RecipeClient client, String path) {
            this.client = client;
            this.path = ZnodePath.check(path);
        }

        /**
         * {@return this builder}
         *
         * @param length the length of a slot, at least a millisecond; must be the same in all processes
         */
        public Builder period(Duration length) {
            this.period = length;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param after when slot 0 begins, after 1970-01-01T00:00Z; zero by default. Two hours and a period of a day make
         *     slots begin at 02:00 UTC. Must be the same in all processes
         */
        public Builder offset(Duration after) {
            this.offset = after;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param slots how many slots before the current one are made up for if they were missed, one for each call; 0 by
         *     default. Before the first run ever none was missed
         */
        public Builder catchUp(int slots) {
            this.catchUp = slots;
            return this;
        }

        /**
         * {@return this builder}
         *
         * <p>A slot is recorded before its run begins and not after it ended: a run that fails, or whose process dies, is not
         * repeated.
         */
        public Builder atMostOnce() {
            this.atMostOnce = true;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param time for how long others are kept out from the beginning of a run, if the job is done sooner; zero by
         *     default. Ends early when this process or its session does
         */
        public Builder holdAtLeast(Duration time) {
            this.holdAtLeast = time;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param source says what time it is; the system's clock by default
         */
        public Builder clock(InstantSource source) {
            this.clock = source;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param text what {@link JobGuard#inspect()} shows as owner; {@code host/pid} by default
         */
        public Builder owner(String text) {
            this.owner = text;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param entries who may do what with the guard's znodes; open to everybody by default. All who use the guard must be
         *     able to read and write its znode, and to create and delete what is below it
         */
        public Builder acl(List<Acl> entries) {
            this.acl = List.copyOf(entries);
            return this;
        }

        /**
         * {@return the guard}
         *
         * @throws IllegalStateException if there is no period
         * @throws IllegalArgumentException if a value is out of its range
         */
        public JobGuard build() {
            Duration length = period;
            if (length == null) {
                throw new IllegalStateException("The job " + path + " needs a period");
            }
            return new JobGuard(this, new JobSchedule(length, offset, catchUp));
        }

        private String ownerOrDefault() {
            String text = owner;
            return text == null ? client.runtime().processName() : text;
        }
    }
}
