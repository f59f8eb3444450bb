package io.pinfold.testing.sim;

import io.pinfold.client.net.ClientHost;
import io.pinfold.client.net.Link;
import io.pinfold.client.net.LinkListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The process in which a client of our own lives: its loop, clock, network and chance are the world's. It can be held up
 * and killed as processes can. Confined to the world's thread.
 *
 * <p>Members are reached under the host names that {@link #connectString} tells.
 */
public final class SimHost implements ClientHost {
    private static final String HOST_NAME = "member-";
    private static final int PORT = 2181;

    private final Stage stage;
    private final String name;
    private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
    private final List<Wire> wires = new ArrayList<>();
    private long heldUntilNanos;
    private long latestCallbackNanos;
    private boolean draining;
    private boolean dead;

    /**
     * Starts a process.
     *
     * @param stage the world
     * @param name who lives in it
     */
    public SimHost(Stage stage, String name) {
        this.stage = stage;
        this.name = name;
        this.latestCallbackNanos = stage.latestCallbackNanos();
    }

    /** {@return how a client in this world finds all members} */
    public static String connectString(Stage stage) {
        StringBuilder text = new StringBuilder();
        for (int member : stage.members()) {
            text.append(text.length() == 0 ? "" : ",")
                    .append(HOST_NAME)
                    .append(member)
                    .append(':')
                    .append(PORT);
        }
        return text.toString();
    }

    /**
     * Holds the process up: what happens to it meanwhile waits.
     *
     * @param nanos for how long
     */
    public void holdUp(long nanos) {
        heldUntilNanos = Math.max(heldUntilNanos, stage.nowNanos() + nanos);
    }

    /**
     * Has callbacks wait for a thread from now on.
     *
     * @param nanos for how long at most, each by itself; 0 for not at all
     */
    public void delayCallbacks(long nanos) {
        latestCallbackNanos = nanos;
    }

    /** Kills the process: its connections break, and nothing runs in it any more. */
    public void kill() {
        dead = true;
        inbox.clear();
        List.copyOf(wires).forEach(Wire::close);
        wires.clear();
    }

    /** {@return whether it was killed or closed} */
    public boolean isDead() {
        return dead;
    }

    private void enter(Runnable task) {
        if (dead) {
            return;
        }
        inbox.add(task);
        if (!draining) {
            draining = true;
            stage.after(Math.max(0, heldUntilNanos - stage.nowNanos()), this::drain);
        }
    }

    private void drain() {
        long held = heldUntilNanos - stage.nowNanos();
        if (held > 0 && !dead) {
            stage.after(held, this::drain);
            return;
        }
        draining = false;
        for (int left = inbox.size(); left > 0 && !inbox.isEmpty(); left--) {
            inbox.remove().run();
            if (heldUntilNanos > stage.nowNanos()) {
                break;
            }
        }
        if (!inbox.isEmpty() && !draining) {
            draining = true;
            stage.after(0, this::drain);
        }
    }

    @Override
    public long nanoTime() {
        return stage.nowNanos();
    }

    @Override
    public long wallMillis() {
        return stage.nowNanos() / 1_000_000;
    }

    @Override
    public void execute(Runnable task) {
        enter(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        boolean[] cancelled = {false};
        stage.after(
                Math.max(0, delayNanos),
                () -> enter(() -> {
                    if (!cancelled[0]) {
                        task.run();
                    }
                }));
        return () -> cancelled[0] = true;
    }

    @Override
    public Link connect(String host, int port, LinkListener listener) {
        int member = Integer.parseInt(host.substring(HOST_NAME.length()));
        SimLink link = new SimLink(listener);
        link.wire = Tap.connect(stage, name, member, link);
        wires.add(link.wire);
        return link;
    }

    @Override
    public Executor callbacks() {
        return this::call;
    }

    /** As threads of a pool do: what is handed over later may run sooner. */
    private void call(Runnable callback) {
        if (latestCallbackNanos == 0) {
            enter(callback);
        } else {
            long wait = Long.remainderUnsigned(stage.draw(name + ".callback"), latestCallbackNanos);
            stage.after(wait, () -> enter(callback));
        }
    }

    @Override
    public long randomLong() {
        return stage.draw(name + ".random");
    }

    @Override
    public String processName() {
        return name;
    }

    @Override
    public void close() {
        kill();
    }

    /** A connection whose news reach the loop in their turn. */
    private final class SimLink implements Link, WireListener {
        private final LinkListener listener;
        private Wire wire = Wire.NONE;
        private boolean closed;

        SimLink(LinkListener listener) {
            this.listener = listener;
        }

        @Override
        public void send(byte[] bytes, int length) {
            if (!closed && !dead) {
                wire.send(bytes, length);
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                wires.remove(wire);
                wire.close();
            }
        }

        private void hear(Runnable news) {
            enter(() -> {
                if (!closed) {
                    news.run();
                }
            });
        }

        @Override
        public void opened() {
            hear(() -> {
                listener.connected();
                listener.turnEnded();
            });
        }

        @Override
        public void received(byte[] bytes) {
            hear(() -> {
                listener.received(bytes, 0, bytes.length);
                listener.turnEnded();
            });
        }

        @Override
        public void closed(String reason) {
            hear(() -> {
                closed = true;
                wires.remove(wire);
                listener.disconnected(reason);
            });
        }
    }
}
