package io.pinfold.testing;

import io.pinfold.BadVersionException;
import io.pinfold.ConnectionLostException;
import io.pinfold.CreateMode;
import io.pinfold.OperationTimeoutException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Created;
import io.pinfold.client.Node;
import io.pinfold.client.PinfoldClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that lives through everything that happens to an ensemble: it changes a register by compare-and-set, reads it
 * behind a sync, and creates znodes many at a time, in a thread of its own, until it is told to stop. Whatever it sees
 * that no client may see is an error that {@link #stop} throws.
 */
final class LoadClient {
    static final String REGISTER = "/register";
    static final String FIRST = "first";
    private static final int BATCH = 20;
    private static final int CHANGES = 10;

    private final String name;
    private final PinfoldClient client;
    private final RegisterHistory history;
    private final AtomicInteger progress;
    private final List<String> created = new ArrayList<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final long session;
    private volatile boolean stopping;
    private int lastVersion;
    private int writes;
    private int creates;

    private LoadClient(String name, String connectString, RegisterHistory history, AtomicInteger progress) {
        this.name = name;
        this.history = history;
        this.progress = progress;
        this.client = PinfoldClient.builder(connectString)
                .sessionTimeout(Duration.ofSeconds(20))
                .build();
        client.create("/live/" + name, null, CreateMode.EPHEMERAL);
        this.session = client.session().id();
    }

    /** Starts a client that notes what it sees, and counts what succeeded. */
    static LoadClient start(String name, String connectString, RegisterHistory history, AtomicInteger progress) {
        LoadClient load = new LoadClient(name, connectString, history, progress);
        Thread thread = new Thread(load::run, name);
        thread.setDaemon(true);
        thread.start();
        return load;
    }

    /** Waits for the last calls; throws what went wrong. The session lives on until {@link #close}. */
    void stop() {
        stopping = true;
        end.join();
    }

    void close() {
        client.close();
    }

    String name() {
        return name;
    }

    /** {@return the session that this client has had from the beginning} */
    long session() {
        return session;
    }

    /** {@return whether it is still the same session} */
    boolean keptItsSession() {
        return client.session().id() == session;
    }

    /** {@return the paths whose creation was acknowledged; to be read when this has stopped} */
    List<String> created() {
        return created;
    }

    private void run() {
        try {
            while (!stopping) {
                for (int i = 0; i < CHANGES; i++) {
                    changeRegister();
                }
                createSome();
            }
            end.complete(null);
        } catch (RuntimeException | AssertionError e) {
            end.completeExceptionally(e);
        }
    }

    private void changeRegister() {
        try {
            long began = System.nanoTime();
            client.sync(REGISTER);
            Node node = client.get(REGISTER);
            int version = node.stat().version();
            history.read(began, System.nanoTime(), version, new String(node.data(), StandardCharsets.UTF_8));
            notBefore(version);
            write(version);
            progress.incrementAndGet();
        } catch (ConnectionLostException | OperationTimeoutException e) {
            // had no effect, as these say
        }
    }

    private void write(int expected) {
        String value = name + ":" + writes++;
        long began = System.nanoTime();
        try {
            int version = client.set(REGISTER, value.getBytes(StandardCharsets.UTF_8), expected)
                    .version();
            history.wrote(began, System.nanoTime(), version, value);
            notBefore(version);
        } catch (BadVersionException e) {
            history.refused(began, System.nanoTime(), expected);
        } catch (OutcomeUnknownException e) {
            history.perhapsWrote(began, expected + 1, value);
        }
    }

    /** One session sees no older state than it has seen, whatever server it talks to. */
    private void notBefore(int version) {
        if (version < lastVersion) {
            throw new AssertionError(name + " saw version " + version + " after version " + lastVersion);
        }
        lastVersion = version;
    }

    private void createSome() {
        List<CompletableFuture<Created>> underWay = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            String path = "/load/" + name + "-" + creates++;
            underWay.add(client.async()
                    .create(path, path.getBytes(StandardCharsets.UTF_8), CreateOptions.of(CreateMode.PERSISTENT)));
        }
        for (CompletableFuture<Created> each : underWay) {
            try {
                created.add(each.join().path());
                progress.incrementAndGet();
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof ConnectionLostException
                        || e.getCause() instanceof OperationTimeoutException
                        || e.getCause() instanceof OutcomeUnknownException)) {
                    throw e;
                }
            }
        }
    }
}
