package io.pinfold.testing.kit;

import io.pinfold.client.net.HostedThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a program in a simulated world. It runs when it is its turn, and nobody else does then; while it waits, the
 * world goes on. Its fields are handed over together with the turn.
 */
final class ProgramThread extends Thread implements HostedThread {
    private static final int STUCK_AFTER_SECONDS = 60;

    /** Unwinds a program that was left waiting when its world ended. */
    private static final class WorldEnded extends Error {
        private static final long serialVersionUID = 1L;

        WorldEnded() {
            super("The simulation is over");
        }
    }

    private final Programs programs;
    private final Consumer<Runnable> process;
    private final Body body;
    private final Semaphore turn = new Semaphore(0);
    private final Semaphore back = new Semaphore(0);
    private @Nullable Throwable failure;
    private boolean over;
    private boolean waiting;
    private boolean waitingForEver;
    private long waits;

    /**
     * Makes one that has not begun.
     *
     * @param name what it is called
     * @param programs all programs of the world
     * @param process where it has its turns; may drop or delay them
     * @param body what it does
     */
    ProgramThread(String name, Programs programs, Consumer<Runnable> process, Body body) {
        super(name);
        setDaemon(true);
        this.programs = programs;
        this.process = process;
        this.body = body;
    }

    // ---- by the world ----

    /** Has its first turn soon. */
    void begin() {
        start();
        process.accept(this::takeTurn);
    }

    boolean isOver() {
        return over;
    }

    boolean isWaitingForEver() {
        return waiting && waitingForEver;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Lets it run until it waits or ends. */
    private void takeTurn() {
        if (over) {
            return;
        }
        programs.handTo(this);
        turn.release();
        try {
            for (int stuck = 0;
                    !back.tryAcquire(1, TimeUnit.SECONDS);
                    stuck = getState() == State.RUNNABLE ? 0 : stuck + 1) {
                if (stuck >= STUCK_AFTER_SECONDS) {
                    throw stuck();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + getName() + " had its turn", e);
        }
        programs.takeBack(this);
    }

    private IllegalStateException stuck() {
        Throwable where = new Throwable("here");
        where.setStackTrace(getStackTrace());
        return new IllegalStateException(
                getName() + " waits for something outside of the simulation, where time stands still; see await()",
                where);
    }

    /** The world has ended: unwinds it. */
    void unwind() throws InterruptedException {
        turn.release();
        join(TimeUnit.SECONDS.toMillis(5));
    }

    // ---- in the thread itself ----

    @Override
    public void run() {
        turn.acquireUninterruptibly();
        try {
            if (!programs.areOver()) {
                body.run();
            }
        } catch (WorldEnded e) {
            // nobody wants to hear of it
        } catch (Throwable e) { // the boundary of a test's own code
            failure = e;
        }
        over = true;
        back.release();
    }

    @Override
    public boolean await(CompletableFuture<?> event, long nanos) throws InterruptedException {
        requireWorld();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (event.isDone() || nanos <= 0) {
            return event.isDone();
        }
        long wait = ++waits;
        waiting = true;
        waitingForEver = nanos == Long.MAX_VALUE;
        event.whenComplete((result, problem) -> wake(wait));
        if (!waitingForEver) {
            programs.later(nanos, () -> wake(wait));
        }
        back.release();
        turn.acquireUninterruptibly();
        requireWorld();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return event.isDone();
    }

    private void requireWorld() {
        if (programs.areOver()) {
            throw new WorldEnded();
        }
    }

    private void wake(long wait) {
        if (programs.isTurnOfCaller() && waiting && wait == waits) {
            waiting = false;
            process.accept(this::takeTurn);
        }
    }

    /** Called by another program, or by the world. */
    @Override
    public void interrupt() {
        super.interrupt();
        wake(waits);
    }
}
