package io.pinfold.cli;

import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * Gives a command the time to end in an orderly way when a signal (SIGTERM, SIGINT, SIGHUP) ends this process: its thread
 * is interrupted, and the process stays until it is done. Thread-safe: a volatile code and a future.
 */
final class SignalRelay implements AutoCloseable {
    private final Thread command = Thread.currentThread();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    /** Written by the command, read by the hook behind the future. */
    private volatile OptionalInt exitCode = OptionalInt.empty();

    private final Thread hook = new Thread(this::signalled, "pinfold-signal");

    private SignalRelay() {}

    /** {@return a relay that interrupts the calling thread} */
    static SignalRelay toThisThread() {
        SignalRelay relay = new SignalRelay();
        Runtime.getRuntime().addShutdownHook(relay.hook);
        return relay;
    }

    /** The process is to end with this code even if a signal asks for its end. */
    void endsWith(int code) {
        exitCode = OptionalInt.of(code);
    }

    /** The command is done; after a signal the process ends with the code for that, unless another was named. */
    @Override
    public void close() {
        done.complete(null);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // a signal came, and the hook has the word
        }
    }

    private void signalled() {
        command.interrupt();
        // Whoever began to end the process chose a code by the signal; only halting replaces it.
        done.join();
        exitCode.ifPresent(Runtime.getRuntime()::halt);
    }
}
