package io.pinfold.election;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.FaultProxy;
import io.pinfold.testing.rates.Rates;
import io.pinfold.testing.rates.Round;
import io.pinfold.testing.rates.Trial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.retry.RetryForever;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** How soon somebody else leads, beside Curator's latch, on either server; see docs/contributing.md. */
@EnabledIfSystemProperty(named = "pinfold.rates", matches = "true")
class ElectionRatesTest {
    private static final Duration SESSION = Duration.ofSeconds(2);
    private static final int ELECTIONS = 10;

    /** Somebody who wants to lead. */
    private interface Runner extends AutoCloseable {
        /** {@return completes with the moment when it leads} */
        CompletableFuture<Long> leads();
    }

    /** A client. */
    private interface Library extends AutoCloseable {
        Runner enter(String path) throws Exception;

        @Override
        void close();
    }

    private interface Connect {
        Library to(String servers);
    }

    @TempDir
    private Path data;

    @Test
    void besideCurator() throws Exception {
        try (Rates rates = Rates.start("Elections", data)) {
            rates.row(
                    "election: takeover after a close",
                    (servers, path) -> new Succession(Pinfold::new, servers, path),
                    (servers, path) -> new Succession(Curator::new, servers, path));
            rates.row(
                    "election: takeover after silence, sessions of " + SESSION.toSeconds() + " s",
                    (servers, path) -> new Silence(Pinfold::new, servers, path),
                    (servers, path) -> new Silence(Curator::new, servers, path));
        }
    }

    /** Two take turns; timed from the close of one until the other one leads. */
    private static final class Succession implements Trial<Exception> {
        private final Stands stands;
        private final List<Library> clients;
        private final String path;

        Succession(Connect connect, String servers, String path) {
            this.stands = new Stands(servers);
            this.clients = List.of(connect.to(servers), connect.to(servers));
            this.path = path;
        }

        @Override
        public void run(Round round) throws Exception {
            Runner leader = clients.get(0).enter(path);
            leader.leads().get(20, TimeUnit.SECONDS);
            for (int i = 1; i <= Rates.times(200); i++) {
                Runner next = clients.get(i % 2).enter(path);
                stands.await(path, 2);
                long start = System.nanoTime();
                leader.close();
                round.record(next.leads().get(20, TimeUnit.SECONDS) - start);
                leader = next;
            }
            leader.close();
        }

        @Override
        public void close() {
            clients.forEach(Library::close);
            stands.close();
        }
    }

    /** Leaders whose network goes dead without a word; timed from then until somebody else leads. */
    private static final class Silence implements Trial<Exception> {
        private final List<FaultProxy> networks = new ArrayList<>();
        private final List<Library> leaders = new ArrayList<>();
        private final Library other;
        private final Stands stands;
        private final String path;

        Silence(Connect connect, String servers, String path) {
            this.stands = new Stands(servers);
            this.path = path;
            this.other = connect.to(servers);
            for (int i = 0; i < ELECTIONS; i++) {
                FaultProxy network = FaultProxy.to(Integer.parseInt(servers.substring(servers.indexOf(':') + 1)));
                networks.add(network);
                leaders.add(connect.to(network.connectString()));
            }
        }

        @Override
        public void run(Round round) throws Exception {
            List<Runner> seconds = new ArrayList<>();
            for (int i = 0; i < ELECTIONS; i++) {
                leaders.get(i).enter(path + "/" + i).leads().get(20, TimeUnit.SECONDS);
                seconds.add(other.enter(path + "/" + i));
                stands.await(path + "/" + i, 2);
            }
            List<CompletableFuture<Void>> done = new ArrayList<>();
            for (int i = 0; i < ELECTIONS; i++) {
                networks.get(i).stall();
                long start = System.nanoTime();
                done.add(seconds.get(i).leads().thenAccept(moment -> round.record(moment - start)));
            }
            CompletableFuture.allOf(done.toArray(new CompletableFuture<?>[0])).get(30, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            networks.forEach(FaultProxy::close);
            leaders.forEach(Library::close);
            other.close();
            stands.close();
        }
    }

    /** Sees how many candidates stand. */
    private static final class Stands implements AutoCloseable {
        private final PinfoldClient client;

        Stands(String servers) {
            client = PinfoldClient.connect(servers);
        }

        void await(String path, int count) {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> client.exists(path).isPresent()
                            && client.children(path).size() == count);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static final class Pinfold implements Library {
        private final PinfoldClient client;

        Pinfold(String servers) {
            client = PinfoldClient.builder(servers).sessionTimeout(SESSION).build();
        }

        @Override
        public Runner enter(String path) {
            LeaderElection election = LeaderElection.at(client, path);
            CompletableFuture<Leadership> leadership = election.campaignAsync();
            CompletableFuture<Long> leads = leadership.thenApply(now -> System.nanoTime());
            return new Runner() {
                @Override
                public CompletableFuture<Long> leads() {
                    return leads;
                }

                @Override
                public void close() {
                    leadership.join().close();
                }
            };
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static final class Curator implements Library {
        private final CuratorFramework client;

        Curator(String servers) {
            int millis = (int) SESSION.toMillis();
            client = CuratorFrameworkFactory.newClient(servers, millis, millis, new RetryForever(50));
            client.start();
        }

        @Override
        public Runner enter(String path) throws Exception {
            CompletableFuture<Long> leads = new CompletableFuture<>();
            LeaderLatch latch = new LeaderLatch(client, path);
            latch.addListener(new LeaderLatchListener() {
                @Override
                public void isLeader() {
                    leads.complete(System.nanoTime());
                }

                @Override
                public void notLeader() {}
            });
            latch.start();
            return new Runner() {
                @Override
                public CompletableFuture<Long> leads() {
                    return leads;
                }

                @Override
                public void close() throws Exception {
                    latch.close();
                }
            };
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
