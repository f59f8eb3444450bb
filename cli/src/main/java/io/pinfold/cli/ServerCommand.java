package io.pinfold.cli;

import io.pinfold.server.ConfigException;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.server.ServerConfig.IgnoredKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pinfold server}: one server in the foreground, until a signal or a failure ends it. Confined to the
 * thread that runs it; the server is closed by any. */
@Command(
        name = "server",
        description = "Runs one server in the foreground, until SIGTERM or Ctrl-C.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "When it serves clients, it says so in one line on standard output; its log goes to standard error.",
            "It ends with 143 after SIGTERM, 130 after Ctrl-C, 1 when it cannot run, 2 when it is configured wrongly."
        })
final class ServerCommand implements Callable<Integer> {
    private static final int DEFAULT_PORT = 2181;
    /** How long a member waits for others before it says so. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Path DEFAULT_DATA = Path.of("pinfold-data");

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "CONFIG", description = "A zoo.cfg as ZooKeeper reads it.")
    private @Nullable Path file;

    @Option(names = "--port", paramLabel = "P", description = "Port for clients, 0 for any free one; default 2181.")
    private @Nullable Integer port;

    @Option(names = "--address", paramLabel = "A", description = "Address for clients; default 127.0.0.1.")
    private @Nullable String address;

    @Option(
            names = "--allow-plaintext",
            description = "Serve clients without TLS although others can listen: on an address beyond this machine.")
    private boolean allowPlaintext;

    @Option(names = "--data", paramLabel = "DIR", description = "Directory of log and snapshots; default pinfold-data.")
    private @Nullable Path data;

    @Option(names = "--memory", description = "Keep everything in memory: nothing outlives the server.")
    private boolean memory;

    @Option(
            names = "--tick-time",
            paramLabel = "MS",
            description = "Unit of time: sessions last 2 to 20 ticks; default 2000.")
    private @Nullable Integer tickTime;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServerConfig config = config();
        Logging.info();
        Logger log = LoggerFactory.getLogger(ServerCommand.class);
        for (IgnoredKey ignored : config.ignoredKeys()) {
            log.warn("{}: {}", file, ignored);
        }
        try (PinfoldServer server = PinfoldServer.start(config)) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "pinfold-stop"));
            announce(server, log);
            // Signals end the process by way of the hook, so this returns only when the server gave up.
            throw new IOException("the server stopped: " + server.failure().join());
        }
    }

    /** Says that clients are served, once they are: a member of an ensemble may have to wait for others. */
    private void announce(PinfoldServer server, Logger log) throws InterruptedException {
        boolean waiting = false;
        while (!server.awaitServing(PATIENCE) && !server.failure().isDone()) {
            if (!waiting) {
                waiting = true;
                log.info("waiting member={} reason=too few other members are up", server.memberId());
            }
        }
        if (!server.failure().isDone()) {
            spec.commandLine().getOut().println("pinfold: serving clients on " + server.connectString());
        }
    }

    /** What the command line says. */
    ServerConfig config() {
        boolean options =
                port != null || address != null || data != null || memory || tickTime != null || allowPlaintext;
        if (file != null) {
            if (options) {
                throw new ConfigException("give either CONFIG or options, not both: " + file + " says it all");
            }
            return ServerConfig.load(file);
        }
        if (memory && data != null) {
            throw new ConfigException("give either --memory or --data " + data + ", not both");
        }
        try {
            return fromOptions();
        } catch (ConfigException e) { // which speaks of the keys of zoo.cfg
            throw new ConfigException(
                    e.getMessage().replace("clientPort=", "--port ").replace("tickTime=", "--tick-time "), e);
        }
    }

    private ServerConfig fromOptions() {
        ServerConfig config = ServerConfig.standalone()
                .withClientPort(port == null ? DEFAULT_PORT : port)
                .withDataDir(memory ? null : data == null ? DEFAULT_DATA : data);
        config = config.withSecurity(config.security().withPlaintextClients(allowPlaintext));
        if (address != null) {
            config = config.withClientAddress(resolve(address));
        }
        return tickTime == null ? config : config.withTickTime(Duration.ofMillis(tickTime));
    }

    private static InetAddress resolve(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new ConfigException(
                    "--address " + address + " is not known; give a local host name or IP address", e);
        }
    }
}
