package io.pinfold.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.NoAuthException;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.SessionState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EnsembleTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path dir;

    @Test
    void everyMemberShowsWhatWasWrittenThroughAnother() throws Exception {
        try (Ensemble ensemble = Ensemble.start(3);
                PinfoldClient one = PinfoldClient.connect(ensemble.connectString(1));
                PinfoldClient two = PinfoldClient.connect(ensemble.connectString(2));
                PinfoldClient three = PinfoldClient.connect(ensemble.connectString(3))) {
            one.create("/a", new byte[] {1});
            two.sync("/a");
            two.set("/a", new byte[] {2}, 0);
            three.sync("/a");

            assertArrayEquals(new byte[] {2}, three.get("/a").data());
        }
    }

    @Test
    void everyMemberKnowsAClientByItsIdentities() throws Exception {
        try (Ensemble ensemble = Ensemble.start(3)) {
            for (int member = 1; member <= 3; member++) {
                String path = "/of-member-" + member;
                try (PinfoldClient bob = PinfoldClient.connect(ensemble.connectString(member));
                        PinfoldClient stranger = PinfoldClient.connect(ensemble.connectString(member))) {
                    bob.addAuth("digest", "bob:pw".getBytes(StandardCharsets.UTF_8));
                    bob.create(path, new byte[] {1}, CreateOptions.PERSISTENT.withAcl(Acl.CREATOR_ALL));
                    bob.set(path, new byte[] {2}, 0);
                    stranger.sync(path);

                    assertThrows(NoAuthException.class, () -> stranger.set(path, null));
                    assertThrows(NoAuthException.class, () -> stranger.get(path));
                }
            }
        }
    }

    @Test
    void aClientOfAFollowerDoesNotEvenLoseItsConnectionWhenTheLeaderIsKilled() throws Exception {
        try (Ensemble ensemble = Ensemble.start(3)) {
            int leader = ensemble.awaitLeader(SOON);
            try (PinfoldClient client = PinfoldClient.connect(ensemble.connectString(leader == 1 ? 2 : 1))) {
                client.create("/a", new byte[0]);
                List<SessionState> states = new CopyOnWriteArrayList<>();
                client.addSessionListener((session, state) -> states.add(state));

                ensemble.kill(leader);
                client.create("/b", new byte[0]);

                assertNotEquals(leader, ensemble.awaitLeader(SOON));
                assertTrue(client.exists("/a").isPresent());
                assertEquals(List.of(), states);
            }
        }
    }

    @Test
    void aClientOfTheLeaderMovesWithItsSessionAndItsEphemerals() throws Exception {
        try (Ensemble ensemble = Ensemble.start(3)) {
            int leader = ensemble.awaitLeader(SOON);
            String rest = ensemble.connectString(leader == 1 ? 2 : 1);
            try (PinfoldClient client = PinfoldClient.connect(ensemble.connectString(leader) + "," + rest)) {
                client.create("/mine", new byte[0], CreateMode.EPHEMERAL);
                long session = client.session().id();

                ensemble.kill(leader);

                assertTrue(client.exists("/mine").isPresent());
                assertEquals(session, client.session().id());
            }
        }
    }

    @Test
    void aKilledMemberLearnsWhatItMissed() throws Exception {
        try (Ensemble ensemble = Ensemble.builder(3).dataDir(dir).start();
                PinfoldClient client = PinfoldClient.connect(ensemble.connectString(1))) {
            ensemble.kill(3);
            client.create("/missed", new byte[] {7});

            ensemble.restart(3);
            ensemble.awaitServing(SOON);

            try (PinfoldClient late = PinfoldClient.connect(ensemble.connectString(3))) {
                late.sync("/");
                assertArrayEquals(new byte[] {7}, late.get("/missed").data());
            }
        }
    }

    @Test
    void anEnsembleOnDiskComesBackWithItsData() throws Exception {
        try (Ensemble ensemble = Ensemble.builder(3).dataDir(dir).start();
                PinfoldClient client = PinfoldClient.connect(ensemble.connectString())) {
            client.create("/kept", new byte[] {1});
        }
        try (Ensemble ensemble = Ensemble.builder(3).dataDir(dir).start();
                PinfoldClient client = PinfoldClient.connect(ensemble.connectString())) {
            assertArrayEquals(new byte[] {1}, client.get("/kept").data());
        }
    }

    @Test
    void aLeaderThatIsCutOffIsReplacedAndFollowsAfterwards() throws Exception {
        try (Ensemble ensemble = Ensemble.start(3)) {
            int former = ensemble.awaitLeader(SOON);
            ensemble.isolate(former);
            int other = former == 1 ? 2 : 1;
            try (PinfoldClient client = PinfoldClient.connect(ensemble.connectString(other))) {
                client.create("/new", new byte[0]);
                assertNotEquals(former, ensemble.awaitLeader(SOON));

                ensemble.heal(former);
                ensemble.awaitServing(SOON);

                try (PinfoldClient healed = PinfoldClient.connect(ensemble.connectString(former))) {
                    healed.sync("/");
                    assertTrue(healed.exists("/new").isPresent());
                }
            }
        }
    }

    @Test
    void aLeaderThatStandsStillIsReplacedAndFollowsWhenItGoesOn() throws Exception {
        try (Ensemble ensemble = Ensemble.start(3)) {
            int former = ensemble.awaitLeader(SOON);
            ensemble.pause(former);
            int other = former == 1 ? 2 : 1;
            try (PinfoldClient client = PinfoldClient.connect(ensemble.connectString(other))) {
                client.create("/new", new byte[0]);

                ensemble.resume(former);
                ensemble.awaitServing(SOON);

                assertEquals(3, ensemble.running().size());
                assertNotEquals(former, ensemble.awaitLeader(SOON));
            }
        }
    }

    @Test
    void aWipedMemberLearnsEverythingAgainAndVotes() throws Exception {
        try (Ensemble ensemble = Ensemble.start(3);
                PinfoldClient client = PinfoldClient.connect(ensemble.connectString(1))) {
            client.create("/a", new byte[0]);
            ensemble.kill(3);
            ensemble.wipe(3);
            client.create("/b", new byte[0]);

            ensemble.restart(3);
            ensemble.awaitServing(SOON);
            client.create("/c", new byte[0]);
            ensemble.kill(2);

            client.create("/d", new byte[0]); // with the vote of the wiped one, or never
            assertTrue(client.exists("/d").isPresent());
        }
    }

    @Test
    void aMinorityServesNobodyAndGoesOnWhenTheOthersAreBack() throws Exception {
        try (Ensemble ensemble = Ensemble.start(3)) {
            ensemble.kill(2);
            ensemble.kill(3);
            PinfoldServer alone = ensemble.server(1);
            while (alone.isServing()) {
                alone.awaitChange(Duration.ofMillis(10));
            }
            ensemble.restart(2);
            ensemble.awaitServing(SOON);

            assertTrue(alone.isServing());
        }
    }

    @Test
    void aStoppedLeaderHandsOverFirst() throws Exception {
        try (Ensemble ensemble = Ensemble.start(3)) {
            int former = ensemble.awaitLeader(SOON);
            long epoch = ensemble.server(former).epoch();

            ensemble.stop(former);

            int leader = ensemble.awaitLeader(SOON);
            assertEquals(epoch + 1, ensemble.server(leader).epoch());
        }
    }
}
