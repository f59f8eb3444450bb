package io.pinfold.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.QuotaExceededException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.storage.FailingDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk of one member of an ensemble fails while it works: that member stops and says why, and the others go on. */
@Timeout(60)
class MemberDiskTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private static Path dir;

    private static final Map<Integer, FailingDisk> disks = new ConcurrentHashMap<>();
    private static Ensemble ensemble;
    private static ServerWords words;

    private PinfoldClient client;
    private String path;
    private int leader;
    private int follower;

    @BeforeAll
    static void startAll() throws Exception {
        words = new ServerWords();
        ensemble = Ensemble.builder(3)
                .dataDir(dir)
                .config(config -> config.withLogFileBytes(1 << 20))
                .disks((member, disk) -> {
                    FailingDisk failing = new FailingDisk(disk);
                    disks.put(member, failing);
                    return failing;
                })
                .start();
    }

    @AfterAll
    static void stopAll() {
        ensemble.close();
        words.close();
    }

    @BeforeEach
    void look(TestInfo test) throws Exception {
        path = "/" + test.getTestMethod().orElseThrow().getName();
        leader = ensemble.awaitLeader(SOON);
        follower = leader % 3 + 1;
        client = PinfoldClient.connect(ensemble.connectString(6 - leader - follower)); // neither of them
        client.create(path + "-before", new byte[0]);
    }

    @AfterEach
    void leave() {
        client.close();
    }

    @Test
    void aFollowerWhoseForceFailsStopsAndTheOthersGoOn() throws Exception {
        disks.get(follower).fail("force log-");

        client.create(path, new byte[0]);

        assertStopped(follower, "force", "Input/output error");
        assertEquals(leader, ensemble.awaitLeader(SOON));
        comesBack(follower);
    }

    @Test
    void aLeaderWhoseForceFailsStopsAndAnotherLeads() throws Exception {
        disks.get(leader).fail("force log-");

        client.create(path, new byte[0]);

        assertStopped(leader, "force", "Input/output error");
        client.create(path + "-after", new byte[0]);
        assertNotEquals(leader, ensemble.awaitLeader(SOON));
        comesBack(leader);
    }

    @Test
    void aFollowerWhoseDiskIsFullStopsAndTheOthersGoOn() throws Exception {
        disks.get(follower).fill();

        client.create(path, new byte[0]);

        assertStopped(follower, "write", "No space left on device");
        client.create(path + "-after", new byte[0]);
        comesBack(follower);
    }

    @Test
    void aLeaderWhoseDiskIsFullStopsAndAnotherLeads() throws Exception {
        disks.get(leader).fill();

        client.create(path, new byte[0]);

        assertStopped(leader, "write", "No space left on device");
        client.create(path + "-after", new byte[0]);
        assertNotEquals(leader, ensemble.awaitLeader(SOON));
        comesBack(leader);
    }

    @Test
    void aLeaderWhoseDiskHangsHandsOverAndKnowsEverythingWhenItGoesOn() throws Exception {
        FailingDisk disk = disks.get(leader);
        disk.hang();
        for (int i = 0; ensemble.awaitLeader(SOON) == leader; i++) {
            client.create(path + "-" + i, new byte[0]); // through the other two
        }
        assertTrue(words.contain("this member's disk is behind those of the others"), words::toString);
        disk.heal();

        comesBack(leader);
    }

    @Test
    void aLeaderWithHardlyAnyRoomLetsOneLeadThatHasRoom() throws Exception {
        disks.get(leader).roomy(false);

        while (ensemble.awaitLeader(SOON) == leader) {
            letTheDiskWork();
        }
        client.create(path, new byte[0]);

        assertTrue(words.contain("room-low dir=" + dir.resolve("member-" + leader)), words::toString);
        disks.get(leader).roomy(true);
    }

    /** The disk is looked at when something is written; what makes the state smaller is always allowed. */
    private void letTheDiskWork() {
        try {
            client.create(path + "-more", new byte[0]);
            client.delete(path + "-more");
        } catch (QuotaExceededException refused) {
            assertFalse(disks.get(leader).hasRoom());
        }
    }

    private static void assertStopped(int member, String action, String reason) throws Exception {
        String sentence = ensemble.server(member).failure().get(30, TimeUnit.SECONDS);
        assertEquals(
                "the log cannot be written: could not " + action + " the log in " + dir.resolve("member-" + member)
                        + ": " + reason,
                sentence);
        assertTrue(words.contain("member-stopped member=" + member), words::toString);
    }

    /** When the disk is well again and the process is started anew. */
    private void comesBack(int member) throws Exception {
        ensemble.kill(member);
        ensemble.restart(member);
        ensemble.awaitServing(SOON);
        try (PinfoldClient reader = PinfoldClient.connect(ensemble.connectString(member))) {
            reader.sync("/");
            assertEquals(Set.copyOf(client.children("/")), Set.copyOf(reader.children("/")));
        }
    }
}
