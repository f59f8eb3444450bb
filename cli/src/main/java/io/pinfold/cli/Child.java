package io.pinfold.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A command that runs as a child of this process, with this process's input and output, and all that it started in turn.
 * Confined to the thread that started it.
 */
final class Child {
    /** For those who were killed to be gone; who is a zombie of somebody else never is. */
    private static final Duration BURIAL = Duration.ofSeconds(2);

    private final Process root;
    /** Everybody who was seen: whose parent is gone cannot be found any more. */
    private final Set<ProcessHandle> family = new LinkedHashSet<>();

    private Child(Process root) {
        this.root = root;
    }

    /** Starts a command with more in its environment. */
    static Child start(List<String> command, Map<String, String> more) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(more);
        return new Child(builder.start());
    }

    /** {@return the exit code, when the command has ended; 128 and more for a signal} */
    CompletableFuture<Integer> ended() {
        return root.onExit().thenApply(Process::exitValue);
    }

    /** Asks the command to end, as a signal to this process did; what it started is its own affair at first. */
    void terminate() {
        look();
        root.destroy();
    }

    /** Sees to it that nothing of the command is left: asks, and after a while, or when interrupted, does not ask. */
    void end(Duration grace) throws InterruptedException {
        look();
        family.forEach(ProcessHandle::destroy);
        boolean gone = false;
        try {
            gone = areGone(grace);
        } finally {
            if (!gone) {
                look();
                family.forEach(ProcessHandle::destroyForcibly);
            }
        }
        if (!gone) {
            areGone(BURIAL);
        }
    }

    private void look() {
        family.add(root.toHandle());
        root.descendants().forEach(family::add);
    }

    private boolean areGone(Duration within) throws InterruptedException {
        CompletableFuture<?>[] exits =
                family.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(exits).get(within.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause()); // nobody completes them otherwise
        }
    }
}
