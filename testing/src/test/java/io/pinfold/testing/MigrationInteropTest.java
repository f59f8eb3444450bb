package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.MemberAddress;
import io.pinfold.server.Migration;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.server.ServicePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a released server wrote is there after the import, and a released server loads what is exported. */
@Timeout(120)
class MigrationInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SESSION_TIMEOUT = 40_000;

    private static ApacheZooKeeper theirs;
    private static Map<String, String> written;

    @TempDir
    private Path dir;

    @BeforeAll
    static void write() throws Exception {
        theirs = ApacheZooKeeper.builder()
                .setting("snapCount", "150")
                .systemProperty("zookeeper.extendedTypesEnabled", "true")
                .start();
        ZooKeeper leftOpen = StockClient.connect(theirs.connectString(), SESSION_TIMEOUT);
        leftOpen.create("/ephemeral", bytes("e"), OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        try (ZooKeeper client = StockClient.connect(theirs.connectString(), SESSION_TIMEOUT)) {
            client.addAuthInfo("digest", bytes("bob:pw"));
            for (int i = 0; i < 500; i++) {
                client.create("/n" + i, bytes("value " + i), OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
                client.setData("/n" + i, bytes("changed " + i), 0);
                if (i % 3 == 0) {
                    client.delete("/n" + i, -1);
                }
            }
            client.create("/empty", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            client.create("/mine", bytes("m"), ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);
            client.create("/mine/s-", bytes("1"), ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT_SEQUENTIAL);
            client.create("/mine/s-", bytes("2"), ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT_SEQUENTIAL);
            client.setACL("/n1", new ArrayList<>(List.of(new ACL(ZooDefs.Perms.READ, new Id("world", "anyone")))), 0);
            client.create("/container", null, OPEN_ACL_UNSAFE, CreateMode.CONTAINER);
            client.create("/container/in", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            client.create("/ttl", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, new Stat(), 3_600_000);
            client.multi(List.of(
                    Op.create("/multi", bytes("m"), OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                    Op.create("/multi/b", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                    Op.create("/multi/a", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                    Op.setData("/n2", bytes("by a transaction"), -1)));
            written = contents(client);
        }
        theirs.kill();
        leftOpen.close(0);
    }

    @AfterAll
    static void stop() {
        theirs.close();
    }

    @Test
    void everythingIsThereAfterTheImport() throws Exception {
        long[] read = new long[1];
        Migration.Result result = Migration.importInto(
                theirs.dataDirectory(),
                theirs.dataDirectory(),
                List.of(),
                dir.resolve("ours"),
                bytes -> read[0] += bytes);

        assertTrue(result.digests() > 0, "no digest was compared");
        assertTrue(read[0] > 10_000);
        try (PinfoldServer server = PinfoldServer.start(config().withDataDir(dir.resolve("ours")));
                ZooKeeper client = StockClient.connect(server.connectString(), SESSION_TIMEOUT)) {
            client.addAuthInfo("digest", bytes("bob:pw"));

            assertEquals(written, contents(client));
            assertEquals(
                    "/mine/s-0000000002",
                    client.create("/mine/s-", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL));
            assertTrue(client.exists("/mine/s-0000000002", false).getCzxid() > result.zxid());
        }
    }

    @Test
    void threeMembersBeginWithTheSameDataAndGoOnTogether() throws Exception {
        List<MemberAddress> members = IntStream.rangeClosed(1, 3)
                .mapToObj(id -> new MemberAddress(id, "127.0.0.1", FreePort.pick()))
                .toList();
        Migration.importInto(theirs.dataDirectory(), theirs.dataDirectory(), members, dir, bytes -> {});
        List<PinfoldServer> servers = new ArrayList<>();
        try {
            for (MemberAddress member : members) {
                servers.add(PinfoldServer.start(config().withMembers(members)
                        .withMemberId(member.id())
                        .withDataDir(dir.resolve("member-" + member.id()))));
            }
            for (PinfoldServer server : servers) {
                assertTrue(server.awaitServing(PATIENCE));
                try (ZooKeeper client = StockClient.connect(server.connectString(), SESSION_TIMEOUT)) {
                    client.addAuthInfo("digest", bytes("bob:pw"));
                    assertEquals(written, contents(client));
                }
            }
            servers.get(0).close();
            try (ZooKeeper client = StockClient.connect(servers.get(1).connectString(), SESSION_TIMEOUT)) {
                client.create("/on", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
        } finally {
            servers.forEach(PinfoldServer::close);
        }
    }

    @Test
    void aReleasedServerLoadsWhatIsExported() throws Exception {
        Migration.importInto(
                theirs.dataDirectory(), theirs.dataDirectory(), List.of(), dir.resolve("ours"), bytes -> {});
        Map<String, String> before;
        try (PinfoldServer server = PinfoldServer.start(config().withDataDir(dir.resolve("ours")));
                ZooKeeper client = StockClient.connect(server.connectString(), SESSION_TIMEOUT)) {
            client.addAuthInfo("digest", bytes("bob:pw"));
            client.create("/later", bytes("l"), OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            client.delete("/n4", -1);
            before = contents(client);
        }
        LongAdder left = new LongAdder();
        Migration.exportFrom(dir.resolve("ours"), dir.resolve("back"), all -> {
            left.add(all);
            assertTrue(all > 0);
            return written -> left.add(-written);
        });
        assertEquals(0, left.sum(), "what is still to be written");
        try (ApacheZooKeeper back = ApacheZooKeeper.builder()
                        .setting("dataDir", dir.resolve("back").toString())
                        .systemProperty("zookeeper.extendedTypesEnabled", "true")
                        .start();
                ZooKeeper client = StockClient.connect(back.connectString(), SESSION_TIMEOUT)) {
            client.addAuthInfo("digest", bytes("bob:pw"));

            assertEquals(before, contents(client));
            client.create("/after", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            assertFalse(back.output().toLowerCase(Locale.ROOT).contains("digest"), back.output());
            assertTrue(FourLetterWord.ask(back.port(), "mntr", PATIENCE).contains("zk_digest_mismatches_count\t0\n"));
        }
    }

    @Test
    void theLogAloneIsEnoughFromTheBeginning() throws Exception {
        Path copy = copy(theirs.dataDirectory());
        deleteSnapshots(copy);

        Migration.Result whole = Migration.importInto(
                theirs.dataDirectory(), theirs.dataDirectory(), List.of(), dir.resolve("one"), read -> {});
        Migration.Result result = Migration.importInto(copy, copy, List.of(), dir.resolve("two"), read -> {});

        assertEquals(whole.zxid(), result.zxid());
        assertEquals(whole.znodes(), result.znodes());
        assertTrue(result.digests() > 1000, "digests compared: " + result.digests());
    }

    private static void deleteSnapshots(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("version-2"))) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith("snapshot.")) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void aDamagedLogIsRefusedAndNamed() throws Exception {
        Path copy = copy(theirs.dataDirectory());
        deleteSnapshots(copy);
        Path log = copy.resolve("version-2/log.1");
        byte[] bytes = Files.readAllBytes(log);
        bytes[100] ^= 1;
        Files.write(log, bytes);

        IOException refused = assertThrows(
                IOException.class, () -> Migration.importInto(copy, copy, List.of(), dir.resolve("ours"), read -> {}));
        assertTrue(refused.getMessage().startsWith(log + " is damaged at byte "), refused.getMessage());
    }

    @Test
    void anOlderSnapshotTakesThePlaceOfADamagedOne() throws Exception {
        Path copy = copy(theirs.dataDirectory());
        Path snapshot = newest(copy, "snapshot.");
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[bytes.length / 2] ^= 1;
        Files.write(snapshot, bytes);

        Migration.Result whole = Migration.importInto(
                theirs.dataDirectory(), theirs.dataDirectory(), List.of(), dir.resolve("one"), read -> {});
        Migration.Result result = Migration.importInto(copy, copy, List.of(), dir.resolve("two"), read -> {});

        assertEquals(whole.zxid(), result.zxid());
        assertEquals(whole.znodes(), result.znodes());
        assertNotEquals(whole.digests(), result.digests());
    }

    @Test
    void aDirectoryWithDataIsNotOverwritten() throws Exception {
        Migration.importInto(
                theirs.dataDirectory(), theirs.dataDirectory(), List.of(), dir.resolve("ours"), read -> {});

        IOException refused = assertThrows(
                IOException.class,
                () -> Migration.importInto(
                        theirs.dataDirectory(), theirs.dataDirectory(), List.of(), dir.resolve("ours"), read -> {}));
        assertTrue(refused.getMessage().contains("holds data already"), refused.getMessage());
        assertThrows(IOException.class, () -> Migration.exportFrom(dir.resolve("ours"), dir));
    }

    @Test
    void aDirectoryWithoutDataIsSaid() {
        IOException refused = assertThrows(
                IOException.class, () -> Migration.importInto(dir, dir, List.of(), dir.resolve("ours"), read -> {}));
        assertTrue(refused.getMessage().startsWith("There is neither a snapshot nor a log"), refused.getMessage());
    }

    private static ServerConfig config() {
        return ServerConfig.standalone()
                .withClientPort(0)
                .withMaxSessionTimeout(Duration.ofMinutes(1))
                .withPolicy(ServicePolicy.defaults().withExtendedTypes(true));
    }

    private Path copy(Path from) throws IOException {
        Path to = dir.resolve("copy");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }

    private static Path newest(Path data, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("version-2"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .max(Comparator.comparingLong(
                            file -> Long.parseLong(file.getFileName().toString().substring(prefix.length()), 16)))
                    .orElseThrow();
        }
    }

    /** {@return all that a client can see of every znode, but for the server's own} */
    private static Map<String, String> contents(ZooKeeper client) throws Exception {
        Map<String, String> contents = new TreeMap<>();
        collect("/", client, contents);
        return contents;
    }

    private static void collect(String path, ZooKeeper client, Map<String, String> contents) throws Exception {
        Stat stat = new Stat();
        byte[] data = client.getData(path, false, stat);
        List<ACL> acl = client.getACL(path, new Stat());
        contents.put(path, (data == null ? "null" : new String(data, UTF_8)) + " " + acl + " " + stat);
        for (String child : client.getChildren(path, false)) {
            if (!child.equals("zookeeper")) {
                collect(path.equals("/") ? "/" + child : path + "/" + child, client, contents);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
