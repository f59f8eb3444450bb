package io.pinfold.cli;

import io.pinfold.client.PinfoldClient;
import io.pinfold.election.ElectionBuilder;
import io.pinfold.election.ElectionLayout;
import io.pinfold.election.LeaderElection;
import io.pinfold.election.Leadership;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pinfold elect}: a command that runs while this candidate leads. Confined to the thread that runs it. */
@Command(
        name = "elect",
        description = "Runs a command while being the leader.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "COMMAND finds PINFOLD_TERM and PINFOLD_TOKEN (the same number), PINFOLD_CANDIDATE, PINFOLD_PATH,",
            "PINFOLD_LEASE, PINFOLD_SESSION and PINFOLD_SERVERS in its environment. It ends with the code of COMMAND, or",
            "with 69 when no server answers, 73 when it was not elected in time, 75 when leadership was lost while COMMAND",
            "ran, which is ended then, 126 and 127 when COMMAND cannot be run or found."
        })
final class ElectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions servers;

    @Option(names = "--candidate", paramLabel = "NAME", description = "The candidate's name; default HOST/PID.")
    private @Nullable String candidate;

    @Option(
            names = "--metadata",
            paramLabel = "TEXT",
            description = "What observers see of the leader, like an address.")
    private @Nullable String metadata;

    @Option(names = "--again", description = "After a loss it campaigns again, and runs COMMAND anew when elected.")
    private boolean again;

    @Option(names = "--selector", description = "Uses the znodes of Curator's LeaderSelector, not of its LeaderLatch.")
    private boolean selector;

    @Mixin
    private ChildOptions child;

    @Override
    public Integer call() throws InterruptedException {
        Logging.errorsOnly();
        PrintWriter err = spec.commandLine().getErr();
        try (SignalRelay signals = SignalRelay.toThisThread();
                PinfoldClient client = servers.connect("elect");
                LeaderElection election = election(client)) {
            GuardedRun run = new GuardedRun(client, servers, child, err);
            Duration wait = child.patience();
            while (true) {
                Optional<Leadership> elected =
                        wait == null ? Optional.of(election.campaign()) : election.tryCampaign(wait);
                if (elected.isEmpty()) {
                    err.println("pinfold: not elected at " + child.path()
                            + (wait == null ? "" : " within " + Span.words(wait)));
                    return Failure.NOT_IN_TIME;
                }
                GuardedRun.Outcome outcome = lead(run, elected.get());
                if (!again || !outcome.lost()) {
                    signals.endsWith(outcome.exitCode());
                    return outcome.exitCode();
                }
            }
        }
    }

    private GuardedRun.Outcome lead(GuardedRun run, Leadership elected) throws InterruptedException {
        try (Leadership leadership = elected) {
            return run.run(
                    child.path(),
                    leadership,
                    Map.of(
                            "PINFOLD_TERM",
                            String.valueOf(leadership.term()),
                            "PINFOLD_CANDIDATE",
                            leadership.candidate()));
        }
    }

    private LeaderElection election(PinfoldClient client) {
        ElectionBuilder settings = LeaderElection.builder(client, child.path());
        if (candidate != null) {
            settings.candidate(candidate);
        }
        if (metadata != null) {
            settings.metadata(metadata);
        }
        return settings.layout(selector ? ElectionLayout.SELECTOR : ElectionLayout.LATCH)
                .build();
    }
}
