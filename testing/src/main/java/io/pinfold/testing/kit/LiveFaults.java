package io.pinfold.testing.kit;

import io.pinfold.client.PinfoldClient;
import io.pinfold.server.Ensemble;
import io.pinfold.testing.OpType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The faults of an ensemble on real sockets. Thread-safe, as the servers and proxies are. */
final class LiveFaults implements Faults {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Ensemble ensemble;
    private final Function<PinfoldClient, LiveClient> clients;
    private final Supplier<Collection<LiveClient>> all;
    private final PinfoldClient reader;
    private final Set<Integer> partitioned = ConcurrentHashMap.newKeySet();

    LiveFaults(
            Ensemble ensemble,
            Function<PinfoldClient, LiveClient> clients,
            Supplier<Collection<LiveClient>> all,
            PinfoldClient reader) {
        this.ensemble = ensemble;
        this.clients = clients;
        this.all = all;
        this.reader = reader;
    }

    @Override
    public Drop dropReplyOf(PinfoldClient client, OpType op) {
        LiveClient victim = clients.apply(client);
        return nth -> victim.network().get(0).loseReply(op, nth);
    }

    @Override
    public Drop dropRequestOf(PinfoldClient client, OpType op) {
        LiveClient victim = clients.apply(client);
        return nth -> victim.network().get(0).loseRequest(op, nth);
    }

    @Override
    public void disconnect(PinfoldClient client) {
        clients.apply(client).disconnect();
    }

    @Override
    public void isolate(PinfoldClient client) {
        clients.apply(client).isolate();
    }

    @Override
    public void restore(PinfoldClient client) {
        clients.apply(client).restore();
    }

    /** Each turn ends with a round trip of the reader, so that this does not spin. */
    @Override
    public void expire(PinfoldClient client) throws InterruptedException {
        clients.apply(client);
        client.awaitConnected(PATIENCE);
        long session = client.session().id();
        do {
            reader.sync("/");
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        } while (ensemble.expireSession(session));
    }

    @Override
    public OptionalInt leader() {
        return ensemble.leader();
    }

    @Override
    public void kill(int member) {
        ensemble.kill(member);
    }

    @Override
    public int killLeader() throws InterruptedException {
        int leader = ensemble.awaitLeader(PATIENCE);
        ensemble.kill(leader);
        return leader;
    }

    @Override
    public void restart(int member) throws InterruptedException {
        start(member);
        if (ensemble.running().size() > ensemble.size() / 2) {
            ensemble.awaitServing(PATIENCE);
        }
    }

    private void start(int member) {
        try {
            ensemble.restart(member);
        } catch (IOException e) {
            throw new UncheckedIOException("Member " + member + " does not start again", e);
        }
    }

    @Override
    public void pause(int member) {
        ensemble.pause(member);
    }

    @Override
    public void resume(int member) {
        ensemble.resume(member);
    }

    @Override
    public void partition(int member) {
        ensemble.isolate(member);
        partitioned.add(member);
    }

    @Override
    public void heal() throws InterruptedException {
        restoreClients();
        for (int member = 1; member <= ensemble.size(); member++) {
            ensemble.resume(member);
            boolean runs = ensemble.running().contains(member);
            if (partitioned.remove(member) && runs) {
                ensemble.heal(member);
            } else if (!runs) {
                start(member);
            }
        }
        ensemble.awaitServing(PATIENCE);
    }

    void restoreClients() {
        for (LiveClient client : all.get()) {
            client.restore();
            client.network().get(0).loseNothing();
        }
    }
}
