package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationCommandsTest {
    @TempDir
    private Path dir;

    @Test
    void whatIsExportedIsImportedAgain() throws Exception {
        try (PinfoldServer server = PinfoldServer.start(
                        ServerConfig.standalone().withClientPort(0).withDataDir(dir.resolve("ours")));
                PinfoldClient client = PinfoldClient.connect(server.connectString())) {
            client.create("/a", new byte[] {7});
        }

        Invocation exported = Invocation.of("export " + dir.resolve("ours") + " --to " + dir.resolve("theirs"));
        Invocation imported = Invocation.of("import " + dir.resolve("theirs") + " --data " + dir.resolve("again"));

        assertEquals(0, exported.exitCode(), exported.err());
        assertTrue(exported.out().startsWith("5 znodes and "), exported.out());
        assertEquals(0, imported.exitCode(), imported.err());
        assertTrue(imported.out().contains(", 1 digests checked, "), imported.out());
        assertTrue(
                imported.out().endsWith("next: ./pinfold server --data " + dir.resolve("again") + "\n"),
                imported.out());
        try (PinfoldServer server = PinfoldServer.start(
                        ServerConfig.standalone().withClientPort(0).withDataDir(dir.resolve("again")));
                PinfoldClient client = PinfoldClient.connect(server.connectString())) {
            assertEquals(7, client.get("/a").data()[0]);
        }
    }

    @Test
    void anEnsembleGetsADirectoryForEachMember() throws Exception {
        try (PinfoldServer server =
                PinfoldServer.start(ServerConfig.standalone().withClientPort(0).withDataDir(dir.resolve("ours")))) {
            assertEquals(1, server.memberId());
        }
        Invocation.of("export " + dir.resolve("ours") + " --to " + dir.resolve("theirs"));
        Path config = Files.writeString(
                dir.resolve("zoo.cfg"), "server.1=one:2888:3888\nserver.2=two:2888:3888\nserver.3=three:2888:3888\n");

        Invocation imported =
                Invocation.of("import " + dir.resolve("theirs") + " --members " + config + " --data " + dir);

        assertEquals(0, imported.exitCode(), imported.err());
        assertTrue(
                imported.out().contains("next: take " + dir.resolve("member-2") + " to two as its dataDir"),
                imported.out());
        assertTrue(Files.isDirectory(dir.resolve("member-3")));
    }

    @Test
    void whatIsWrongIsOneSentence() throws IOException {
        Invocation missing = Invocation.of("import " + dir.resolve("no") + " --data " + dir.resolve("x"));
        Invocation empty = Invocation.of("import " + dir + " --data " + dir.resolve("x"));
        Invocation members = Invocation.of(
                "import " + dir + " --data " + dir + " --members " + Files.writeString(dir.resolve("z"), "a=b"));

        assertEquals(1, missing.exitCode());
        assertEquals("pinfold: there is no directory " + dir.resolve("no") + "\n", missing.err());
        assertEquals(1, empty.exitCode());
        assertTrue(empty.err().startsWith("pinfold: There is neither a snapshot nor a log"), empty.err());
        assertEquals(2, members.exitCode());
    }

    @Test
    void eachKeyOfAConfigurationIsExplained() throws IOException {
        Path config = Files.writeString(
                dir.resolve("zoo.cfg"),
                "dataDir=" + dir.resolve("d") + "\nclientPort=2181\nclientPortAddress=127.0.0.1\ninitLimit=10\n");

        Invocation check = Invocation.of("config check " + config);

        assertEquals(0, check.exitCode(), check.err());
        assertTrue(check.out().contains("clientPort=2181\n    port for clients; 0 for any free one\n"), check.out());
        assertTrue(check.out().contains("initLimit=10\n    no effect: "), check.out());
        assertTrue(check.out().endsWith(config + " can be used\n"), check.out());
    }

    @Test
    void aConfigurationThatCannotBeUsedSaysWhy() throws IOException {
        Path config = Files.writeString(dir.resolve("zoo.cfg"), "dataDirr=x\nclientPort=2181\n");

        Invocation check = Invocation.of("config check " + config);

        assertEquals(2, check.exitCode());
        assertTrue(check.err().contains("did you mean dataDir?"), check.err());
    }

    @Test
    void aConfigurationThatNoServerWouldStartWithIsRefusedInTheSameWay() throws IOException {
        String start = "dataDir=" + dir.resolve("d") + "\n";
        Path open = Files.writeString(dir.resolve("open"), start + "clientPort=2181\nclientPortAddress=0.0.0.0\n");
        Path keyless = Files.writeString(
                dir.resolve("keyless"), start + "secureClientPort=0\nssl.keyStore.location=" + dir.resolve("no.pem\n"));

        for (Path config : new Path[] {open, keyless}) {
            Invocation check = Invocation.of("config check " + config);
            Invocation server = Invocation.of("server " + config);

            assertEquals(2, check.exitCode());
            assertEquals(2, server.exitCode());
            assertTrue(check.err().matches("pinfold: (clients would be served without TLS|TLS needs the file) .*\n"));
            assertEquals(server.err(), check.err());
        }
        assertFalse(Files.exists(dir.resolve("d")));
    }

    @Test
    void onlyADirectoryOfOursIsExportedAndNoOtherIsTouched() throws IOException {
        Path theirs = Files.createDirectories(dir.resolve("theirs/version-2")).getParent();
        Files.writeString(theirs.resolve("version-2/snapshot.0"), "x");

        Invocation exported = Invocation.of("export " + theirs + " --to " + dir.resolve("x"));

        assertEquals(1, exported.exitCode());
        assertEquals("pinfold: " + theirs + " is no data directory of a Pinfold server\n", exported.err());
        try (Stream<Path> files = Files.list(theirs)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void everyKeyThatTheManualHasIsExplained() throws IOException {
        Set<String> manual = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("../docs/operations.md"))) {
            if (line.matches("\\| `[\\w.*]+`.*")
                    && line.chars().filter(c -> c == '|').count() == 5) {
                Matcher keys = Pattern.compile("`([\\w.*]+)`").matcher(line.substring(0, line.indexOf('|', 2)));
                while (keys.find()) {
                    manual.add(keys.group(1).replace("*", "").replace("server.N", "server."));
                }
            }
        }

        assertEquals(manual, new TreeSet<>(ConfigCommand.texts().keySet()));
    }

    @Test
    void theMeterSaysHowFarItIsAndHowLongItWillTake() {
        assertEquals(
                "[############............]  50 %  1.0 MiB, 0.5 MiB/s, 2 s left", ByteMeter.line(1 << 20, 2 << 20, 2));
        assertEquals(
                "[########################] 100 %  3.0 MiB, 1.5 MiB/s, 0 s left", ByteMeter.line(3 << 20, 2 << 20, 2));
    }
}
