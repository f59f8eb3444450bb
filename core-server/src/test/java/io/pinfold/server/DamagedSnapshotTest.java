package io.pinfold.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member on real files and sockets comes back with damaged snapshots: it takes older ones, or those of its leader. */
@Timeout(60)
class DamagedSnapshotTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int SNAPSHOTS = 3;
    private static final int SNAP_COUNT = 8;

    @TempDir
    private static Path dir;

    private static Ensemble ensemble;
    private static PinfoldClient client;
    private static int written;

    private ServerWords words;
    private int victim;
    private Path directory;

    @BeforeAll
    static void startAll() throws Exception {
        ensemble = Ensemble.builder(3)
                .dataDir(dir)
                .config(config -> config.withSnapCount(SNAP_COUNT)
                        .withSnapshotsRetained(SNAPSHOTS)
                        .withLogFileBytes(16 << 10))
                .start();
        client = PinfoldClient.connect(ensemble.connectString());
    }

    @AfterAll
    static void stopAll() {
        client.close();
        ensemble.close();
    }

    @BeforeEach
    void writeUntilTheLogReachesBackNoMore() throws Exception {
        words = new ServerWords();
        victim = ensemble.awaitLeader(SOON) == 3 ? 2 : 3;
        directory = dir.resolve("member-" + victim);
        while (snapshots().size() < SNAPSHOTS
                || Directories.files(directory, "log-").get(0).endsWith("log-0000000000000001")) {
            client.create("/n" + written++, new byte[] {1});
        }
        await().atMost(SOON).until(() -> Directories.isInLog(directory, "/n" + (written - 1)));
        ensemble.stop(victim);
    }

    @AfterEach
    void everyMemberIsWell() throws Exception {
        ensemble.restart(victim);
        ensemble.awaitServing(SOON);
        words.close();
    }

    private List<Path> snapshots() throws IOException {
        return Directories.files(directory, "snapshot-").stream()
                .filter(file -> !file.toString().endsWith(".new"))
                .toList();
    }

    @Test
    void anOlderSnapshotTakesThePlaceOfADamagedOne() throws Exception {
        Directories.flip(snapshots().get(snapshots().size() - 1), 70);

        comesBack();

        assertTrue(words.contain("snapshot-passed-over"), words::toString);
    }

    @Test
    void aMemberWithoutAnyReadableSnapshotGetsItsLeaders() throws Exception {
        for (Path snapshot : snapshots()) {
            Directories.flip(snapshot, 70);
        }

        comesBack();

        isRepaired();
    }

    @Test
    void damageInSnapshotsAndInTheLogIsRepairedTogether() throws Exception {
        for (Path snapshot : snapshots()) {
            Directories.flip(snapshot, -20);
        }
        Directories.flipInLog(directory, "/n" + (written - 1));

        comesBack();

        isRepaired();
    }

    private void comesBack() throws Exception {
        client.create("/n" + written++, new byte[] {2});
        ensemble.restart(victim);
        ensemble.awaitServing(SOON);
        try (PinfoldClient reader = PinfoldClient.connect(ensemble.connectString(victim))) {
            reader.sync("/");
            assertEquals(Set.copyOf(client.children("/")), Set.copyOf(reader.children("/")));
            assertArrayEquals(new byte[] {2}, reader.get("/n" + (written - 1)).data());
        }
    }

    private void isRepaired() throws Exception {
        await().atMost(SOON).until(() -> words.contain("log-repaired dir=" + directory));
        int gone = ensemble.awaitLeader(SOON);
        ensemble.kill(gone);
        client.create("/n" + written++, new byte[] {3}); // with the vote of the repaired one, or never
        ensemble.restart(gone);
        ensemble.kill(victim);
        assertNull(Directories.damage(directory, victim));
    }
}
