package io.pinfold.cli;

import io.pinfold.client.PinfoldClient;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a command while a lease is held, and ends it when the lease is lost. Confined to the thread that runs it, which is
 * interrupted when this process is to end.
 */
final class GuardedRun {
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;
    private static final String NO_SUCH_FILE = "error=2,";

    private final PinfoldClient client;
    private final ServerOptions servers;
    private final ChildOptions options;
    private final PrintWriter err;

    /**
     * How it ended.
     *
     * @param exitCode the command's own, or why there is none
     * @param lost whether the lease was lost while the command ran
     */
    record Outcome(int exitCode, boolean lost) {}

    GuardedRun(PinfoldClient client, ServerOptions servers, ChildOptions options, PrintWriter err) {
        this.client = client;
        this.servers = servers;
        this.options = options;
        this.err = err;
    }

    /** Runs the command to its end; the lease is the caller's to close, after that. */
    Outcome run(String path, Lease lease, Map<String, String> more) throws InterruptedException {
        CompletableFuture<String> over = new CompletableFuture<>();
        lease.lost().thenAccept(lost -> over.complete(sentence(lost.reason())));
        Subscription news = client.addSessionListener((session, state) -> look(lease, over));
        try {
            look(lease, over); // what happened before is not news
            tell("holding " + path + ", token " + lease.fencingToken());
            return run(Child.start(options.command(), environment(path, lease, more)), lease, over);
        } catch (IOException e) {
            err.println("pinfold: " + e.getMessage());
            String reason = String.valueOf(e.getMessage());
            return new Outcome(reason.contains(NO_SUCH_FILE) ? NOT_FOUND : NOT_EXECUTABLE, false);
        } finally {
            news.close();
        }
    }

    private Outcome run(Child child, Lease lease, CompletableFuture<String> over) throws InterruptedException {
        Integer exitCode = firstOf(child, over);
        if (exitCode != null && lease.state() != LeaseState.LOST) {
            tell("the command ended with " + exitCode);
            return new Outcome(exitCode, false);
        }
        String why = over.getNow("it was lost while the command ended");
        err.println("pinfold: lost " + lease.path() + ": " + why);
        child.end(grace());
        return new Outcome(Failure.LOST, true);
    }

    /** {@return the exit code if the command ended first, null if it has to} */
    private @Nullable Integer firstOf(Child child, CompletableFuture<String> over) throws InterruptedException {
        CompletableFuture<Integer> ended = child.ended();
        CompletableFuture<?> first = CompletableFuture.anyOf(ended, over);
        try {
            try {
                first.get();
            } catch (InterruptedException e) { // this process is to end: so is the command, in its own time
                tell("passing the signal on");
                child.terminate();
                first.get();
                if (!over.isDone()) {
                    child.end(grace());
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause()); // neither fails
        }
        return over.isDone() ? null : ended.join();
    }

    private Duration grace() {
        return options.grace(client.session().timeout());
    }

    private void look(Lease lease, CompletableFuture<String> over) {
        LeaseState state = lease.state();
        if (state == LeaseState.UNCERTAIN && options.stopsWhenUncertain()) {
            over.complete("the connection is lost");
        }
    }

    private Map<String, String> environment(String path, Lease lease, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("PINFOLD_PATH", path);
        environment.put("PINFOLD_TOKEN", String.valueOf(lease.fencingToken()));
        environment.put("PINFOLD_LEASE", lease.path());
        environment.put(
                "PINFOLD_SESSION",
                String.format(Locale.ROOT, "0x%x", client.session().id()));
        environment.putAll(servers.environment());
        return environment;
    }

    private void tell(String what) {
        if (options.isVerbose()) {
            err.println("pinfold: " + what);
        }
    }

    private static String sentence(LeaseLost.Reason reason) {
        return switch (reason) {
            case TIME_RAN_OUT -> "no server answered for so long that the session may end";
            case SESSION_EXPIRED -> "the server ended the session";
            case NODE_DELETED -> "somebody deleted its znode";
            case CLIENT_CLOSED -> "this process ends";
        };
    }
}
