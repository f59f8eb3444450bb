package io.pinfold.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The pinfold command. Exit codes: see {@link Failure}; each failure is one sentence on standard error. Confined to the thread that runs it.
 */
@Command(
        name = "pinfold",
        description = "Locks, elections and more on a compact server that speaks the ZooKeeper protocol.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            DemoCommand.class,
            SampleCommand.class,
            LockCommand.class,
            ElectCommand.class,
            WhyCommand.class,
            ServerCommand.class,
            EnsembleCommand.class,
            SimCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            ConfigCommand.class
        },
        sortOptions = false,
        footer = {"", "Begin with: pinfold demo"})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    private Main() {}

    /**
     * Runs a command and ends the process.
     *
     * @param args the command and its arguments
     */
    public static void main(String[] args) {
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    /** Runs a command to its end and returns the exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return commandLine().setOut(out).setErr(err).execute(args);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, args) -> wrongCall(e))
                .setExecutionExceptionHandler((e, command, result) -> {
                    Failure failure = Failure.of(e);
                    command.getErr().println("pinfold: " + failure.sentence());
                    return failure.exitCode();
                });
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int wrongCall(ParameterException e) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("pinfold: " + e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        return CommandLine.ExitCode.USAGE;
    }

    /** The version that the jar was built as. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "pinfold " + (version == null ? "development" : version) + " on Java " + Runtime.version()
            };
        }
    }
}
