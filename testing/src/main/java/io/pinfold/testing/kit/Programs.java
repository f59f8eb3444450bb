package io.pinfold.testing.kit;

import io.pinfold.testing.sim.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The programs of a simulated world, of which one runs at a time, or the world itself. Handed from thread to thread with the
 * turn; only {@code turnOf}, {@code over} and {@code failure} are looked at by those whose turn it is not.
 */
final class Programs {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
    private static final long STEP_NANOS = 1_000_000_000;

    private final World world;
    private final List<ProgramThread> threads = new ArrayList<>();
    private Thread driver = Thread.currentThread();
    private volatile Thread turnOf = driver;
    private volatile boolean over;
    private volatile @Nullable Throwable failure;

    Programs(World world) {
        this.world = world;
    }

    /** Runs a program from beginning to end, and the world meanwhile. Blocks. */
    void run(String name, Body body) throws Exception {
        driver = Thread.currentThread();
        turnOf = driver;
        failure = null;
        ProgramThread main = begin(name, task -> world.after(0, task), body);
        long waitsSince = world.nowNanos();
        while (!main.isOver() && failure == null) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            world.step(world.nowNanos() + STEP_NANOS);
            if (!main.isWaitingForEver()) {
                waitsSince = world.nowNanos();
            } else if (world.nowNanos() - waitsSince > LONGEST_WAIT.toNanos()) {
                throw waitsInVain(main);
            }
        }
        rethrow(failure);
    }

    private static AssertionError waitsInVain(ProgramThread main) {
        AssertionError error =
                new AssertionError(main.getName() + " waits in vain for " + LONGEST_WAIT + " of simulated time");
        error.setStackTrace(main.getStackTrace());
        return error;
    }

    private static void rethrow(@Nullable Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof Exception exception) {
            throw exception;
        }
    }

    /** Begins a program that has its turns in a process. */
    ProgramThread begin(String name, Consumer<Runnable> process, Body body) {
        ProgramThread thread = new ProgramThread(name, this, process, body);
        threads.add(thread);
        thread.begin();
        return thread;
    }

    /** Ends all programs that still wait. Blocks until they are unwound. */
    void end() {
        over = true;
        try {
            for (ProgramThread thread : threads) {
                thread.unwind();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.clear();
    }

    // ---- turns ----

    boolean areOver() {
        return over;
    }

    boolean isTurnOfCaller() {
        if (Thread.currentThread() == turnOf) {
            return true;
        }
        if (!over) {
            failure = new IllegalStateException(
                    "The thread " + Thread.currentThread().getName()
                            + " is not of the simulation and must not use its clients; begin it with start()");
        }
        return false;
    }

    /** Throws if the caller is a thread of somebody else. */
    void requireTurn() {
        if (!isTurnOfCaller()) {
            throw new IllegalStateException("Not a thread of this simulation, or the simulation is over");
        }
    }

    void later(long nanos, Runnable task) {
        requireTurn();
        world.after(nanos, task);
    }

    void handTo(ProgramThread thread) {
        turnOf = thread;
    }

    void takeBack(ProgramThread thread) {
        turnOf = driver;
        Throwable problem = thread.failure();
        if (thread.isOver() && problem != null && failure == null) {
            failure = problem;
        }
    }
}
