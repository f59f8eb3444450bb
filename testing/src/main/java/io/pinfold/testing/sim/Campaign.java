package io.pinfold.testing.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Many seeds on all processors: each run stays in one thread, and knows nothing of the others. Stateless. */
public final class Campaign {
    private static final int SHRINKING_RUNS = 200;

    private Campaign() {}

    /**
     * What came out of many runs. Immutable, except for the marks.
     *
     * @param runs how many there were
     * @param answers replies that reached clients
     * @param marks rare states that were reached
     * @param failure the first failure in words, with a plan that shows it; empty if there was none
     */
    public record Outcome(long runs, long answers, Marks marks, String failure) {}

    /** What one thread found. */
    private static final class Share {
        final Marks marks = new Marks();
        long runs;
        long answers;
        long failedSeed;

        @Nullable
        Throwable failure;
    }

    /** Whether to go on with the next seed. */
    @FunctionalInterface
    public interface Limit {
        /**
         * {@return whether to run this seed}
         *
         * @param seed the next one
         */
        boolean allows(long seed);
    }

    /**
     * Runs so many seeds, or fewer if one fails. Blocks until it is done.
     *
     * @param first the first seed
     * @param count how many
     * @param rules what is broken on purpose
     * @param maker who uses the ensembles
     * @return what came out
     */
    public static Outcome run(long first, long count, Rules rules, Workload.Maker maker) {
        return run(first, seed -> seed < first + count, rules, maker);
    }

    /**
     * Runs seeds until one fails or a limit is reached. Blocks until it is done.
     *
     * @param first the first seed
     * @param limit when to stop; asked by several threads
     * @param rules what is broken on purpose
     * @param maker who uses the ensembles
     * @return what came out
     */
    public static Outcome run(long first, Limit limit, Rules rules, Workload.Maker maker) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            AtomicLong next = new AtomicLong(first);
            List<Future<Share>> shares = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                shares.add(pool.submit(() -> share(next, limit, rules, maker)));
            }
            return sum(shares, rules, maker);
        } finally {
            pool.shutdown();
        }
    }

    private static Share share(AtomicLong next, Limit limit, Rules rules, Workload.Maker maker) {
        Share share = new Share();
        for (long seed = next.getAndIncrement(); limit.allows(seed); seed = next.getAndIncrement()) {
            try {
                World world = Simulation.run(Planner.of(seed), rules, maker);
                share.marks.add(world.marks());
                share.answers += world.answers();
                share.runs++;
            } catch (RuntimeException | AssertionError e) { // whatever it is, it is what came out of this seed
                share.failure = e;
                share.failedSeed = seed;
                next.set(Long.MAX_VALUE / 2);
                return share;
            }
        }
        return share;
    }

    private static Outcome sum(List<Future<Share>> shares, Rules rules, Workload.Maker maker) {
        Marks marks = new Marks();
        long runs = 0;
        long answers = 0;
        String failure = "";
        for (Future<Share> future : shares) {
            Share share = join(future);
            marks.add(share.marks);
            runs += share.runs;
            answers += share.answers;
            Throwable problem = share.failure;
            if (problem != null) {
                failure = describe(share.failedSeed, problem, rules, maker);
            }
        }
        return new Outcome(runs, answers, marks, failure);
    }

    private static Share join(Future<Share> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while seeds ran", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a thread of the simulation failed", e.getCause());
        }
    }

    /** {@return a failure with the shortest plan that shows it, and how to see it again} */
    private static String describe(long seed, Throwable problem, Rules rules, Workload.Maker maker) {
        Plan shrunk = Shrinker.shrink(Planner.of(seed), rules, maker, problem, SHRINKING_RUNS);
        return "seed " + seed + ": " + problem + "\nat " + problem.getStackTrace()[0]
                + "\nagain: mvn test -pl testing -am"
                + " -Dtest=EnsembleSimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed
                + " -Dsim.seeds=1\nas short as it gets:\n" + shrunk.text();
    }
}
