package io.pinfold.testing.rates;

import com.sun.management.OperatingSystemMXBean;
import io.pinfold.testing.ApacheZooKeeper;
import io.pinfold.testing.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the recipes of one module beside Curator's, on a server of ours and one of Apache ZooKeeper's, each in a process
 * of its own. The four ways of doing a thing take turns, round by round, and the first round of each only warms up. The
 * table goes to the log, and to the end of {@code target/rates.md} at the root of the project. Used by one thread.
 */
public final class Rates implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rates.class);
    private static final OperatingSystemMXBean OS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final List<String> JVM =
            List.of("-Xmx2g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4", "-Djute.maxbuffer=8388608");
    private static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("pinfold.rates.limit", 60));
    private static final boolean SHORT = Boolean.getBoolean("pinfold.rates.short");
    private static final boolean FORCED = Boolean.parseBoolean(System.getProperty("pinfold.rates.force", "true"));
    private static final String ONLY = System.getProperty("pinfold.rates.only", "");

    private final ServerProcess ours;
    private final ApacheZooKeeper theirs;
    private final StringBuilder table = new StringBuilder();
    private int opened;

    private Rates(ServerProcess ours, ApacheZooKeeper theirs, String title) {
        this.ours = ours;
        this.theirs = theirs;
        table.append("\n## ")
                .append(title)
                .append(FORCED ? "" : " (writes not forced)")
                .append("\n\n");
        table.append(Row.HEAD);
    }

    /**
     * {@return measurements, with both servers running}
     *
     * @param title heads the table
     * @param data a directory for our server
     */
    public static Rates start(String title, Path data) {
        ServerProcess ours =
                ServerProcess.start(JVM, RatedServer.class.getName(), data.toString(), Boolean.toString(FORCED));
        ApacheZooKeeper theirs =
                ApacheZooKeeper.builder().forceSync(FORCED).jvmOptions(JVM).start();
        return new Rates(ours, theirs, title);
    }

    /**
     * {@return how often to do something}
     *
     * @param full how often if there is time
     */
    public static int times(int full) {
        return SHORT ? Math.max(1, full / 2) : full;
    }

    /**
     * Measures one thing in all four ways, in several rounds.
     *
     * @param name what it is
     * @param pinfold opens it with our library
     * @param curator opens it with Curator's
     */
    public void row(String name, Trial.Opening<Exception> pinfold, Trial.Opening<Exception> curator)
            throws InterruptedException {
        measure(name, true, SHORT ? 2 : 3, pinfold, curator);
    }

    /**
     * Measures one thing in all four ways, once, and without warming up: for what takes long.
     *
     * @param name what it is
     * @param pinfold opens it with our library
     * @param curator opens it with Curator's
     */
    public void rowOnce(String name, Trial.Opening<Exception> pinfold, Trial.Opening<Exception> curator)
            throws InterruptedException {
        measure(name, false, 1, pinfold, curator);
    }

    private void measure(
            String name, boolean warm, int rounds, Trial.Opening<Exception> pinfold, Trial.Opening<Exception> curator)
            throws InterruptedException {
        if (!name.contains(ONLY)) {
            return;
        }
        Row row = new Row(name);
        for (int round = warm ? 0 : 1; round <= rounds; round++) {
            for (Row.Column column : Row.Column.values()) {
                Cell cell = row.cell(column);
                if (!cell.hasFailed()) {
                    measure(column, column.ourLibrary ? pinfold : curator, round > 0 ? cell : new Cell(), cell);
                }
            }
        }
        table.append(row);
        LOG.warn("{}", row);
    }

    private void measure(Row.Column column, Trial.Opening<Exception> opening, Cell into, Cell blamed)
            throws InterruptedException {
        String servers = column.ourServer ? ours.connectString() : theirs.connectString();
        String path = "/rates-" + ++opened;
        Round round = new Round();
        FutureTask<Void> task = new FutureTask<>(() -> {
            try (Trial<Exception> trial = opening.on(servers, path)) {
                long client = OS.getProcessCpuTime();
                long server = serverCpu(column.ourServer);
                trial.run(round);
                into.add(round, OS.getProcessCpuTime() - client, serverCpu(column.ourServer) - server);
            }
            return null;
        });
        Thread thread = new Thread(task, "trial-" + opened);
        thread.setDaemon(true);
        thread.start();
        try {
            task.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            task.cancel(true);
            blamed.failed("not done after " + LIMIT.toSeconds() + " s");
            thread.join(LIMIT.toMillis());
        } catch (ExecutionException e) {
            LOG.error("{}: it failed", column.title, e);
            blamed.failed("failed: " + e.getCause());
        }
    }

    private long serverCpu(boolean ofOurs) {
        return ProcessHandle.of(ofOurs ? ours.pid() : theirs.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO)
                .toNanos();
    }

    /** Prints the table and stops the servers. */
    @Override
    public void close() {
        ours.close();
        theirs.close();
        LOG.warn("{}", table);
        try {
            Path file = Path.of("..", "target", "rates.md");
            Files.createDirectories(file.getParent());
            Files.writeString(file, table, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
