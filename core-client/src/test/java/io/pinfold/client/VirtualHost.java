package io.pinfold.client;

import io.pinfold.client.net.ClientHost;
import io.pinfold.client.net.Link;
import io.pinfold.client.net.LinkListener;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/** A loop, a clock and a network in the test's own thread, with a {@link TinyServer} at the other end. */
final class VirtualHost implements ClientHost {
    private record Timer(long at, long number, Runnable task) {}

    final TinyServer server = new TinyServer();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::number));
    private long timerCount;
    private long random = 1;
    long now = 1_000_000_000L;
    /** By how much the wall clock is ahead of the other. */
    long wallAheadMillis = 1_700_000_000_000L;

    boolean closed;

    /** Runs what is ready; no time passes. */
    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets time pass. */
    void pass(long nanos) {
        long until = now + nanos;
        run();
        while (!timers.isEmpty() && timers.peek().at <= until) {
            Timer due = timers.remove();
            now = Math.max(now, due.at);
            due.task.run();
            run();
        }
        now = until;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long wallMillis() {
        return now / 1_000_000 + wallAheadMillis;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        Timer timer = new Timer(now + Math.max(0, delayNanos), timerCount++, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public Link connect(String host, int port, LinkListener listener) {
        VirtualLink link = new VirtualLink(listener);
        tasks.add(link::open);
        return link;
    }

    @Override
    public Executor callbacks() {
        return tasks::add;
    }

    @Override
    public long randomLong() {
        return random++ * 0x9e3779b97f4a7c15L;
    }

    @Override
    public String processName() {
        return "process";
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class VirtualLink implements Link, TinyServer.Wire {
        private final LinkListener listener;
        private boolean closed;
        private boolean handshaken;

        VirtualLink(LinkListener listener) {
            this.listener = listener;
        }

        void open() {
            if (closed) {
                return;
            }
            if (server.down) {
                closed = true;
                listener.disconnected("it is down");
                return;
            }
            listener.connected();
            listener.turnEnded();
        }

        @Override
        public void send(byte[] bytes, int length) {
            byte[] copy = Arrays.copyOf(bytes, length);
            tasks.add(() -> arrive(copy));
        }

        private void arrive(byte[] bytes) {
            int at = 0;
            while (at < bytes.length && !closed) {
                int size = java.nio.ByteBuffer.wrap(bytes, at, 4).getInt();
                byte[] frame = Arrays.copyOfRange(bytes, at + 4, at + 4 + size);
                at += 4 + size;
                if (handshaken) {
                    server.request(frame, this);
                } else {
                    handshaken = true;
                    server.handshake(frame, this);
                }
            }
        }

        @Override
        public void answer(byte[] frame) {
            tasks.add(() -> {
                if (!closed) {
                    listener.received(frame, 0, frame.length);
                    listener.turnEnded();
                }
            });
        }

        @Override
        public void hangUp() {
            tasks.add(() -> {
                if (!closed) {
                    closed = true;
                    listener.disconnected("the test broke it");
                }
            });
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
