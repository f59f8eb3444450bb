package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinfold.server.Ensemble;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs that ask Apache ZooKeeper's servers over HTTP, or a leader by words, find the same fields of the same kind in our
 * answers: of a server that stands alone, and of a leader.
 */
class AdminCommandsInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Set<String> WORDS = Set.of("srvr", "stat", "mntr", "cons", "conf", "dump");
    /** What reaches the state itself is refused, and the properties of a JVM are its own. */
    private static final Set<String> DIFFERENT = Set.of("snapshot", "restore", "system_properties");

    /** Two servers that are asked the same. */
    private record Pair(int theirs, int theirCommands, int ours, int ourCommands) {}

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static Pair alone;
    private static Pair leaders;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        int first = FreePort.pick();
        int second = FreePort.pick();
        CompletableFuture<ApacheZooKeeper> starting =
                CompletableFuture.supplyAsync(() -> theirs(first).leading().start());
        ApacheZooKeeper standing = open(theirs(second).start());
        Path file = Files.writeString(directory.resolve("zoo.cfg"), """
                clientPort=0
                admin.enableServer=true
                admin.serverPort=0
                dataDir=%s
                """.formatted(directory.resolve("data")));
        PinfoldServer server = open(PinfoldServer.start(ServerConfig.load(file)));
        alone = new Pair(
                standing.port(),
                second,
                server.clientPort(),
                server.adminAddress().getPort());

        Ensemble ensemble = open(Ensemble.builder(3)
                .dataDir(directory.resolve("members"))
                .config(member -> member.withAdminAddress(ANY_PORT).withFourLetterWords(WORDS))
                .start());
        PinfoldServer leader = ensemble.server(ensemble.awaitLeader(PATIENCE));
        ApacheZooKeeper leading = open(starting.join());
        leaders = new Pair(
                leading.port(),
                first,
                leader.clientPort(),
                leader.adminAddress().getPort());
        for (Pair pair : List.of(alone, leaders)) {
            visit(pair.theirs);
            visit(pair.ours);
        }
    }

    private static ApacheZooKeeper.Builder theirs(int commandPort) {
        return ApacheZooKeeper.builder()
                .setting("admin.enableServer", "true")
                .setting("admin.serverAddress", "127.0.0.1")
                .setting("admin.serverPort", Integer.toString(commandPort));
    }

    private static <T extends AutoCloseable> T open(T opened) {
        OPEN.add(0, opened);
        return opened;
    }

    /** A session with a znode of its own and a watch, so that there is something to tell of each kind. */
    private static void visit(int port) throws IOException {
        RawSession session = open(RawSession.open(port, PATIENCE));
        assertEquals(0, session.errorOf(Call.create("/a", 0)));
        assertEquals(0, session.errorOf(Call.create("/e", 1)));
        assertEquals(0, session.errorOf(Call.read(Call.GET_DATA, "/a", true)));
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : OPEN) {
            each.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyCommandAnswersFieldsOfTheSameNamesAndKinds(boolean leading) throws Exception {
        Pair pair = leading ? leaders : alone;
        Set<String> names = names(pair.theirCommands);
        assertEquals(names, names(pair.ourCommands));
        assertTrue(names.removeAll(DIFFERENT));
        for (String name : names) {
            JsonNode theirs = ask(pair.theirCommands, name);
            JsonNode ours = ask(pair.ourCommands, name);
            assertEquals(shapes(theirs), shapes(ours), () -> name + " there: " + theirs + "\nhere: " + ours);
            assertEquals(theirs.get("error"), ours.get("error"), name);
        }
    }

    /** Of a summary, ZooKeeper's exporter has the name alone, and the commands what is summed up before it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void collectorsOfMetricsFindEverythingThatIsMeasured(boolean leading) throws Exception {
        Pair pair = leading ? leaders : alone;
        String metrics = get(pair.ourCommands, "/metrics").body();
        Set<String> missing = new TreeSet<>();
        ask(pair.theirCommands, "monitor").fieldNames().forEachRemaining(name -> {
            String summary = name.replaceAll("^(avg|min|max|cnt|sum|p\\d+)_", "");
            if (!metrics.contains("# TYPE " + name + " ") && !metrics.contains("# TYPE " + summary + " summary")) {
                missing.add(name);
            }
        });
        missing.removeIf(name -> name.endsWith("_per_namespace"));
        Set<String> texts = new TreeSet<>(Set.of("command", "error", "server_state", "version"));
        if (leading) {
            texts.add("peer_state");
        }
        assertEquals(texts, missing);
        assertTrue(
                metrics.contains("readlatency{quantile=\"0.9\"} ") && metrics.contains("fsynctime{quantile=\"0.5\"} "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dance", "set_trace_mask", "set_trace_mask?traceMask=x", "set_trace_mask?traceMask=306"})
    void whatIsAskedWronglyIsAnsweredInTheSameWay(String command) throws Exception {
        assertEquals(ask(alone.theirCommands, command), ask(alone.ourCommands, command));
    }

    @Test
    void theListOfCommandsIsTheSamePage() throws Exception {
        assertEquals(
                get(alone.theirCommands, "/commands").body(),
                get(alone.ourCommands, "/commands").body());
        assertEquals(
                get(alone.theirCommands, "/commands/").body(),
                get(alone.ourCommands, "/commands/").body());
        assertEquals(404, get(alone.ourCommands, "/").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"srvr", "stat", "mntr", "cons", "conf", "dump"})
    void aLeaderSaysTheSameWords(String word) throws Exception {
        assertEquals(lines(leaders.theirs, word), lines(leaders.ours, word));
    }

    /** {@return what is on the lines, without what may be another on each server: numbers, dates, texts, other members} */
    private static Set<String> lines(int port, String word) throws IOException {
        Set<String> lines = new TreeSet<>();
        for (String line : FourLetterWord.ask(port, word, PATIENCE)
                .replaceAll("=[^,\n]*[^,)\n]", "=V")
                .split("\n")) {
            if (!line.startsWith("server.") && !line.contains("_per_namespace")) {
                lines.add(line.replaceAll("expire at .*:", "expire at T:")
                        .replaceAll("^(Zookeeper version:|zk_version|zk_\\w*).*", "$1 V")
                        .replaceAll("0x[0-9a-f]+", "N")
                        .replaceAll("-?\\d+(\\.\\d+)*", "N"));
            }
        }
        return lines;
    }

    private static Set<String> names(int port) throws Exception {
        Matcher link = Pattern.compile("<a href=\"/commands/(\\w+)\">\\1</a>")
                .matcher(get(port, "/commands").body());
        Set<String> names = new TreeSet<>();
        while (link.find()) {
            names.add(link.group(1));
        }
        return names;
    }

    private static JsonNode ask(int port, String command) throws Exception {
        HttpResponse<String> response = get(port, "/commands/" + command);
        assertEquals(200, response.statusCode(), command);
        assertEquals(
                "application/json",
                response.headers().firstValue("Content-Type").orElse(""));
        return JSON.readTree(response.body());
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE)
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static Set<String> shapes(JsonNode node) {
        Set<String> shapes = new TreeSet<>();
        shapes("", node, shapes);
        return shapes;
    }

    /** Names that are numbers are those of sessions, members and times. */
    private static void shapes(String path, JsonNode node, Set<String> into) {
        into.add(path + " " + node.getNodeType());
        node.forEach(element -> shapesOfElement(path, node, element, into));
        node.properties().forEach(field -> {
            if (!field.getKey().endsWith("_per_namespace")) {
                shapes(path + "/" + field.getKey().replaceAll("^\\d+$", "N"), field.getValue(), into);
            }
        });
    }

    private static void shapesOfElement(String path, JsonNode list, JsonNode element, Set<String> into) {
        if (list.isArray()) {
            shapes(path + "/[]", element, into);
        }
    }
}
