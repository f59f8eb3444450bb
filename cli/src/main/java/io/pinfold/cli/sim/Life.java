package io.pinfold.cli.sim;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.sim.LibraryClient;
import io.pinfold.testing.sim.SimHost;
import io.pinfold.testing.sim.Stage;
import java.time.Duration;

/**
 * One life of a {@link Program}: a process, and the client in it. After its end nothing runs in it any more. Confined to the
 * world's thread.
 */
final class Life {
    static final long MILLI = 1_000_000;
    private static final int SHORTEST_TIMEOUT = 1000;
    private static final int TIMEOUTS = 4;

    private final Program program;
    private final Stage stage;
    private final String name;
    private final int number;
    private final SimHost host;
    private final PinfoldClient client;

    Life(Program program, Stage stage, String name, int number) {
        this.program = program;
        this.stage = stage;
        this.name = name;
        this.number = number;
        this.host = new SimHost(stage, name + '.' + number);
        Duration timeout = Duration.ofMillis(SHORTEST_TIMEOUT + 500L * stage.below(name + ".timeout", TIMEOUTS));
        this.client = LibraryClient.client(stage, name, host, timeout);
    }

    /** {@return what the program is called, in all its lives} */
    String name() {
        return name;
    }

    /** {@return what this life alone is called} */
    String holder() {
        return name + '.' + number;
    }

    PinfoldClient client() {
        return client;
    }

    SimHost host() {
        return host;
    }

    /** {@return whether the process was killed} */
    boolean isOver() {
        return host.isDead();
    }

    /** {@return whether nothing new is to be begun} */
    boolean isCalm() {
        return program.isCalm();
    }

    /** {@return a random number from 0 on} */
    int below(String what, int bound) {
        return stage.below(name + '.' + what, bound);
    }

    boolean oneIn(String what, int many) {
        return below(what, many) == 0;
    }

    /** Runs in this process. */
    void run(Runnable task) {
        host.execute(task);
    }

    /** Runs in this process after a random time. */
    void within(String what, int millis, Runnable task) {
        host.schedule(below(what, millis) * MILLI, task);
    }

    /** Runs in this process after some time. */
    void after(int millis, Runnable task) {
        host.schedule(millis * MILLI, task);
    }

    /** Holds the process up: what happens to it meanwhile waits. */
    void holdUp(int millis) {
        host.holdUp(millis * MILLI);
    }

    /** Ends this life, and begins the next one a little later. */
    void killAndRestart() {
        if (!isOver()) {
            program.killAndRestart();
        }
    }
}
