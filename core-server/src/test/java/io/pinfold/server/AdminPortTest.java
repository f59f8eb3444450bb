package io.pinfold.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.pinfold.CreateMode;
import io.pinfold.client.PinfoldClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AdminPortTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final ServerConfig CONFIG =
            ServerConfig.standalone().withClientPort(0).withAdminAddress(ANY_PORT);

    private static final Duration SOON = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void isNotThereUnlessItIsWanted() throws Exception {
        try (PinfoldServer server =
                PinfoldServer.start(ServerConfig.standalone().withClientPort(0))) {
            assertNull(server.adminAddress());
            assertNull(server.metricsAddress());
        }
    }

    @Test
    void everyCommandAnswersAnObjectWithItsNameAndNoError() throws Exception {
        try (PinfoldServer server = PinfoldServer.start(CONFIG)) {
            assertTrue(server.awaitServing(SOON));
            Matcher link = Pattern.compile("<a href=\"(/commands/(\\w+))\">\\2</a>")
                    .matcher(get(server, "/commands").body());
            Map<String, String> links = new LinkedHashMap<>();
            while (link.find()) {
                links.put(link.group(2), link.group(1));
            }
            assertEquals(28, links.size());
            assertTrue(links.keySet().removeAll(Set.of("snapshot", "restore", "leader", "set_trace_mask")));
            for (String name : links.keySet()) {
                HttpResponse<String> response = get(server, links.get(name));
                Map<String, String> fields = fields(response.body());

                assertEquals(
                        "application/json",
                        response.headers().firstValue("Content-Type").orElse(""));
                assertEquals(name, fields.get("command"));
                assertEquals("null", fields.get("error"), name);
            }
        }
    }

    @Test
    void commandsKnowTheirShortNames() throws Exception {
        try (PinfoldServer server = PinfoldServer.start(CONFIG)) {
            assertEquals("monitor", fields(get(server, "/commands/mntr").body()).get("command"));
            assertEquals(
                    "server_stats", fields(get(server, "/commands/srvr").body()).get("command"));
        }
    }

    @Test
    void theStateIsNeitherHandedOutNorReplaced() throws Exception {
        try (PinfoldServer server = PinfoldServer.start(CONFIG)) {
            HttpResponse<String> snapshot = get(server, "/commands/snapshot?streaming=true");
            assertEquals(503, snapshot.statusCode());
            assertEquals(
                    "the state is not handed out over HTTP; take it with ./pinfold export",
                    fields(snapshot.body()).get("error"));

            HttpRequest post = HttpRequest.newBuilder(uri(server.adminAddress(), "/commands/rest"))
                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                    .build();
            HttpResponse<String> restore = http.send(post, HttpResponse.BodyHandlers.ofString());
            assertEquals(503, restore.statusCode());
            assertEquals("restore", fields(restore.body()).get("command"));
        }
    }

    @Test
    void tellsWhichSnapshotIsTheNewest(@TempDir Path dir) throws Exception {
        try (PinfoldServer server = PinfoldServer.start(CONFIG.withDataDir(dir).withSnapCount(20));
                PinfoldClient client = PinfoldClient.connect(server.connectString())) {
            assertTrue(server.awaitServing(SOON));
            assertEquals(
                    "-1", fields(get(server, "/commands/last_snapshot").body()).get("timestamp"));
            for (int i = 0; i < 50; i++) {
                client.create("/a" + i, new byte[0]);
            }
            Pattern zxid = Pattern.compile("1[0-9a-f]{8}");
            await().atMost(SOON)
                    .until(() -> zxid.matcher(
                                    fields(get(server, "/commands/lsnp").body()).get("zxid"))
                            .matches());
            long seconds =
                    Long.parseLong(fields(get(server, "/commands/lsnp").body()).get("timestamp"));
            assertTrue(Math.abs(System.currentTimeMillis() / 1000 - seconds) < 600, seconds + " seconds");
        }
    }

    @Test
    void showsTheConfigurationThatItWasStartedWithButNoSecrets(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(
                dir.resolve("zoo.cfg"),
                "clientPort=0\nadmin.enableServer=true\nadmin.serverPort=0\ndataDir=" + dir.resolve("data")
                        + "\nDigestAuthenticationProvider.superDigest=super:D/InIHSb7yEEbrWz8b9l71RjZJU=\n");
        System.setProperty("test.keyStore.password", "xyz");
        try (PinfoldServer server = PinfoldServer.start(ServerConfig.load(file))) {
            String text = fields(get(server, "/commands/icfg").body()).get("initial_configuration");
            assertTrue(text.contains("clientPort=0\n"), text);
            assertTrue(text.contains("DigestAuthenticationProvider.superDigest=(hidden)\n"), text);

            Map<String, String> properties =
                    fields(get(server, "/commands/sysp").body());
            assertEquals(System.getProperty("java.version"), properties.get("java.version"));
            assertEquals("(hidden)", properties.get("test.keyStore.password"));
        } finally {
            System.clearProperty("test.keyStore.password");
        }
    }

    @Test
    void anUnknownCommandIsAnErrorInTheAnswer() throws Exception {
        try (PinfoldServer server = PinfoldServer.start(CONFIG)) {
            HttpResponse<String> response = get(server, "/commands/dance");

            assertEquals(200, response.statusCode());
            assertEquals("Unknown command: dance", fields(response.body()).get("error"));
        }
    }

    @Test
    void showsWhoIsConnectedAndWhatTheyHold() throws Exception {
        try (PinfoldServer server = PinfoldServer.start(CONFIG);
                PinfoldClient client = PinfoldClient.connect(server.connectString())) {
            client.create("/e", new byte[0], CreateMode.EPHEMERAL);
            client.exists("/w", event -> {});
            long session = client.session().id();

            assertTrue(get(server, "/commands/connections").body().contains("\"session_id\" : " + session + ",\n"));
            assertTrue(get(server, "/commands/dump").body().contains("\"" + session + "\" : [ \"/e\" ]"));
            assertTrue(get(server, "/commands/watches_by_path").body().contains("\"/w\" : [ " + session + " ]"));
            assertEquals("1", fields(get(server, "/commands/wchs").body()).get("num_total_watches"));
        }
    }

    @Test
    void metricsAreInTheFormatOfPrometheusAndCountWhatHappens(@TempDir Path dir) throws Exception {
        try (PinfoldServer server = PinfoldServer.start(CONFIG.withDataDir(dir));
                PinfoldClient client = PinfoldClient.connect(server.connectString())) {
            for (int i = 0; i < 10; i++) {
                client.create("/a" + i, new byte[0]);
                client.get("/a" + i);
            }
            String text = get(server, "/metrics").body();

            Pattern sample =
                    Pattern.compile("[a-z_]+[a-z0-9_]*(\\{[a-z]+=\"[^\"]*\"(,le=\"[^\"]*\")?})? -?[0-9.]+(E-?[0-9]+)?");
            text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> assertTrue(sample.matcher(line).matches(), line));
            Set<String> types = new TreeSet<>();
            text.lines().filter(line -> line.startsWith("# TYPE ")).forEach(line -> assertTrue(types.add(line), line));
            assertTrue(number(text, "updatelatency_count") >= 10);
            assertTrue(number(text, "readlatency_count") >= 10);
            assertTrue(number(text, "fsynctime_count") >= 10);
            assertTrue(number(text, "pinfold_phase_seconds_count\\{phase=\"quorum\"}") >= 10);
            assertTrue(number(text, "pinfold_phase_seconds_sum\\{phase=\"force\"}") > 0);
            assertTrue(number(text, "pinfold_phase_seconds_count\\{phase=\"queue\"}") > 0);
            assertTrue(number(text, "pinfold_phase_seconds_count\\{phase=\"apply\"}") >= 10);
            assertTrue(number(text, "pinfold_phase_seconds_sum\\{phase=\"apply\"}") > 0);
            assertTrue(number(text, "pinfold_data_bytes") > 0);
            assertEquals(
                    number(text, "pinfold_phase_seconds_count\\{phase=\"update\"}"),
                    number(text, "pinfold_phase_seconds_bucket\\{phase=\"update\",le=\"\\+Inf\"}"));
        }
    }

    @Test
    void metricsHaveAPortOfTheirOwnIfWanted() throws Exception {
        try (PinfoldServer server =
                PinfoldServer.start(ServerConfig.standalone().withClientPort(0).withMetricsAddress(ANY_PORT))) {
            assertTrue(get(server.metricsAddress(), "/metrics").body().contains("znode_count"));
            assertEquals(200, get(server.metricsAddress(), "/livez").statusCode());
            assertEquals(404, get(server.metricsAddress(), "/commands").statusCode());
            assertEquals(
                    404, get(server.metricsAddress(), "/commands/stat_reset").statusCode());
        }
    }

    @Test
    void aMemberWithoutAQuorumLivesButIsNotReady() throws Exception {
        try (Ensemble ensemble = Ensemble.builder(3)
                .config(config -> config.withAdminAddress(ANY_PORT))
                .start()) {
            PinfoldServer left = ensemble.server(3);
            int leader = ensemble.awaitLeader(SOON);
            await().atMost(SOON)
                    .until(() -> number(get(ensemble.server(leader), "/metrics").body(), "synced_followers") == 2);
            assertEquals(200, get(left, "/readyz").statusCode());
            assertTrue(get(left, "/commands/leader").body().contains("\"leader_ip\" : \"127.0.0.1\""));
            ensemble.kill(1);
            ensemble.kill(2);
            await().until(() -> get(left, "/readyz").statusCode() == 503);

            assertEquals(200, get(left, "/livez").statusCode());
            String error = fields(get(left, "/commands/monitor").body()).get("error");
            assertEquals("This ZooKeeper instance is not currently serving requests", error);
        }
    }

    @Test
    void aMemberThatHangsDoesNotLive() throws Exception {
        CompletableFuture<Boolean> goOn = new CompletableFuture<>();
        try (PinfoldServer server = PinfoldServer.start(CONFIG)) {
            server.pause(goOn);
            HttpResponse<String> response = get(server, "/livez");
            goOn.complete(true);

            assertEquals(503, response.statusCode());
            assertEquals("the member has not answered for 2 seconds\n", response.body());
        } finally {
            goOn.complete(true);
        }
    }

    @Test
    void onlyReadsAreAllowed() throws Exception {
        try (PinfoldServer server = PinfoldServer.start(CONFIG)) {
            HttpRequest post = HttpRequest.newBuilder(uri(server.adminAddress(), "/commands/ruok"))
                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                    .build();

            assertEquals(
                    405, http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode());
            assertEquals(404, get(server, "/elsewhere").statusCode());
        }
    }

    @Test
    void whatIsNoRequestGetsNoFurther() throws Exception {
        try (PinfoldServer server = PinfoldServer.start(CONFIG);
                Socket socket = new Socket()) {
            socket.connect(server.adminAddress());
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);

            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        }
    }

    @Test
    void aPortThatIsTakenIsSaid() throws Exception {
        try (PinfoldServer first = PinfoldServer.start(CONFIG)) {
            InetSocketAddress taken = first.adminAddress();
            IOException refused =
                    assertThrows(IOException.class, () -> PinfoldServer.start(CONFIG.withAdminAddress(taken)));

            assertTrue(refused.getMessage().startsWith("The port for operators, "), refused.getMessage());
            assertFalse(refused.getMessage().contains("null"));
        }
    }

    private HttpResponse<String> get(PinfoldServer server, String path) throws IOException, InterruptedException {
        return get(server.adminAddress(), path);
    }

    private HttpResponse<String> get(InetSocketAddress address, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(address, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(InetSocketAddress address, String path) {
        return URI.create("http://127.0.0.1:" + address.getPort() + path);
    }

    private static double number(String text, String name) {
        Matcher found = Pattern.compile("(?m)^" + name + " ([0-9.E-]+)$").matcher(text);
        assertTrue(found.find(), name);
        return Double.parseDouble(found.group(1));
    }

    /** {@return the plain fields of an object, which must be whole} */
    private static Map<String, String> fields(String json) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            assertEquals(JsonToken.START_OBJECT, parser.nextToken(), json);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value.isStructStart()) {
                    parser.skipChildren();
                } else {
                    fields.put(name, parser.getText());
                }
            }
            assertNull(parser.nextToken());
        }
        return fields;
    }
}
