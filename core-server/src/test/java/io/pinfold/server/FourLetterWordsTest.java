package io.pinfold.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.client.PinfoldClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FourLetterWordsTest {
    private static final Set<String> ALL = Set.of(
            "ruok", "isro", "srvr", "stat", "cons", "conf", "envi", "mntr", "dump", "wchs", "wchc", "wchp", "srst",
            "crst", "dirs", "hash", "gtmk", "stmk");

    private static final Duration SOON = Duration.ofSeconds(20);

    private PinfoldServer server;

    @BeforeEach
    void start() throws Exception {
        server = PinfoldServer.start(ServerConfig.standalone().withClientPort(0).withFourLetterWords(ALL));
        assertTrue(server.awaitServing(SOON));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void saysThatItIsThere() throws IOException {
        assertEquals("imok", ask(server, "ruok"));
        assertEquals("rw", ask(server, "isro"));
    }

    @Test
    void answersWordsThatHaveNothingToTell() throws IOException {
        assertEquals("datadir_size: 0\nlogdir_size: 0\n", ask(server, "dirs"));
        assertEquals("", ask(server, "hash"));
        assertEquals(ask(server, "gtmk"), ask(server, "stmk"));
    }

    @Test
    void onlySaysByDefaultWhatTellsStrangersLittle() throws Exception {
        try (PinfoldServer careful =
                PinfoldServer.start(ServerConfig.standalone().withClientPort(0))) {
            assertTrue(careful.awaitServing(SOON));
            assertTrue(ask(careful, "srvr").contains("Mode: standalone\n"));
            assertEquals("cons is not executed because it is not in the whitelist.\n", ask(careful, "cons"));
            assertEquals("ruok is not executed because it is not in the whitelist.\n", ask(careful, "ruok"));
        }
    }

    @Test
    void closesTheConnectionOnAWordThatNobodyKnows() throws IOException {
        assertEquals("", ask(server, "what"));
        assertEquals("", ask(server, "\u007f\u007f\u007f\u007f"));
    }

    @Test
    void neverTakesALaterFrameForAWord() throws IOException {
        try (RawClient raw = new RawClient(server.clientPort())) {
            assertEquals(0, raw.lastAnswer("srvr".getBytes(StandardCharsets.US_ASCII)).length);
        }
    }

    @Test
    void answersAWordThatComesInPieces() throws IOException {
        try (Socket socket = open(server)) {
            for (String letter : List.of("r", "u", "o", "k")) {
                socket.getOutputStream().write(letter.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }

            assertEquals("imok", readAll(socket));
        }
    }

    @Test
    void showsWhatItHolds() throws Exception {
        try (PinfoldClient client = PinfoldClient.connect("127.0.0.1:" + server.clientPort())) {
            int before = number(ask(server, "mntr"), "zk_znode_count\t(\\d+)");
            client.create("/a", new byte[10]);
            client.create("/a/e", new byte[10], CreateMode.EPHEMERAL);
            String mntr = ask(server, "mntr");

            assertEquals(before + 2, number(mntr, "zk_znode_count\t(\\d+)"));
            assertEquals(1, number(mntr, "zk_ephemerals_count\t(\\d+)"));
            assertEquals(1, number(mntr, "zk_global_sessions\t(\\d+)"));
            assertEquals(2, number(mntr, "zk_num_alive_connections\t(\\d+)"), "the client and who asks");
            assertTrue(mntr.contains("zk_server_state\tstandalone\n"), mntr);
            assertEquals(before + 2, number(ask(server, "srvr"), "Node count: (\\d+)"));
            String session = "0x" + Long.toHexString(client.session().id());
            assertTrue(ask(server, "dump").contains(session + ":\n\t/a/e\n"), ask(server, "dump"));
            assertTrue(ask(server, "cons").contains(",sid=" + session + ",lop=CREA,"), ask(server, "cons"));
        }
    }

    @Test
    void showsWhoWatchesWhat() throws Exception {
        try (PinfoldClient client = PinfoldClient.connect("127.0.0.1:" + server.clientPort())) {
            client.create("/a", new byte[0]);
            client.get("/a", event -> {});
            client.exists("/b", event -> {});
            String session = "0x" + Long.toHexString(client.session().id());

            assertEquals("1 connections watching 2 paths\nTotal watches:2\n", ask(server, "wchs"));
            assertEquals("/a\n\t" + session + "\n/b\n\t" + session + "\n\n", ask(server, "wchp"));
            assertEquals(session + "\n\t/b\n\t/a\n\n", ask(server, "wchc"));
        }
    }

    @Test
    void countsAnewWhenAsked() throws Exception {
        try (PinfoldClient client = PinfoldClient.connect("127.0.0.1:" + server.clientPort())) {
            for (int i = 0; i < 20; i++) {
                client.exists("/a");
            }
            assertTrue(number(ask(server, "srvr"), "Received: (\\d+)") >= 20);

            assertEquals("Server stats reset.\n", ask(server, "srst"));

            assertTrue(number(ask(server, "srvr"), "Received: (\\d+)") < 20);
            assertTrue(number(ask(server, "cons"), "recved=(2\\d)") >= 20, "connections count for themselves");
            assertEquals("Connection stats reset.\n", ask(server, "crst"));
            assertTrue(number(ask(server, "cons"), "recved=(\\d+),sent=\\d+,sid") < 20);
        }
    }

    @Test
    void saysWhichMemberLeads() throws Exception {
        try (Ensemble ensemble = Ensemble.builder(3)
                .config(config -> config.withFourLetterWords(Set.of("srvr", "mntr", "conf")))
                .start()) {
            List<String> modes = new ArrayList<>();
            for (int member = 1; member <= 3; member++) {
                PinfoldServer asked = ensemble.server(member);
                Matcher mode = Pattern.compile("Mode: (\\w+)").matcher(ask(asked, "srvr"));
                assertTrue(mode.find());
                modes.add(mode.group(1));
                assertEquals(asked.isLeader(), mode.group(1).equals("leader"));
                assertTrue(ask(asked, "conf").contains("server.3=127.0.0.1:"), ask(asked, "conf"));
                assertEquals(3, number(ask(asked, "mntr"), "zk_quorum_size\t(\\d+)"));
                assertEquals(asked.isLeader(), ask(asked, "mntr").contains("zk_synced_followers\t2\n"));
            }
            modes.sort(null);
            assertEquals(List.of("follower", "follower", "leader"), modes);
        }
    }

    @Test
    void saysThatItDoesNotServeWithoutAQuorum() throws Exception {
        try (Ensemble ensemble = Ensemble.start(3)) {
            ensemble.kill(1);
            ensemble.kill(2);
            PinfoldServer left = ensemble.server(3);
            await().until(() -> !left.isServing());

            assertEquals("This ZooKeeper instance is not currently serving requests\n", ask(left, "srvr"));
        }
    }

    private static int number(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertTrue(found.find(), pattern + " in " + text);
        return Integer.parseInt(found.group(1));
    }

    private static String ask(PinfoldServer server, String word) throws IOException {
        try (Socket socket = open(server)) {
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return readAll(socket);
        }
    }

    private static Socket open(PinfoldServer server) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress("127.0.0.1", server.clientPort()));
        return socket;
    }

    private static String readAll(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
