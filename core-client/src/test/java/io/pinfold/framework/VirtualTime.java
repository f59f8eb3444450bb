package io.pinfold.framework;

import io.pinfold.client.ClientObserver;
import io.pinfold.client.ClientRuntime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Executor;

/** A clock, timers and an executor that move only when a test says so. Confined to one thread. */
final class VirtualTime implements ClientRuntime {
    ClientObserver observer = ClientObserver.NONE;

    private record Timer(long at, long number, Runnable task) {}

    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::number));
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private long now;
    private long numbers;
    private int guids;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        Timer timer = new Timer(now + delay.toNanos(), numbers++, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public Executor callbackExecutor() {
        return tasks::add;
    }

    @Override
    public ClientObserver observer() {
        return observer;
    }

    @Override
    public String newGuid() {
        return "guid" + ++guids;
    }

    @Override
    public String processName() {
        return "process";
    }

    int timers() {
        return timers.size();
    }

    /** Runs what is to be done now. */
    void settle() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Lets time pass, timer by timer. */
    void advance(Duration by) {
        settle();
        long until = now + by.toNanos();
        while (!timers.isEmpty() && timers.peek().at() <= until) {
            Timer timer = timers.remove();
            now = timer.at();
            tasks.add(timer.task());
            settle();
        }
        now = until;
    }
}
