package io.pinfold.cli;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.locks.DistributedLock;
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

/** {@code pinfold lock}: a command that runs while a lock is held. Confined to the thread that runs it. */
@Command(
        name = "lock",
        description = "Runs a command while holding a lock.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "COMMAND finds PINFOLD_TOKEN (the fencing token), PINFOLD_PATH, PINFOLD_LEASE, PINFOLD_SESSION and",
            "PINFOLD_SERVERS in its environment. It ends with the code of COMMAND, or with 69 when no server answers,",
            "73 when the lock was not to be had in time, 75 when it was lost while COMMAND ran, which is ended then,",
            "126 and 127 when COMMAND cannot be run or found."
        })
final class LockCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions servers;

    @Option(names = "--try", description = "Does not wait for others at all.")
    private boolean once;

    @Option(names = "--owner", paramLabel = "TEXT", description = "Who holds it, for onlookers; default HOST/PID.")
    private @Nullable String owner;

    @Mixin
    private ChildOptions child;

    @Override
    public Integer call() throws InterruptedException {
        Logging.errorsOnly();
        PrintWriter err = spec.commandLine().getErr();
        try (SignalRelay signals = SignalRelay.toThisThread();
                PinfoldClient client = servers.connect("lock")) {
            Optional<Lease> held = acquire(client);
            if (held.isEmpty()) {
                Duration wait = child.patience();
                err.println("pinfold: " + child.path() + " was not to be had"
                        + (once || wait == null ? ": somebody else holds it" : " within " + Span.words(wait)));
                return Failure.NOT_IN_TIME;
            }
            try (Lease lease = held.get()) {
                GuardedRun.Outcome outcome =
                        new GuardedRun(client, servers, child, err).run(child.path(), lease, Map.of());
                signals.endsWith(outcome.exitCode());
                return outcome.exitCode();
            }
        }
    }

    private Optional<Lease> acquire(PinfoldClient client) throws InterruptedException {
        DistributedLock.Builder settings = DistributedLock.builder(client, child.path());
        if (owner != null) {
            settings.owner(owner);
        }
        DistributedLock lock = settings.build();
        if (once) {
            return lock.tryAcquire();
        }
        Duration wait = child.patience();
        return wait == null ? Optional.of(lock.acquire()) : lock.tryAcquire(wait);
    }
}
