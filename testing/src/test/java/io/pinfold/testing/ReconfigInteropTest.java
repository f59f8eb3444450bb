package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.Ensemble;
import io.pinfold.server.MemberAddress;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.server.ServicePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Apache ZooKeeper's own client for administrators changes the members of an ensemble of three that serves meanwhile. */
class ReconfigInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SUPER_DIGEST = "super:D/InIHSb7yEEbrWz8b9l71RjZJU=";

    private final LinkedBlockingQueue<WatchedEvent> events = new LinkedBlockingQueue<>();
    private final List<PinfoldServer> joined = new ArrayList<>();
    private Ensemble ensemble;
    private ZooKeeperAdmin admin;

    @BeforeEach
    void start() throws Exception {
        ensemble = Ensemble.builder(3)
                .config(config -> config.withPolicy(policy()))
                .start();
        admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {});
        admin.addAuthInfo("digest", "super:test".getBytes(UTF_8));
    }

    private static ServicePolicy policy() {
        return ServicePolicy.defaults().withReconfigEnabled(true).withSuperDigest(SUPER_DIGEST);
    }

    @AfterEach
    void stop() throws Exception {
        admin.close();
        joined.forEach(PinfoldServer::close);
        ensemble.close();
    }

    @Test
    void aFourthMemberJoinsOnceItHasLearned() throws Exception {
        admin.create("/before", "x".getBytes(UTF_8), OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        String line = "server.4=127.0.0.1:" + FreePort.pick() + ":0:participant;127.0.0.1:" + FreePort.pick();
        assertThrows(
                KeeperException.NewConfigNoQuorum.class,
                () -> admin.reconfigure(line, null, null, -1, new Stat()),
                "nobody is there yet");

        startMember(4, line);
        Watcher watcher = events::add;
        String before = new String(admin.getConfig(watcher, new Stat()), UTF_8);
        String after = reconfigure(line, null, version(before));

        assertEquals(before.replaceAll("version=.*", "") + line, after.replaceAll("\nversion=.*", ""));
        assertNotEquals(version(before), version(after));
        WatchedEvent event = events.poll(60, TimeUnit.SECONDS);
        assertEquals(Watcher.Event.EventType.NodeDataChanged, event.getType());
        assertEquals("/zookeeper/config", event.getPath());
        // Three of four are a majority, and with the fourth they may be any.
        ensemble.kill(ensemble.leader().orElse(1));
        write();
        String clients = line.substring(line.indexOf(';') + 1);
        try (ZooKeeper client = new ZooKeeper(clients, 30_000, e -> {})) {
            assertEquals("x", new String(client.getData("/before", false, null), UTF_8));
        }
    }

    @Test
    void aMemberLeavesAndTheMajorityIsOfTheOthers() throws Exception {
        int leader = ensemble.awaitLeader(PATIENCE);
        int leaves = leader == 3 ? 2 : 3;
        String after = reconfigure(null, Integer.toString(leaves), -1);
        assertTrue(!after.contains("server." + leaves + "="), after);
        ensemble.kill(leaves);
        write();
    }

    @Test
    void theLeaderLeavesAndAnotherLeads() throws Exception {
        int leader = ensemble.awaitLeader(PATIENCE);
        String after = reconfigure(null, Integer.toString(leader), -1);
        assertTrue(!after.contains("server." + leader + "="), after);
        await().atMost(PATIENCE).until(() -> ensemble.leader().orElse(leader) != leader);
        ensemble.kill(leader);
        write();
    }

    @Test
    void anObserverLearnsAndHasNoSay() throws Exception {
        String line = "server.4=127.0.0.1:" + FreePort.pick() + ":0:observer;127.0.0.1:" + FreePort.pick();
        PinfoldServer observer = startMember(4, line);
        assertTrue(reconfigure(line, null, -1).contains(line));
        admin.create("/seen", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        try (ZooKeeper client = new ZooKeeper(observer.connectString(), 30_000, e -> {})) {
            await().atMost(PATIENCE).until(() -> client.exists("/seen", false) != null);
        }
        ensemble.kill(ensemble.awaitLeader(PATIENCE));
        write();
    }

    @Test
    void whatIsRefusedSaysWhy() throws Exception {
        String config = new String(admin.getConfig(false, new Stat()), UTF_8);
        assertThrows(
                KeeperException.BadVersionException.class,
                () -> admin.reconfigure(null, "3", null, version(config) - 1, new Stat()));
        assertThrows(
                KeeperException.BadArgumentsException.class,
                () -> admin.reconfigure("server.x=nonsense", null, null, -1, new Stat()));
        try (ZooKeeperAdmin nobody = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {})) {
            assertThrows(
                    KeeperException.NoAuthException.class, () -> nobody.reconfigure(null, "3", null, -1, new Stat()));
        }
        assertEquals(config, new String(admin.getConfig(false, new Stat()), UTF_8));
    }

    /** Asks again, without a version, when another leader was elected meanwhile or a member is not quite there. */
    private String reconfigure(String joining, String leaving, long from) {
        AtomicLong expected = new AtomicLong(from);
        return await().atMost(PATIENCE)
                .until(() -> tryToReconfigure(joining, leaving, expected.getAndSet(-1)), config -> !config.isEmpty());
    }

    private String tryToReconfigure(String joining, String leaving, long from) throws Exception {
        Stat stat = new Stat();
        try {
            String config = new String(admin.reconfigure(joining, leaving, null, from, stat), UTF_8);
            assertEquals(version(config), stat.getMzxid());
            return config;
        } catch (KeeperException.ConnectionLossException
                | KeeperException.NewConfigNoQuorum
                | KeeperException.ReconfigInProgress e) {
            return "";
        }
    }

    private static long version(String config) {
        return Long.parseLong(config.substring(config.indexOf("version=") + "version=".length()), 16);
    }

    private void write() {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            admin.create("/written", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL);
            return true;
        });
    }

    /** Starts a member as an operator does: it is told of the others, which are not told of it. */
    private PinfoldServer startMember(int id, String line) throws Exception {
        List<MemberAddress> members = new ArrayList<>();
        for (String member : (new String(admin.getConfig(false, new Stat()), UTF_8) + "\n" + line).split("\n")) {
            if (member.startsWith("server.")) {
                int equals = member.indexOf('=');
                members.add(MemberAddress.parse(
                        Integer.parseInt(member.substring("server.".length(), equals)), member.substring(equals + 1)));
            }
        }
        PinfoldServer server = PinfoldServer.start(ServerConfig.standalone()
                .withMemberId(id)
                .withMembers(members)
                .withPolicy(policy())
                .withClientPort(Integer.parseInt(line.substring(line.lastIndexOf(':') + 1))));
        joined.add(server);
        assertTrue(server.awaitServing(PATIENCE));
        return server;
    }
}
