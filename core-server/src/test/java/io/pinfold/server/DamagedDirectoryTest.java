package io.pinfold.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.NodeExistsException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A member on real files and sockets comes back with a directory that is not as it left it. Whatever it is, the others go on,
 * nothing that was acknowledged is lost, and the member is as good as new afterwards, or says what to do.
 */
@Timeout(60)
class DamagedDirectoryTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int ZNODES = 12;

    @TempDir
    private static Path dir;

    private static Ensemble ensemble;
    private static PinfoldClient client;

    private ServerWords words;
    private String name;
    private int leader;
    private int victim;

    @BeforeAll
    static void startAll() throws Exception {
        ensemble = Ensemble.builder(3)
                .dataDir(dir)
                .config(config -> config.withLogFileBytes(1 << 20))
                .start();
        client = PinfoldClient.connect(ensemble.connectString());
    }

    @AfterAll
    static void stopAll() {
        client.close();
        ensemble.close();
    }

    @BeforeEach
    void write(TestInfo test) throws Exception {
        words = new ServerWords();
        name = test.getTestMethod().orElseThrow().getName();
        leader = ensemble.awaitLeader(SOON);
        victim = leader == 3 ? 2 : 3; // who has the higher number calls the others
        if (client.exists("/" + name + "-0").isEmpty()) {
            writeMore(0);
        }
    }

    private void writeMore(int from) throws InterruptedException {
        for (int i = from; i < from + ZNODES; i++) {
            client.create(path(i), new byte[] {(byte) i});
        }
    }

    private String path(int number) {
        return "/" + name + "-" + number;
    }

    @AfterEach
    void everyMemberIsWell() throws Exception {
        for (int member = 1; member <= ensemble.size(); member++) {
            ensemble.restart(member);
        }
        ensemble.awaitServing(SOON);
        words.close();
    }

    private Path directory(int member) {
        return dir.resolve("member-" + member);
    }

    // ---- the log ----

    @Test
    void aFlippedByteInTheMiddleOfTheLogIsRepairedByTheLeader() throws Exception {
        stopWithEverythingOnDisk();
        Directories.flipInLog(directory(victim), path(3));

        comesBackRepaired(victim);

        votesAgain(victim);
        ensemble.kill(victim);
        assertNull(Directories.damage(directory(victim), victim));
        words.forget();
        comesBackKnowingEverything(victim);
        assertFalse(words.contain("log-damaged"), words::toString);
    }

    @Test
    void aFlippedByteInTheLastRecordIsRepairedByTheLeader() throws Exception {
        stopWithEverythingOnDisk();
        Directories.flipInLog(directory(victim), path(ZNODES - 1));

        comesBackRepaired(victim);
    }

    @Test
    void aLeaderComesBackWithAFlippedByteAndFollowsTheNextOne() throws Exception {
        victim = leader;
        stopWithEverythingOnDisk();
        writeMore(ZNODES);
        Directories.flipInLog(directory(victim), path(5));

        comesBackRepaired(victim);

        assertNotEquals(victim, ensemble.awaitLeader(SOON));
    }

    @Test
    void aFlippedByteInWhatWasNeverCommittedIsReplacedByWhatWas() throws Exception {
        victim = leader;
        PinfoldServer lonely = ensemble.server(victim);
        try (RawClient writer = new RawClient(lonely.clientPort())) {
            ensemble.isolate(victim);
            writer.send("/never-committed", CreateMode.PERSISTENT);
            await().atMost(SOON).until(() -> Directories.isInLog(directory(victim), "/never-committed"));
            writer.send("/nor-this", CreateMode.PERSISTENT);
            await().atMost(SOON).until(() -> Directories.isInLog(directory(victim), "/nor-this"));
        }
        ensemble.kill(victim);
        writeMore(ZNODES);
        Directories.flipInLog(directory(victim), "/never-committed");

        comesBackRepaired(victim);

        assertTrue(client.exists("/never-committed").isEmpty());
        assertTrue(client.exists("/nor-this").isEmpty());
    }

    @Test
    void aLogFileWithoutItsHeaderIsSetAsideAndItsContentsLearned() throws Exception {
        stopWithEverythingOnDisk();
        List<Path> logs = Directories.files(directory(victim), "log-");
        Directories.flip(logs.get(logs.size() - 1), 20);

        comesBackRepaired(victim);

        assertEquals(List.of(), Directories.files(directory(victim), "damaged-"));
    }

    @Test
    void aMemberWhoseLogIsMissingSaysThatItsDirectoryHasToBeEmptied() throws Exception {
        ensemble.kill(victim);
        for (Path log : Directories.files(directory(victim), "log-")) {
            Files.delete(log);
        }

        refuses("the log files are missing", "or empty it");

        Directories.empty(directory(victim));
        comesBackKnowingEverything(victim);
    }

    // ---- what a member must not forget ----

    @ParameterizedTest
    @CsvSource({"metadata-a, identity-b", "metadata-b, identity-a"})
    void oneCopyOfWhatAMemberMustNotForgetIsEnough(String metadata, String identity) throws Exception {
        ensemble.kill(victim);
        Directories.flip(directory(victim).resolve(metadata), 21);
        Directories.flip(directory(victim).resolve(identity), 21);

        comesBackKnowingEverything(victim);

        assertTrue(words.contain("copy-rewritten", "file=" + metadata), words::toString);
        assertTrue(words.contain("copy-rewritten", "file=" + identity), words::toString);
    }

    @Test
    void aMemberThatForgotItsVotesSaysThatItsDirectoryHasToBeEmptied() throws Exception {
        ensemble.kill(victim);
        Directories.flip(directory(victim).resolve("metadata-a"), 21);
        Directories.flip(directory(victim).resolve("metadata-b"), 21);

        refuses("may have forgotten a vote; empty the directory, and the member learns everything anew");

        Directories.empty(directory(victim));
        comesBackKnowingEverything(victim);
        votesAgain(victim);
    }

    @Test
    void aMemberThatForgotWhoItIsSaysThatItsDirectoryHasToBeEmptied() throws Exception {
        ensemble.kill(victim);
        Directories.flip(directory(victim).resolve("identity-a"), 21);
        Directories.flip(directory(victim).resolve("identity-b"), 21);

        refuses("both copies of the identity", "empty the directory, and the member learns everything anew");

        Directories.empty(directory(victim));
        comesBackKnowingEverything(victim);
    }

    // ---- another directory ----

    @Test
    void anEmptyDirectoryIsFilledByTheLeaderAndVotesAgain() throws Exception {
        ensemble.kill(victim);
        Directories.empty(directory(victim));

        comesBackKnowingEverything(victim);

        votesAgain(victim);
    }

    @Test
    void anOlderCopyOfTheDirectoryIsNoticedAndBroughtUpToDate() throws Exception {
        ensemble.kill(victim);
        Directories.copy(directory(victim), dir.resolve("copy"));
        ensemble.restart(victim);
        ensemble.awaitServing(SOON);
        writeMore(ZNODES);
        await().atMost(SOON).until(() -> Directories.isInLog(directory(victim), path(2 * ZNODES - 1)));
        await().atMost(SOON).until(() -> knowsEverything(victim));
        ensemble.kill(victim);
        Directories.copy(dir.resolve("copy"), directory(victim));

        comesBackKnowingEverything(victim);

        assertTrue(words.contain("its data directory is an older copy"), words::toString);
    }

    @Test
    void theDirectoryOfAnotherMemberIsRefused() throws Exception {
        int other = 6 - leader - victim;
        ensemble.kill(victim);
        ensemble.kill(other);
        Files.move(directory(victim), dir.resolve("kept"));
        Files.move(directory(other), directory(victim));

        refuses("belongs to member " + other + ", not to member " + victim + "; correct the number of the member or");

        Files.move(directory(victim), directory(other));
        Files.move(dir.resolve("kept"), directory(victim));
        ensemble.restart(other);
        comesBackKnowingEverything(victim);
    }

    @Test
    void theDirectoryOfAnotherClusterIsToldSoByBothSides() throws Exception {
        ensemble.kill(victim);
        Files.move(directory(victim), dir.resolve("kept"));
        try (Ensemble other = Ensemble.builder(3).dataDir(dir.resolve("other")).start()) {
            other.kill(victim);
            Files.move(dir.resolve("other").resolve("member-" + victim), directory(victim));
        }
        words.forget();
        ensemble.restart(victim);

        String reason = "it belongs to another cluster; one of the two has a wrong address or data directory";
        await().atMost(SOON).until(() -> words.contain("peer-not-linked", "reason=" + reason));
        await().atMost(SOON).until(() -> words.contain("peer-not-linked", "reason=it refuses: " + reason));
        assertFalse(ensemble.server(victim).isServing());
        client.create(path(ZNODES), new byte[0]);

        ensemble.kill(victim);
        Files.move(directory(victim), dir.resolve("of-another-cluster"));
        Files.move(dir.resolve("kept"), directory(victim));
        comesBackKnowingEverything(victim);
    }

    @Test
    void aDirectoryThatIsInUseIsRefused() throws Exception {
        ServerConfig second = ServerConfig.standalone().withMemberId(victim).withDataDir(directory(victim));

        IOException refused = assertThrows(StorageException.class, () -> PinfoldServer.start(second));

        assertEquals("data directory " + directory(victim) + " is used by another process", refused.getMessage());
        assertTrue(ensemble.server(victim).isServing());
    }

    // ---- how it ends ----

    /** What a majority has, a single member may not have yet; and what it has not forced it may forget. */
    private void stopWithEverythingOnDisk() {
        await().atMost(SOON).until(() -> Directories.isInLog(directory(victim), path(ZNODES - 1)));
        ensemble.stop(victim);
    }

    private void refuses(String... parts) {
        StorageException refused = assertThrows(StorageException.class, () -> ensemble.restart(victim));
        for (String part : parts) {
            assertTrue(refused.getMessage().contains(part), refused.getMessage());
        }
    }

    private void comesBackRepaired(int member) throws Exception {
        comesBackKnowingEverything(member);
        assertTrue(words.contain("log-damaged dir=" + directory(member)), words::toString);
        await().atMost(SOON).until(() -> words.contain("log-repaired dir=" + directory(member)));
    }

    private void comesBackKnowingEverything(int member) throws Exception {
        client.create(path(100), new byte[0]);
        client.delete(path(100));
        ensemble.restart(member);
        ensemble.awaitServing(SOON);
        assertTrue(knowsEverything(member));
    }

    private boolean knowsEverything(int member) throws Exception {
        try (PinfoldClient reader = PinfoldClient.connect(ensemble.connectString(member))) {
            reader.sync("/");
            assertEquals(Set.copyOf(client.children("/")), Set.copyOf(reader.children("/")));
            assertArrayEquals(new byte[] {7}, reader.get(path(7)).data());
        }
        return true;
    }

    /** With one of the other two gone, a majority needs this member. */
    private void votesAgain(int member) throws Exception {
        int gone = ensemble.awaitLeader(SOON);
        ensemble.kill(gone);
        String path = "/" + name + "-with-the-vote-of-" + member;
        try {
            client.create(path, new byte[0]);
        } catch (OutcomeUnknownException e) { // it was on its way to the one that was killed
            await().atMost(SOON).ignoreException(NodeExistsException.class).until(() -> {
                return client.exists(path).isPresent() || client.create(path, new byte[0]) != null;
            });
        } finally {
            ensemble.restart(gone);
        }
    }
}
