package io.pinfold.cli;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to run while holding, and what to do with it when that is over. Confined to the thread that runs the command. */
final class ChildOptions {
    /** What to do when the connection is lost, and whoever holds may lose soon. */
    enum Uncertain {
        /** Goes on until it is lost. */
        CONTINUE,
        /** Ends the command at once. */
        STOP
    }

    @Parameters(index = "0", paramLabel = "PATH", description = "The znode that stands for the lock or the election.")
    private String path = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "What to run, with its arguments; put -- before it.")
    private List<String> command = List.of();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = Span.class,
            description = "How long to wait for one's turn at most; default for ever.")
    private @Nullable Duration wait;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            converter = Span.class,
            description =
                    "How long COMMAND has from SIGTERM to SIGKILL after a loss; default a quarter of the session timeout.")
    private @Nullable Duration grace;

    @Option(
            names = "--uncertain",
            paramLabel = "WHAT",
            defaultValue = "continue",
            description =
                    "When the connection is lost: continue until it is too late (default), or stop COMMAND at once.")
    private Uncertain uncertain = Uncertain.CONTINUE;

    @Option(
            names = {"-v", "--verbose"},
            description = "Says on standard error what happens.")
    private boolean verbose;

    String path() {
        return path;
    }

    List<String> command() {
        return command;
    }

    /** {@return how long to wait for one's turn at most, or null for as long as it takes} */
    @Nullable
    Duration patience() {
        return wait;
    }

    /** {@return how long the command may take to end; by default it is gone before the server can give the place away} */
    Duration grace(Duration sessionTimeout) {
        Duration wished = grace;
        return wished == null ? sessionTimeout.dividedBy(4) : wished;
    }

    boolean stopsWhenUncertain() {
        return uncertain == Uncertain.STOP;
    }

    boolean isVerbose() {
        return verbose;
    }
}
