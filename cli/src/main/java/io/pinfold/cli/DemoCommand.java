package io.pinfold.cli;

import io.pinfold.samples.Stage;
import io.pinfold.samples.Tour;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pinfold demo}: a tour of every primitive. Confined to the thread that runs it. */
@Command(
        name = "demo",
        description = "Shows every primitive on three servers of its own, in some seconds.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logging.errorsOnly();
        try (Stage stage = Stage.embedded(3)) {
            new Tour(stage, Terminal.narrator(spec.commandLine().getOut())).run();
        }
        return 0;
    }
}
