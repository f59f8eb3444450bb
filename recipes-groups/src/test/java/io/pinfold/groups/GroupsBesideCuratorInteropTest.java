package io.pinfold.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.framework.Codec;
import io.pinfold.framework.OwnedNode;
import io.pinfold.framework.Presence;
import io.pinfold.testing.scene.Servers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.barriers.DistributedBarrier;
import org.apache.curator.framework.recipes.nodes.GroupMember;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.retry.RetryForever;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Pinfold's groups and barriers and Curator's on one path. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"ENSEMBLE", "APACHE_ZOOKEEPER"})
class GroupsBesideCuratorInteropTest extends RecipeScene {
    private CuratorFramework curator;

    @BeforeEach
    void startCurator() {
        curator = CuratorFrameworkFactory.newClient("127.0.0.1:" + port, 30_000, 30_000, new RetryForever(50));
        curator.start();
        open(curator);
    }

    @Test
    void membersSeeEachOther() throws Exception {
        GroupMember theirs = open(new GroupMember(curator, path, "theirs", "curator".getBytes(StandardCharsets.UTF_8)));
        theirs.start();
        Group<String> group = open(Group.at(client, path, Codec.TEXT));

        Membership<String> ours = group.join("ours", "pinfold");

        Members<String> view = group.awaitSize(2, Duration.ofSeconds(20)).orElseThrow();
        assertEquals(Optional.of("curator"), view.get("theirs").orElseThrow().payload());
        eventually(() -> theirs.getCurrentMembers().keySet().equals(Set.of("ours", "theirs")));
        assertEquals("pinfold", new String(theirs.getCurrentMembers().get("ours"), StandardCharsets.UTF_8));
        ours.close();
        eventually(() -> theirs.getCurrentMembers().size() == 1);
    }

    @Test
    void ownedNodesAndPersistentNodesFollowEachOther() throws Exception {
        PersistentNode theirs = open(new PersistentNode(curator, CreateMode.EPHEMERAL, false, path, bytes("theirs")));
        theirs.start();
        assertTrue(theirs.waitForInitialCreate(20, TimeUnit.SECONDS));
        OwnedNode ours = open(OwnedNode.builder(client, path)
                .data(bytes("ours"))
                .waitWhileOccupied()
                .build());
        eventually(() -> ours.presence() == Presence.OCCUPIED);

        theirs.close();
        get(ours.created());
        assertEquals("ours", new String(other.get(path).data(), StandardCharsets.UTF_8));

        PersistentNode next = open(new PersistentNode(curator, CreateMode.EPHEMERAL, false, path, bytes("next")));
        next.start();
        get(ours.closeAsync());
        eventually(() -> other.exists(path).isPresent()
                && new String(other.get(path).data(), StandardCharsets.UTF_8).equals("next"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void barriersHoldEachOther() throws Exception {
        DistributedBarrier theirs = new DistributedBarrier(curator, path);
        io.pinfold.groups.DistributedBarrier ours = io.pinfold.groups.DistributedBarrier.at(client, path);
        theirs.setBarrier();
        CompletableFuture<Void> raised = ours.whenRaised();
        assertFalse(ours.awaitRaised(Duration.ofMillis(100)));
        theirs.removeBarrier();
        get(raised);

        ours.lower();
        assertFalse(theirs.waitOnBarrier(100, TimeUnit.MILLISECONDS));
        ours.raise();
        assertTrue(theirs.waitOnBarrier(20, TimeUnit.SECONDS));
    }

    @Test
    void doubleBarriersCountEachOther() throws Exception {
        var theirs = new org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier(curator, path, 2);
        CompletableFuture<DoubleBarrierEntry> ours =
                DistributedDoubleBarrier.at(client, path, 2).enterAsync();
        awaitChildren(path, 1);
        assertTrue(theirs.enter(20, TimeUnit.SECONDS));

        CompletableFuture<Void> left = get(ours).leaveAsync();
        assertFalse(left.isDone());
        assertTrue(theirs.leave(20, TimeUnit.SECONDS));
        get(left);
        awaitChildren(path, 0);
    }

    @Test
    @SuppressWarnings("rawtypes") // Curator asks for the class of the payload
    void servicesAreFoundByEachOther() throws Exception {
        ServiceDiscovery<Map> theirs = open(ServiceDiscoveryBuilder.builder(Map.class)
                .client(curator)
                .basePath(path)
                .build());
        theirs.start();
        theirs.registerService(org.apache.curator.x.discovery.ServiceInstance.<Map>builder()
                .name("web")
                .id("theirs")
                .address("10.0.0.9")
                .port(9090)
                .payload(new LinkedHashMap<>(Map.of("zone", "us-1")))
                .build());
        ServiceRegistry registry = ServiceRegistry.at(client, path);
        Registration ours = registry.register(
                ServiceInstance.of("web", "10.0.0.7", 8080).withId("ours").withMeta("zone", "eu-1"));

        var found = theirs.queryForInstance("web", "ours");
        assertEquals("10.0.0.7", found.getAddress());
        assertEquals(8080, found.getPort());
        assertEquals("eu-1", found.getPayload().get("zone"));
        assertTrue(found.isEnabled());
        get(ours.update(now -> now.withEnabled(false)));
        assertFalse(theirs.queryForInstance("web", "ours").isEnabled());

        Group<ServiceInstance> seen = open(registry.instances("web"));
        ServiceInstance other = seen.awaitSize(2, Duration.ofSeconds(20))
                .orElseThrow()
                .get("theirs")
                .flatMap(Member::payload)
                .orElseThrow();
        assertEquals(9090, other.port().orElseThrow());
        assertEquals("us-1", other.metadata().get("zone"));
        assertTrue(other.enabled());
    }
}
