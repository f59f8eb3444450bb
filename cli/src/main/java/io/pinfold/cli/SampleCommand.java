package io.pinfold.cli;

import io.pinfold.samples.Narrator;
import io.pinfold.samples.Sample;
import io.pinfold.samples.Stage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pinfold sample}: one primitive. Confined to the thread that runs it. */
@Command(
        name = "sample",
        description = "Shows one primitive; without NAME lists them.",
        mixinStandardHelpOptions = true)
final class SampleCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The sample to run.")
    private @Nullable String name;

    @Option(
            names = "--connect",
            paramLabel = "HOST:PORT",
            description = "Plays on running servers, Pinfold or Apache ZooKeeper, instead of an embedded one.")
    private @Nullable String servers;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (name == null) {
            list(spec.commandLine().getOut());
            return 0;
        }
        Sample sample = Sample.named(name)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "there is no sample " + name + "; there are " + names()));
        Logging.errorsOnly();
        try (Stage stage = stage()) {
            Narrator say = Terminal.narrator(spec.commandLine().getOut());
            say.title("pinfold sample " + sample.name(), stage.describe());
            say.ok(sample.run(stage, say));
        }
        return 0;
    }

    private Stage stage() throws IOException, InterruptedException {
        return servers == null ? Stage.embedded() : Stage.at(servers);
    }

    private static void list(PrintWriter out) {
        int width = Sample.all().stream()
                .mapToInt(sample -> sample.name().length())
                .max()
                .orElse(1);
        for (Sample sample : Sample.all()) {
            out.println(
                    String.format(Locale.ROOT, "  pinfold sample %-" + width + "s  %s", sample.name(), sample.shows()));
        }
        out.println("Each is one file in samples/src/main/java/io/pinfold/samples.");
    }

    private static String names() {
        return Sample.all().stream().map(Sample::name).collect(Collectors.joining(", "));
    }
}
