package io.pinfold.testing.sim;

import io.pinfold.CreateMode;
import io.pinfold.NoNodeException;
import io.pinfold.PinfoldException;
import io.pinfold.WatchMode;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.RetryPolicy;
import io.pinfold.testing.sim.oracle.Fact;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * A program that uses our own client: calls of every kind, with retries, guarded creations among them, which must happen
 * once whatever breaks. Confined to the world's thread.
 */
public final class LibraryClient {
    private static final long MILLI = 1_000_000;
    private static final String GUARDED = "guarded";

    private final Stage stage;
    private final String name;
    private final SimHost host;
    private final PinfoldClient client;
    private final AsyncClient calls;
    private final ArrayDeque<String> made = new ArrayDeque<>();
    private int left;
    private int underWay;
    private int tokens;
    private int events;

    /**
     * Starts the program, which begins to connect.
     *
     * @param stage the world
     * @param name who it is
     * @param requests how many calls it makes in its life
     */
    public LibraryClient(Stage stage, String name, int requests) {
        this.stage = stage;
        this.name = name;
        this.left = requests;
        this.host = new SimHost(stage, name);
        this.client = client(stage, name, host, Duration.ofMillis(1000 + 500L * stage.below(name + ".timeout", 5)));
        this.calls = client.async();
    }

    /**
     * {@return a client of our own in a world}
     *
     * @param stage the world
     * @param name who it is
     * @param host the process in which it lives
     * @param sessionTimeout what it wishes for
     */
    public static PinfoldClient client(Stage stage, String name, SimHost host, Duration sessionTimeout) {
        return PinfoldClient.builder(SimHost.connectString(stage))
                .name(name)
                .sessionTimeout(sessionTimeout)
                .operationTimeout(Duration.ofSeconds(5))
                .retry(RetryPolicy.exponential(Duration.ofMillis(5), Duration.ofMillis(200)))
                .build(host);
    }

    /** {@return the process} */
    public SimHost host() {
        return host;
    }

    /** {@return how many calls are not complete} */
    public int underWay() {
        return underWay;
    }

    /** {@return how many events it was told of} */
    public int events() {
        return events;
    }

    /** Begins to make calls. */
    public void start() {
        host.execute(() -> {
            calls.watch("/a", WatchMode.PERSISTENT_RECURSIVE, event -> events++);
            next();
        });
    }

    /** Makes no more calls. */
    public void calm() {
        left = 0;
    }

    private void next() {
        if (left <= 0 || host.isDead()) {
            return;
        }
        left--;
        underWay++;
        call().whenComplete((result, failure) -> {
            underWay--;
            host.schedule(stage.below(name + ".think", 20) * MILLI, this::next);
        });
    }

    private CompletableFuture<?> call() {
        String path = "/" + "abcd".charAt(stage.below(name + ".path", 4));
        return switch (stage.below(name + ".call", 8)) {
            case 0, 1 -> guardedCreate(path + "/n-");
            case 2 -> made.isEmpty() ? calls.sync(path) : calls.delete(made.remove(), -1);
            case 3 -> calls.set(path, token("set"), -1);
            case 4 -> calls.get(path, event -> events++);
            case 5 -> calls.children(path, event -> events++);
            case 6 -> calls.exists(path, null);
            default -> calls.create(path, token("top"), CreateOptions.PERSISTENT);
        };
    }

    private CompletableFuture<?> guardedCreate(String path) {
        byte[] data = token(GUARDED);
        String token = new String(data, StandardCharsets.UTF_8);
        CreateMode mode = stage.below(name + ".mode", 2) == 0
                ? CreateMode.EPHEMERAL_SEQUENTIAL
                : CreateMode.PERSISTENT_SEQUENTIAL;
        return calls.create(path, data, CreateOptions.of(mode).withGuard()).whenComplete((created, failure) -> {
            if (failure == null) {
                made.add(created.path());
                stage.tell(new Fact.Claimed(stage.nowNanos(), token, true));
            } else if (failure instanceof NoNodeException) {
                stage.tell(new Fact.Claimed(stage.nowNanos(), token, false));
            } else if (!(failure instanceof PinfoldException)) {
                throw new IllegalStateException(name + " failed with something else", failure);
            }
        });
    }

    private byte[] token(String what) {
        return (what + ':' + name + '#' + tokens++).getBytes(StandardCharsets.UTF_8);
    }
}
