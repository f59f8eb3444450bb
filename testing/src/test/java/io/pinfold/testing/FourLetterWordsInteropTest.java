package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts that read the words of Apache ZooKeeper's servers find the same keys in ours, after the same requests. */
class FourLetterWordsInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Set<String> WORDS = Set.of(
            "srvr", "stat", "mntr", "cons", "conf", "envi", "wchs", "wchp", "wchc", "ruok", "isro", "dump", "dirs",
            "gtmk", "stmk");

    private static ApacheZooKeeper theirs;
    private static PinfoldServer ours;
    private static final List<RawSession> SESSIONS = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        theirs = ApacheZooKeeper.start();
        ours = PinfoldServer.start(ServerConfig.standalone()
                .withClientPort(0)
                .withDataDir(directory)
                .withFourLetterWords(WORDS));
        for (int port : new int[] {theirs.port(), ours.clientPort()}) {
            RawSession session = RawSession.open(port, PATIENCE);
            assertEquals(0, session.errorOf(Call.create("/a", 0)));
            assertEquals(0, session.errorOf(Call.create("/e", 1)));
            assertEquals(0, session.errorOf(Call.read(Call.GET_DATA, "/a", true)));
            SESSIONS.add(session);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        for (RawSession session : SESSIONS) {
            session.close();
        }
        ours.close();
        theirs.close();
    }

    /** A key is what a script looks for. What ZooKeeper counts for the first element of each path is not among them. */
    @ParameterizedTest
    @CsvSource({
        "mntr, ^(zk_\\w+)\\t",
        "srvr, ^([A-Za-z /]+):",
        "stat, ^([A-Za-z /]+):",
        "conf, ^(\\w+)=",
        "envi, ^([\\w.]+)=",
        "cons, (\\w+)=",
        "dirs, ^(\\w+): \\d+$",
    })
    void theKeysAreTheSame(String word, String key) throws IOException {
        assertEquals(keys(ask(theirs.port(), word), key), keys(ask(ours.clientPort(), word), key));
    }

    @Test
    void numbersThatBothKnowAreEqual() throws IOException {
        Pattern measure = Pattern.compile("^(zk_\\w+)\\t(.*)$", Pattern.MULTILINE);
        String mine = ask(ours.clientPort(), "mntr");
        Matcher matcher = measure.matcher(ask(theirs.port(), "mntr"));
        Set<String> wanted = Set.of(
                "zk_znode_count", "zk_watch_count", "zk_ephemerals_count", "zk_global_sessions", "zk_server_state");
        Set<String> seen = new TreeSet<>();
        while (matcher.find()) {
            if (wanted.contains(matcher.group(1))) {
                seen.add(matcher.group(1));
                assertTrue(mine.contains(matcher.group() + "\n"), matcher.group());
            }
        }
        assertEquals(new TreeSet<>(wanted), seen);
    }

    @ParameterizedTest
    @CsvSource({"ruok", "isro", "wchs", "gtmk"})
    void shortAnswersAreTheSame(String word) throws IOException {
        assertEquals(ask(theirs.port(), word), ask(ours.clientPort(), word));
    }

    @ParameterizedTest
    @CsvSource({"wchp", "wchc"})
    void watchesAreListedInTheSameWay(String word) throws IOException {
        assertEquals(
                ask(theirs.port(), word).replace(session(0), "SESSION"),
                ask(ours.clientPort(), word).replace(session(1), "SESSION"));
    }

    @Test
    void dumpsNameTheOwnersOfEphemeralZnodesInTheSameWay() throws IOException {
        assertTrue(ask(theirs.port(), "dump").contains(session(0) + ":\n\t/e\n"));
        assertTrue(ask(ours.clientPort(), "dump").contains(session(1) + ":\n\t/e\n"));
    }

    private static String session(int number) {
        return "0x" + Long.toHexString(SESSIONS.get(number).id());
    }

    private static Set<String> keys(String text, String key) {
        Set<String> keys = new TreeSet<>();
        Matcher matcher = Pattern.compile(key, Pattern.MULTILINE).matcher(text);
        while (matcher.find()) {
            if (!matcher.group(1).endsWith("_per_namespace")) {
                keys.add(matcher.group(1));
            }
        }
        assertTrue(!keys.isEmpty(), text);
        return keys;
    }

    private static String ask(int port, String word) throws IOException {
        return FourLetterWord.ask(port, word, PATIENCE);
    }
}
