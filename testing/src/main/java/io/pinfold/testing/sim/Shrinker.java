package io.pinfold.testing.sim;

import io.pinfold.testing.sim.oracle.Violation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes away from a plan whatever its failure does not need: faults first, then their length. What is left breaks the same
 * promise. Confined to the thread that uses it.
 */
public final class Shrinker {
    private final Rules rules;
    private final Workload.Maker maker;
    private final String broken;
    private int runsLeft;

    private Shrinker(Rules rules, Workload.Maker maker, String broken, int mostRuns) {
        this.rules = rules;
        this.maker = maker;
        this.broken = broken;
        this.runsLeft = mostRuns;
    }

    /**
     * {@return a plan with as few faults as were found that breaks the same promise}
     *
     * @param plan one that fails
     * @param rules what is broken on purpose
     * @param maker who uses the ensemble
     * @param failure how it fails
     * @param mostRuns how many runs to try at most
     */
    public static Plan shrink(Plan plan, Rules rules, Workload.Maker maker, Throwable failure, int mostRuns) {
        Shrinker shrinker = new Shrinker(rules, maker, nameOf(failure), mostRuns);
        return shrinker.shorten(shrinker.thin(shrinker.hurry(plan)));
    }

    /** {@return what a failure is called: the promise, if one was broken} */
    public static String nameOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof Violation violation
                ? violation.invariant()
                : root.getClass().getSimpleName();
    }

    private boolean fails(Plan plan) {
        if (runsLeft-- <= 0) {
            return false;
        }
        Throwable failure = outcome(plan);
        return failure != null && nameOf(failure).equals(broken);
    }

    private @Nullable Throwable outcome(Plan plan) {
        try {
            Simulation.run(plan, rules, maker);
            return null;
        } catch (RuntimeException | AssertionError e) { // whatever it is, it is the outcome of this plan
            return e;
        }
    }

    private Plan hurry(Plan plan) {
        Plan punctual = new Plan(plan.seed(), plan.setup().punctual(), plan.faults());
        return plan.setup().lateMicros() > 0 && fails(punctual) ? punctual : plan;
    }

    /** Takes away halves, then quarters, and so on. */
    private Plan thin(Plan plan) {
        Plan best = plan;
        int pieces = 2;
        while (best.faults().size() > 1 && pieces <= best.faults().size() * 2 && runsLeft > 0) {
            Plan smaller = withoutOnePiece(best, Math.min(pieces, best.faults().size()));
            if (smaller != null) {
                best = smaller;
                pieces = Math.max(2, pieces - 1);
            } else if (pieces >= best.faults().size()) {
                break;
            } else {
                pieces *= 2;
            }
        }
        return best;
    }

    private @Nullable Plan withoutOnePiece(Plan plan, int pieces) {
        int size = plan.faults().size();
        for (int piece = pieces - 1; piece >= 0; piece--) {
            List<Fault> left = new ArrayList<>(plan.faults().subList(0, size * piece / pieces));
            left.addAll(plan.faults().subList(size * (piece + 1) / pieces, size));
            Plan candidate = plan.with(left);
            if (left.size() < size && fails(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    private Plan shorten(Plan plan) {
        Plan best = plan;
        for (int i = 0; i < best.faults().size(); i++) {
            List<Fault> shorter = new ArrayList<>(best.faults());
            Fault fault = shorter.get(i);
            if (fault.forMillis() > 16) {
                shorter.set(i, fault.lasting(fault.forMillis() / 4));
                Plan candidate = best.with(shorter);
                best = fails(candidate) ? candidate : best;
            }
        }
        return best;
    }
}
