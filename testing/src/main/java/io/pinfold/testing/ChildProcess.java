package io.pinfold.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A child JVM on the class path of this JVM, which dies with this JVM at the latest. Its output is read all the time and
 * the end of it kept, to be shown when something goes wrong. Thread-safe: guarded by a lock where it changes.
 */
final class ChildProcess {
    /** Short start is worth more to a test than the speed of the compiled code. */
    private static final List<String> QUICK_START =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private static final int KEPT_LINES = 400;

    private final Process process;
    private final Thread deathWithParent;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<String> tail = new ArrayDeque<>();
    private final CompletableFuture<Optional<String>> firstLine = new CompletableFuture<>();

    private ChildProcess(Process process) {
        this.process = process;
        this.deathWithParent = new Thread(process::destroyForcibly, "end-" + process.pid());
        Runtime.getRuntime().addShutdownHook(deathWithParent);
        readInBackground(process.getInputStream(), true);
        readInBackground(process.getErrorStream(), false);
    }

    static ChildProcess start(List<String> jvmOptions, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(QUICK_START);
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath(), mainClass));
        command.addAll(arguments);
        try {
            return new ChildProcess(new ProcessBuilder(command).start());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + mainClass, e);
        }
    }

    /** Surefire puts the tests on a class path of its own making and leaves the real one in a property. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    long pid() {
        return process.pid();
    }

    /** Waits until the process has ended; says whether it has. */
    boolean awaitExit(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for process " + pid(), e);
        }
    }

    /** Waits for the first line on standard output; throws, with the output so far, when there is none. */
    String awaitFirstLine(Duration timeout) {
        try {
            Optional<String> line = firstLine.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return line.orElseThrow(() -> failure("It ended before it was ready"));
        } catch (TimeoutException e) {
            throw failure("It was not ready within " + timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("Interrupted while waiting for it");
        } catch (ExecutionException e) {
            throw failure("Its output cannot be read: " + e.getCause());
        }
    }

    /** {@return the end of what the process wrote} */
    String output() {
        lock.lock();
        try {
            return String.join("\n", tail);
        } finally {
            lock.unlock();
        }
    }

    IllegalStateException failure(String what) {
        return new IllegalStateException("Process " + pid() + ": " + what + ". Its output:\n" + output());
    }

    /** Sends a signal by its name without "SIG". */
    void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
            if (kill.waitFor() != 0) {
                throw failure("Signal " + name + " could not be sent");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Kills the process as kill -9 does and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        if (!awaitExit(Duration.ofSeconds(30))) {
            throw failure("It does not die");
        }
        forget();
    }

    /** Asks the process to stop, kills it if it does not listen; says whether it stopped by itself. */
    boolean stop(Duration patience) {
        process.destroy();
        boolean stopped = awaitExit(patience);
        kill();
        return stopped;
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(deathWithParent);
        } catch (IllegalStateException e) {
            // this JVM is going down and the hook has its say anyway
        }
    }

    private void readInBackground(InputStream stream, boolean standardOutput) {
        Thread reader = new Thread(() -> readAll(stream, standardOutput), "output-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void readAll(InputStream stream, boolean standardOutput) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                keep(line);
                if (standardOutput) {
                    firstLine.complete(Optional.of(line));
                }
            }
        } catch (IOException e) {
            keep("(output ends: " + e.getMessage() + ")");
        }
        if (standardOutput) {
            firstLine.complete(Optional.empty());
        }
    }

    private void keep(String line) {
        lock.lock();
        try {
            tail.addLast(line);
            if (tail.size() > KEPT_LINES) {
                tail.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }
}
