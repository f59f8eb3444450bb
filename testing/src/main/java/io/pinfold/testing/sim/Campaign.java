package io.pinfold.testing.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Many runs on several processors: each run stays in one thread, and knows nothing of the others. Stateless. */
public final class Campaign {
    private Campaign() {}

    /** Runs of one kind, by number. Thread-safe: each run has a world of its own. */
    public interface Trial {
        /**
         * Runs it. Fails with a {@link RuntimeException} or an {@link AssertionError} if a promise is broken.
         *
         * @param number which run
         * @return the world at the end
         */
        World run(long number);

        /**
         * {@return a failure in words, and how to see it again}
         *
         * @param number the run that failed
         * @param problem how
         */
        String explain(long number, Throwable problem);
    }

    /** Whether to go on. Thread-safe: asked before every run by the thread that would run it. */
    @FunctionalInterface
    public interface Limit {
        /**
         * {@return whether to run this one}
         *
         * @param number the next run
         */
        boolean allows(long number);
    }

    /** Is told of each run that fails. Thread-safe: told by the thread that ran it. */
    @FunctionalInterface
    public interface Listener {
        /**
         * {@return whether to go on with other runs; if not, this is the failure that counts}
         *
         * @param number the run that failed
         * @param problem how
         */
        boolean goesOn(long number, Throwable problem);
    }

    /**
     * What came out of many runs. Immutable, except for the marks.
     *
     * @param runs how many kept every promise
     * @param answers replies that reached clients
     * @param marks rare states that were reached
     * @param failure in words, the failure that ended it; empty if there was none
     */
    public record Outcome(long runs, long answers, Marks marks, String failure) {}

    /** What one thread found. */
    private static final class Share {
        final Marks marks = new Marks();
        long runs;
        long answers;
        long failedNumber;

        @Nullable
        Throwable failure;
    }

    /**
     * Runs so many, or fewer if one fails, on all processors. Blocks until it is done.
     *
     * @param trial what to run
     * @param first the first number
     * @param count how many
     * @return what came out
     */
    public static Outcome run(Trial trial, long first, long count) {
        return run(
                trial,
                first,
                number -> number < first + count,
                Runtime.getRuntime().availableProcessors());
    }

    /**
     * Runs until one fails or a limit is reached. Blocks until it is done.
     *
     * @param trial what to run
     * @param first the first number
     * @param limit when to stop
     * @param threads how many run at the same time
     * @return what came out
     */
    public static Outcome run(Trial trial, long first, Limit limit, int threads) {
        return run(trial, first, limit, threads, (number, problem) -> false);
    }

    /**
     * Runs until a limit is reached, or until one fails and a listener does not want to go on. Blocks until it is done.
     *
     * @param trial what to run
     * @param first the first number
     * @param limit when to stop
     * @param threads how many run at the same time
     * @param listener is told of failures
     * @return what came out
     */
    public static Outcome run(Trial trial, long first, Limit limit, int threads, Listener listener) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            AtomicLong next = new AtomicLong(first);
            List<Future<Share>> shares = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                shares.add(pool.submit(() -> share(trial, next, limit, listener)));
            }
            return sum(trial, shares);
        } finally {
            pool.shutdown();
        }
    }

    private static Share share(Trial trial, AtomicLong next, Limit limit, Listener listener) {
        Share share = new Share();
        for (long number = next.getAndIncrement(); limit.allows(number); number = next.getAndIncrement()) {
            try {
                World world = trial.run(number);
                share.marks.add(world.marks());
                share.answers += world.answers();
                share.runs++;
            } catch (RuntimeException | AssertionError e) { // whatever it is, it is what came out of this run
                if (listener.goesOn(number, e)) {
                    continue;
                }
                share.failure = e;
                share.failedNumber = number;
                next.set(Long.MAX_VALUE / 2); // where no limit allows anything
                return share;
            }
        }
        return share;
    }

    private static Outcome sum(Trial trial, List<Future<Share>> shares) {
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
                failure = trial.explain(share.failedNumber, problem);
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
}
