package io.pinfold.server.transport;

/** Waiting for a thread to end, whatever happens. Stateless. */
final class Joins {
    private Joins() {}

    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
