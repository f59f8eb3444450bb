package io.pinfold.testing.sim;

import java.util.function.LongFunction;

/**
 * Runs whose plans are made from seeds. Immutable.
 *
 * @param rules what is broken on purpose
 * @param maker who uses the ensembles
 * @param again the command that runs a seed again
 */
public record Seeds(Rules rules, Workload.Maker maker, LongFunction<String> again) implements Campaign.Trial {
    private static final int SHRINKING_RUNS = 200;

    @Override
    public World run(long seed) {
        return Simulation.run(Planner.of(seed), rules, maker);
    }

    @Override
    public String explain(long seed, Throwable problem) {
        return explain("seed " + seed, Planner.of(seed), problem) + "\nagain: " + again.apply(seed);
    }

    /**
     * {@return a failure in words, with the shortest plan that was found to show it}
     *
     * @param what what failed
     * @param plan the plan that failed
     * @param problem how
     */
    public String explain(String what, Plan plan, Throwable problem) {
        Plan shrunk = Shrinker.shrink(plan, rules, maker, problem, SHRINKING_RUNS);
        return what + ": " + problem + "\nat " + problem.getStackTrace()[0] + "\nas short as it gets:\n"
                + shrunk.text().trim();
    }
}
