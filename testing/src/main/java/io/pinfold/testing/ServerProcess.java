package io.pinfold.testing;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server in a child JVM, for tests that kill, stop and pause real processes. The server's main class is on the class
 * path of the running test and announces that it serves by its first line on standard output, which names its address as
 * {@code host:port}. What the main class gets as arguments is kept, so a restart finds the same data directory.
 *
 * <p>Not thread-safe; the port may be read from any thread.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern ADDRESS = Pattern.compile(":(\\d{2,5})\\b");

    private final List<String> jvmOptions;
    private final String mainClass;
    private final List<String> arguments;
    private ChildProcess process;
    private volatile int port;

    private ServerProcess(List<String> jvmOptions, String mainClass, List<String> arguments) {
        this.jvmOptions = jvmOptions;
        this.mainClass = mainClass;
        this.arguments = arguments;
        this.process = launch();
    }

    /**
     * {@return the running server}
     *
     * @param mainClass name of the class with the server's main method
     * @param arguments arguments of the main method; name a fixed port if the server is to be restarted
     */
    public static ServerProcess start(String mainClass, String... arguments) {
        return start(List.of(), mainClass, arguments);
    }

    /**
     * {@return the running server, in a JVM with other than the usual options}
     *
     * @param jvmOptions options for the JVM, which override those for a quick start
     * @param mainClass name of the class with the server's main method
     * @param arguments arguments of the main method
     */
    public static ServerProcess start(List<String> jvmOptions, String mainClass, String... arguments) {
        return new ServerProcess(List.copyOf(jvmOptions), mainClass, List.of(arguments));
    }

    /** {@return a port on the loopback interface that is free now and that no outgoing connection will take} */
    public static int freePort() {
        return FreePort.pick();
    }

    /** {@return the port that the server announced} */
    public int port() {
        return port;
    }

    /** {@return the number of the process, which changes with each start} */
    public long pid() {
        return process.pid();
    }

    /** {@return what a client needs to connect} */
    public String connectString() {
        return "127.0.0.1:" + port;
    }

    /** Ends the process as kill -9 does, and waits until it is gone. */
    public void kill9() {
        process.kill();
    }

    /** Asks the server to stop (SIGTERM); throws if it needs more than half a minute. */
    public void stop() {
        ChildProcess stopping = process;
        if (!stopping.stop(STOP_TIMEOUT)) {
            throw stopping.failure("It did not stop within " + STOP_TIMEOUT);
        }
    }

    /** Stops the process in its tracks (SIGSTOP): connections stay open and nothing answers. */
    public void pause() {
        process.signal("STOP");
    }

    /** Lets a paused process go on. */
    public void resume() {
        process.signal("CONT");
    }

    /** Starts the server again with the same arguments, after killing it if it still runs; returns when it serves. */
    public void restart() {
        process.kill();
        process = launch();
    }

    /** {@return the end of what the server wrote, since its last start} */
    public String output() {
        return process.output();
    }

    /** Kills the server. */
    @Override
    public void close() {
        process.kill();
    }

    private ChildProcess launch() {
        ChildProcess started = ChildProcess.start(jvmOptions, mainClass, arguments);
        try {
            String ready = started.awaitFirstLine(START_TIMEOUT);
            Matcher address = ADDRESS.matcher(ready);
            if (!address.find()) {
                throw started.failure("No address in the line that should announce it");
            }
            port = Integer.parseInt(address.group(1));
            return started;
        } catch (IllegalStateException e) {
            started.kill();
            throw e;
        }
    }
}
