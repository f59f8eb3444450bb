package io.pinfold.testing.kit;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.OpType;
import io.pinfold.testing.sim.ClientNetwork;
import io.pinfold.testing.sim.Levers;
import java.time.Duration;
import java.util.OptionalInt;

/** The faults of a simulated ensemble. Confined to the programs of the simulation. */
public final class SimulatedFaults implements Faults {
    private final SimulatedEnsemble ensemble;
    private final Levers levers;

    SimulatedFaults(SimulatedEnsemble ensemble, Levers levers) {
        this.ensemble = ensemble;
        this.levers = levers;
    }

    private ClientNetwork network(PinfoldClient client) {
        return ensemble.find(client).network();
    }

    // ---- clients ----

    @Override
    public Drop dropReplyOf(PinfoldClient client, OpType op) {
        ClientNetwork network = network(client);
        return nth -> network.lose(op, nth, false);
    }

    @Override
    public Drop dropRequestOf(PinfoldClient client, OpType op) {
        ClientNetwork network = network(client);
        return nth -> network.lose(op, nth, true);
    }

    @Override
    public void disconnect(PinfoldClient client) {
        network(client).disconnect();
    }

    @Override
    public void isolate(PinfoldClient client) {
        network(client).isolate(true);
    }

    @Override
    public void restore(PinfoldClient client) {
        network(client).isolate(false);
    }

    @Override
    public void expire(PinfoldClient client) throws InterruptedException {
        ensemble.until(() -> client.session().id() != 0);
        long session = client.session().id();
        isolate(client);
        ensemble.until(() -> !levers.hasSession(session));
        restore(client);
    }

    /**
     * Lets a client's process stand still, as a long pause of the garbage collector or of the machine does, with all
     * programs that {@linkplain SimulatedEnsemble#start(PinfoldClient, String, Body) were begun in it}. Other programs that
     * call the client wait until it goes on. Does not wait.
     *
     * @param client whose process
     * @param time for how long
     */
    public void pause(PinfoldClient client, Duration time) {
        ensemble.find(client).process().holdUp(time.toNanos());
    }

    /**
     * Makes a client's process a busy one, until {@link #heal}: its callbacks wait for a thread, each for its own while, so that
     * what was handed over later may run sooner. What one recipe or listener is told still comes in order.
     *
     * @param client whose process
     * @param atMost for how long
     */
    public void delayCallbacks(PinfoldClient client, Duration atMost) {
        ensemble.find(client).process().delayCallbacks(atMost.toNanos());
    }

    /**
     * Kills a client's process, with all programs that were begun in it: its connection breaks, and its session ends when
     * its time is over. The client is of no use afterwards.
     *
     * @param client whose process
     */
    public void kill(PinfoldClient client) {
        ensemble.find(client).process().kill();
    }

    // ---- members ----

    @Override
    public OptionalInt leader() {
        return levers.leader();
    }

    @Override
    public void kill(int member) {
        levers.kill(member);
    }

    /**
     * Takes the power from a member's machine: what it had not forced to its disk is lost, and nobody is told. It can be
     * {@linkplain #restart restarted}.
     *
     * @param member its number
     */
    public void powerOff(int member) {
        levers.powerOff(member);
    }

    @Override
    public int killLeader() throws InterruptedException {
        ensemble.until(() -> levers.leader().isPresent());
        int leader = levers.leader().orElseThrow();
        levers.kill(leader);
        return leader;
    }

    @Override
    public void restart(int member) throws InterruptedException {
        levers.start(member);
        int running = 0;
        for (int each = 1; each <= ensemble.size(); each++) {
            running += levers.isRunning(each) ? 1 : 0;
        }
        if (running > ensemble.size() / 2) {
            ensemble.until(() -> levers.isServing(member));
        }
    }

    @Override
    public void pause(int member) {
        levers.pause(member);
    }

    @Override
    public void resume(int member) {
        levers.resume(member);
    }

    @Override
    public void partition(int member) {
        levers.isolate(member);
    }

    @Override
    public void heal() throws InterruptedException {
        for (SimulatedEnsemble.Inhabitant each : ensemble.inhabitants()) {
            each.network().isolate(false);
            each.network().loseNothing();
            each.process().delayCallbacks(0);
        }
        levers.heal();
        ensemble.until(ensemble::allServe);
    }
}
