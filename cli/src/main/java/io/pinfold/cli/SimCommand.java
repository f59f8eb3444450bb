package io.pinfold.cli;

import io.pinfold.cli.sim.Family;
import io.pinfold.cli.sim.Mistake;
import io.pinfold.cli.sim.RecipePrograms;
import io.pinfold.server.ConfigException;
import io.pinfold.testing.sim.Campaign;
import io.pinfold.testing.sim.MixedClients;
import io.pinfold.testing.sim.Plan;
import io.pinfold.testing.sim.Planner;
import io.pinfold.testing.sim.Rules;
import io.pinfold.testing.sim.Seeds;
import io.pinfold.testing.sim.Simulation;
import io.pinfold.testing.sim.Workload;
import io.pinfold.testing.sim.World;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pinfold sim}: simulated ensembles under faults. Confined to the thread that runs it, but for the runs. */
@Command(
        name = "sim",
        description = "Runs simulated ensembles of real engines under faults and checks every promise at every step.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "With --seed alone it runs that seed, with --plan that plan; otherwise seeds one after the other until the time",
            "is over or one fails. Then it prints the seed, the shortest plan that shows the failure and how to run it",
            "again, and ends with exit code 1. With --keep-going it runs the others all the same, and lists what failed."
        })
final class SimCommand implements Callable<Integer> {
    private static final long NANOS_PER_MINUTE = 60_000_000_000L;

    @Spec
    private CommandSpec spec;

    @Option(names = "--seed", paramLabel = "N", description = "The seed, or the first of many; default 1.")
    private @Nullable Long seed;

    @Option(names = "--seeds", paramLabel = "COUNT", description = "How many seeds to run at most.")
    private @Nullable Long seeds;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "How long to run; default 1, without --seed and --seeds.")
    private @Nullable Double minutes;

    @Option(
            names = "--threads",
            paramLabel = "T",
            description = "How many seeds run at a time; default one a processor.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--keep-going", description = "Goes on when a seed fails, and lists all that failed in the end.")
    private boolean keepGoing;

    @Option(names = "--plan", paramLabel = "FILE", description = "Runs the plan in this file.")
    private @Nullable Path plan;

    @Option(names = "--story", description = "Tells what happens, line by line, when it runs one seed or plan.")
    private boolean story;

    @Option(
            names = "--recipes",
            paramLabel = "NAMES",
            split = ",",
            description = "Which recipes the programs use, from which each seed chooses; default all.")
    private List<String> recipes = List.of();

    @Option(
            names = "--without-recipes",
            description = "Leaves out the programs with recipes, as the tests of the server do.")
    private boolean withoutRecipes;

    @Option(
            names = "--break",
            paramLabel = "RULE",
            description = "Breaks a rule on purpose, to see that it is noticed.")
    private String broken = "";

    @Override
    public Integer call() throws IOException {
        check();
        Logging.errorsOnly();
        boolean mistaken = Mistake.named(broken).isPresent();
        Seeds trial = new Seeds(mistaken ? Rules.KEPT : Rules.named(broken), maker(), this::again);
        if (plan != null) {
            return once("plan " + plan, Plan.parse(Files.readString(plan)), trial);
        }
        if (seed != null && seeds == null && minutes == null) {
            return once("seed " + seed, Planner.of(seed), trial);
        }
        return many(trial);
    }

    private void check() {
        if (!broken.isEmpty()
                && Mistake.named(broken).isEmpty()
                && Rules.broken().stream().noneMatch(rules -> rules.name().equals(broken))) {
            throw new ConfigException("--break " + broken + " is no rule; docs/internals/simulation.md lists them");
        }
        if (threads < 1) {
            throw new ConfigException("--threads " + threads + " is out of range; allowed is 1 and more");
        }
        if (plan != null && !Files.isRegularFile(plan)) {
            throw new ConfigException(plan + ": there is no such file");
        }
    }

    private Workload.Maker maker() {
        if (withoutRecipes) {
            return MixedClients::new;
        }
        return Mistake.named(broken).map(RecipePrograms::with).orElseGet(() -> RecipePrograms.of(families()));
    }

    private Set<Family> families() {
        Set<Family> chosen = recipes.isEmpty() ? Family.all() : EnumSet.noneOf(Family.class);
        for (String name : recipes) {
            chosen.add(Family.labelled(name)
                    .orElseThrow(() -> new ConfigException(
                            "--recipes " + name + " is no recipe; there are " + Family.labels(Family.all()))));
        }
        return chosen;
    }

    private String again(long number) {
        return "./pinfold sim" + (withoutRecipes ? " --without-recipes" : "")
                + (recipes.isEmpty() ? "" : " --recipes " + String.join(",", recipes))
                + (broken.isEmpty() ? "" : " --break " + broken) + " --seed " + number;
    }

    private int once(String what, Plan scenario, Seeds trial) {
        PrintWriter out = spec.commandLine().getOut();
        Consumer<String> listener = story ? out::println : null;
        try {
            World world = Simulation.run(scenario, trial.rules(), trial.maker(), listener);
            out.println(what + ": every promise was kept, " + world.answers() + " answers");
            return 0;
        } catch (RuntimeException | AssertionError e) { // whatever it is, it is what came out of this plan
            out.println(trial.explain(what, scenario, e));
            return 1;
        }
    }

    private int many(Seeds trial) {
        PrintWriter out = spec.commandLine().getOut();
        long first = seed == null ? 1 : seed;
        double limit = minutes == null && seeds == null ? 1 : minutes == null ? Double.MAX_VALUE : minutes;
        SimMeter meter = new SimMeter(out, first, seeds, (long) (limit * NANOS_PER_MINUTE));
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        Campaign.Outcome outcome = Campaign.run(
                trial, first, meter, threads, (number, problem) -> keepGoing && note(number, problem, failures));
        meter.end();
        if (!outcome.failure().isEmpty()) {
            out.println(outcome.failure());
            return 1;
        }
        out.println(String.format(
                Locale.ROOT,
                "%,d seeds from %d on: every promise was kept, %,d answers",
                outcome.runs(),
                first,
                outcome.answers()));
        out.println("rarest states: " + outcome.marks().rarest());
        if (failures.isEmpty()) {
            return 0;
        }
        out.println(failures.size() + " more seeds failed:");
        failures.forEach(out::println);
        return 1;
    }

    /** Says at once which seed failed and how, and keeps that for the list. {@return that the others shall run, too} */
    private boolean note(long number, Throwable problem, Queue<String> failures) {
        String line =
                "seed " + number + ": " + problem.toString().lines().findFirst().orElse("");
        failures.add(line);
        spec.commandLine().getOut().println(line);
        return true;
    }
}
