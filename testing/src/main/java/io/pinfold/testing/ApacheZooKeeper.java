package io.pinfold.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A released Apache ZooKeeper server in a child JVM, for tests that want to know whether something works there as well.
 * The release is the one on the class path of the running test ({@code org.apache.zookeeper:zookeeper} with
 * {@code metrics-core}, {@code snappy-java} and {@code commons-cli}). It listens on the loopback interface only, keeps
 * its data in a temporary directory until {@link #close()}, and keeps its port across restarts.
 *
 * <p>Not thread-safe; the port may be read from any thread.
 */
public final class ApacheZooKeeper implements AutoCloseable {
    private static final String MAIN = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration PROBE_TIMEOUT = Duration.ofMillis(500);
    private static final Duration PROBE_PAUSE = Duration.ofMillis(20);

    private final Path directory;
    private final int port;
    private final List<String> jvmOptions;
    private ChildProcess process;

    private ApacheZooKeeper(Map<String, String> settings, Map<String, String> properties, List<String> options) {
        directory = ScratchDirectory.create("apache-zookeeper");
        port = FreePort.pick();
        writeFiles(settings);
        jvmOptions = new ArrayList<>();
        jvmOptions.add("-Dlogback.configurationFile=" + directory.resolve("logback.xml"));
        properties.forEach((key, value) -> jvmOptions.add("-D" + key + "=" + value));
        jvmOptions.addAll(options);
        process = launch();
    }

    /** {@return a server with the default settings of this class, which serves already} */
    public static ApacheZooKeeper start() {
        return builder().start();
    }

    /** {@return a builder with the default settings: ticks of 500 ms, session timeouts of 1 to 60 s, writes not forced} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the client port on the loopback interface} */
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

    /** {@return where the server keeps its data, until {@link #close()}; unless a setting says otherwise} */
    public Path dataDirectory() {
        return directory.resolve("data");
    }

    /** Kills the server as kill -9 does. Its data stays. */
    public void kill() {
        process.kill();
    }

    /** Starts the server again on its data and its port, after killing it if it still runs; returns when it serves. */
    public void restart() {
        process.kill();
        process = launch();
    }

    /** {@return the end of what the server wrote, since its last start} */
    public String output() {
        return process.output();
    }

    /** Kills the server and deletes its data. */
    @Override
    public void close() {
        process.kill();
        ScratchDirectory.delete(directory);
    }

    private ChildProcess launch() {
        ChildProcess started = ChildProcess.start(
                jvmOptions, MAIN, List.of(directory.resolve("zoo.cfg").toString()));
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!Handshake.succeeds(port, PROBE_TIMEOUT)) {
            if (started.awaitExit(PROBE_PAUSE) || System.nanoTime() > deadline) {
                started.kill();
                throw started.failure("Apache ZooKeeper does not serve on port " + port);
            }
        }
        return started;
    }

    private void writeFiles(Map<String, String> settings) {
        StringBuilder config = new StringBuilder();
        config.append("dataDir=").append(directory.resolve("data")).append('\n');
        config.append("clientPortAddress=127.0.0.1\nclientPort=").append(port).append('\n');
        settings.forEach(
                (key, value) -> config.append(key).append('=').append(value).append('\n'));
        try {
            Files.writeString(directory.resolve("zoo.cfg"), config);
            if (settings.containsKey("server.1")) {
                Files.writeString(Files.createDirectories(dataDirectory()).resolve("myid"), "1\n");
            }
            Files.writeString(directory.resolve("logback.xml"), LOGBACK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Logback's own default is to log everything, which makes the server several times slower. The two loggers tell of
     * requests that clients got wrong, at length.
     */
    private static final String LOGBACK = """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{0} %msg%n</pattern></encoder>
              </appender>
              <logger name="org.apache.zookeeper.server.PrepRequestProcessor" level="OFF"/>
              <logger name="org.apache.zookeeper.server.FinalRequestProcessor" level="OFF"/>
              <root level="WARN"><appender-ref ref="out"/></root>
            </configuration>
            """;

    /** Settings of a server to be started. Not thread-safe. */
    public static final class Builder {
        private final Map<String, String> settings = new LinkedHashMap<>();
        private final Map<String, String> properties = new LinkedHashMap<>();
        private final List<String> options = new ArrayList<>();

        private Builder() {
            setting("tickTime", "500");
            setting("minSessionTimeout", "1000");
            setting("maxSessionTimeout", "60000");
            setting("maxClientCnxns", "0");
            setting("admin.enableServer", "false");
            setting("4lw.commands.whitelist", "*");
            setting("forceSync", "no");
        }

        /**
         * Sets the tick, the unit in which the server looks for expired sessions.
         *
         * @param tick the tick, in whole milliseconds
         * @return this builder
         */
        public Builder tickTime(Duration tick) {
            return setting("tickTime", Long.toString(tick.toMillis()));
        }

        /**
         * Says whether the server forces its log to the disk before it acknowledges a write.
         *
         * @param force whether it does
         * @return this builder
         */
        public Builder forceSync(boolean force) {
            return setting("forceSync", force ? "yes" : "no");
        }

        /**
         * Makes the server the leader of an ensemble that has no other members, instead of a server that stands alone.
         *
         * @return this builder
         */
        public Builder leading() {
            setting("standaloneEnabled", "false");
            setting("initLimit", "10");
            setting("syncLimit", "10");
            return setting("server.1", "127.0.0.1:" + FreePort.pick() + ":" + FreePort.pick());
        }

        /**
         * Sets one line of the server's zoo.cfg.
         *
         * @param key the key
         * @param value the value
         * @return this builder
         */
        public Builder setting(String key, String value) {
            settings.put(key, value);
            return this;
        }

        /**
         * Sets a system property of the server's JVM, for what zoo.cfg cannot say.
         *
         * @param key the key
         * @param value the value
         * @return this builder
         */
        public Builder systemProperty(String key, String value) {
            properties.put(key, value);
            return this;
        }

        /**
         * Adds options for the server's JVM, which override those for a quick start.
         *
         * @param more the options
         * @return this builder
         */
        public Builder jvmOptions(List<String> more) {
            options.addAll(more);
            return this;
        }

        /** {@return a server with these settings, which serves already} */
        public ApacheZooKeeper start() {
            return new ApacheZooKeeper(settings, properties, options);
        }
    }
}
