package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.Node;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A tree in random worlds: whatever it shows was so at one moment, in order, and at last it shows what is. */
class WatchedTreeModelTest {
    private static final int WORLDS = Integer.getInteger("pinfold.worlds", 500);
    private static final int STEPS = 250;
    private static final List<String> PATHS =
            List.of("/c", "/c/a", "/c/b", "/c/a/x", "/c/a/y", "/c/a-b", "/c/b/x", "/d");

    @Test
    void everySnapshotIsAMomentOfTheHistoryAndTheLastOneIsThePresent() {
        for (int seed = 0; seed < WORLDS; seed++) {
            new World(seed).play();
        }
    }

    private static final class World {
        final String name;
        final Random random;
        final SmallServer server = new SmallServer();
        final SmallClient client = new SmallClient(server, 7);
        final WatchedTree tree;
        final Map<String, Node> told = new TreeMap<>();
        long lastZxid;

        World(int seed) {
            name = "seed " + seed;
            random = new Random(seed);
            for (int i = 0; i < 8; i++) {
                changeSomething();
            }
            tree = WatchedTree.at(client, "/c");
            tree.onChange(this::onChange);
            client.time.settle();
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                step();
                client.time.settle();
                look();
            }
            if (!client.isConnected()) {
                client.reconnect(0);
            }
            client.flow();
            client.time.advance(Duration.ofSeconds(5));
            client.flow();
            look();
            assertTrue(tree.freshness().live(), name);
            assertEquals(server.picture("/c", server.zxid()), picture(tree.snapshot()), name);
            Map<String, String> known = new TreeMap<>();
            told.forEach((path, node) -> known.put(path, SmallServer.line(node.stat(), node.data())));
            assertEquals(known, picture(tree.snapshot()), name);
        }

        private void step() {
            int dice = random.nextInt(100);
            if (dice < 15) {
                changeSomething();
            } else if (dice < 55) {
                if (client.canServe()) {
                    client.serve();
                }
            } else if (dice < 94) {
                if (client.canDeliver()) {
                    client.deliver();
                }
            } else if (dice < 95) {
                client.time.advance(Duration.ofMillis(random.nextInt(300)));
            } else if (dice < 96) {
                client.expire();
            } else if (client.isConnected()) {
                client.disconnect();
            } else {
                client.reconnect(random.nextInt(3));
            }
        }

        private void look() {
            TreeSnapshot snapshot = tree.snapshot();
            assertTrue(snapshot.zxid() >= lastZxid, name);
            lastZxid = snapshot.zxid();
            if (snapshot.exact() && snapshot.zxid() > 0) {
                assertEquals(server.picture("/c", snapshot.zxid()), picture(snapshot), name);
            }
        }

        private void onChange(TreeChange change) {
            for (NodeChange each : change.changes()) {
                if (each instanceof NodeChange.Added added) {
                    assertNull(told.put(added.path(), added.node()), name);
                } else if (each instanceof NodeChange.Removed removed) {
                    assertEquals(removed.node(), told.remove(removed.path()), name);
                } else if (each instanceof NodeChange.Changed changed) {
                    assertEquals(
                            changed.before().stat().czxid(),
                            changed.after().stat().czxid(),
                            name);
                    assertTrue(told.put(changed.path(), changed.after()) != null, name);
                } else if (each instanceof NodeChange.Replaced replaced) {
                    assertNotEquals(
                            replaced.before().stat().czxid(),
                            replaced.after().stat().czxid(),
                            name);
                    assertTrue(told.put(replaced.path(), replaced.after()) != null, name);
                }
            }
            assertFalse(change.changes().isEmpty() && change.before().zxid() != 0, name);
        }

        private void changeSomething() {
            String path = PATHS.get(random.nextInt(PATHS.size()));
            String parent = path.substring(0, Math.max(1, path.lastIndexOf('/')));
            boolean leaf = PATHS.stream().noneMatch(other -> other.startsWith(path + "/") && server.has(other));
            if (!server.has(path)) {
                if (server.has(parent)) {
                    server.create(
                            path,
                            "" + random.nextInt(3),
                            mayBeEphemeral(path) && random.nextInt(3) == 0 ? client.session.id() : 0);
                }
            } else if (leaf && random.nextBoolean()) {
                server.delete(path);
                if (random.nextBoolean()) {
                    server.create(path, "0", 0);
                }
            } else if (server.has("/c") && random.nextBoolean()) {
                server.change(() -> server.write(path, null, -1), () -> server.write("/c", new byte[] {'9'}, -1));
            } else {
                server.set(path, "" + random.nextInt(3));
            }
        }

        private static boolean mayBeEphemeral(String path) {
            return PATHS.stream().noneMatch(other -> other.startsWith(path + "/"));
        }

        private static Map<String, String> picture(TreeSnapshot snapshot) {
            Map<String, String> lines = new TreeMap<>();
            for (Node node : snapshot.nodes()) {
                lines.put(node.path(), SmallServer.line(node.stat(), node.data()));
            }
            return lines;
        }
    }
}
