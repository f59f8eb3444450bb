package io.pinfold.groups;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.CreateMode;
import io.pinfold.client.CreateOptions;
import io.pinfold.testing.scene.Servers;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the service registry and its pools promise, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class RegistryTest extends RecipeScene {
    @Test
    void anInstanceIsThereUntilItsRegistrationIsClosed() throws Exception {
        ServiceRegistry registry = ServiceRegistry.at(client, path);
        assertEquals(Set.of(), registry.services());
        Registration mine = registry.register(instance("a").withSslPort(8443).withMeta("zone", "eu-1"));
        Group<ServiceInstance> seen = open(ServiceRegistry.at(other, path).instances("web"));

        ServiceInstance found = onlyOne(seen);
        assertEquals(mine.instance(), found);
        assertTrue(found.registeredAt() > 0);
        assertEquals(URI.create("https://10.0.0.7:8443/health"), found.uri("/health"));
        assertEquals(Set.of("web"), registry.services());

        get(mine.closeAsync());
        eventually(() -> seen.members().size() == 0);
    }

    @Test
    void anUpdateTakesPlaceInTheZnodeThatIsThere() throws Exception {
        Registration mine = ServiceRegistry.at(client, path).register(instance("a"));
        Group<ServiceInstance> seen = open(ServiceRegistry.at(other, path).instances("web"));
        onlyOne(seen);
        long joined = seen.members().all().get(0).joinedAt();

        get(mine.update(
                now -> now.withEnabled(false).withMeta("reason", "deploy").withId("ignored")));

        eventually(() -> !onlyOne(seen).enabled());
        assertEquals("deploy", onlyOne(seen).metadata().get("reason"));
        assertEquals("a", onlyOne(seen).id());
        assertEquals(joined, seen.members().all().get(0).joinedAt(), "it was never missing");
    }

    @Test
    void isRegisteredAgainInTheNextSession() throws Exception {
        Registration mine = ServiceRegistry.at(client, path).register(instance("a"));
        get(mine.update(now -> now.withMeta("load", "low")));
        Group<ServiceInstance> seen = open(ServiceRegistry.at(other, path).instances("web"));
        onlyOne(seen);
        long joined = seen.members().all().get(0).joinedAt();

        endSession();

        eventually(() -> {
            var members = seen.members(); // once: it may be gone in between
            return members.size() == 1 && members.all().get(0).joinedAt() > joined;
        });
        assertEquals("low", onlyOne(seen).metadata().get("load"));
    }

    @Test
    void refusesAnIdThatIsTakenAndNamesThatAreNone() throws Exception {
        ServiceRegistry registry = ServiceRegistry.at(client, path);
        registry.register(instance("a"));

        assertThrows(
                DuplicateMemberException.class,
                () -> ServiceRegistry.at(other, path).register(instance("a")));
        assertThrows(BadArgumentsException.class, () -> registry.register(instance("a/b")));
        assertThrows(BadArgumentsException.class, () -> registry.pool("/"));
        assertThrows(IllegalArgumentException.class, () -> registry.pool("web").ejectAfter(0, Duration.ZERO));
    }

    @Test
    void aPoolTakesTurnsAmongThoseWhoWantRequests() throws Exception {
        ServiceRegistry registry = ServiceRegistry.at(client, path);
        registry.register(instance("a"));
        registry.register(instance("b"));
        Registration drained = registry.register(instance("c"));
        ServicePool pool = pool(registry.pool("web").strategy(Strategy.ROUND_ROBIN), 3);
        Set<String> asked = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            asked.add(pool.choose().orElseThrow().id());
        }
        assertEquals(Set.of("a", "b", "c"), asked);

        get(drained.update(now -> now.withEnabled(false)));
        eventually(() -> pool.candidates().size() == 2);
        asked.clear();
        for (int i = 0; i < 4; i++) {
            pool.call(instance -> asked.add(instance.id()));
        }
        assertEquals(Set.of("a", "b"), asked);
    }

    @Test
    void aPoolPrefersItsZoneWhileAnybodyIsHealthyThere() throws Exception {
        ServiceRegistry registry = ServiceRegistry.at(client, path);
        Registration near = registry.register(instance("near").withMeta(ServiceInstance.ZONE, "eu-1"));
        registry.register(instance("far").withMeta(ServiceInstance.ZONE, "us-1"));
        ServicePool pool = pool(registry.pool("web").preferZone("eu-1"), 1);
        assertEquals("near", pool.choose().orElseThrow().id());

        near.close();

        eventually(() -> pool.choose().orElseThrow().id().equals("far"));
    }

    @Test
    void aPoolEjectsWhoFailsButNeverEverybody() throws Exception {
        ServiceRegistry registry = ServiceRegistry.at(client, path);
        registry.register(instance("good"));
        registry.register(instance("bad"));
        ServicePool pool = pool(registry.pool("web").ejectAfter(2, Duration.ofMillis(200)), 2);
        ServiceInstance bad = pool.candidates().get(0);
        assertEquals("bad", bad.id());

        pool.noteFailure(bad);
        pool.noteSuccess(bad);
        pool.noteFailure(bad);
        assertEquals(2, pool.candidates().size(), "not twice in a row");
        pool.noteFailure(bad);
        assertEquals(List.of("good"), ids(pool));
        for (int i = 0; i < 2; i++) {
            assertThrows(
                    IllegalStateException.class,
                    () -> pool.call(instance -> {
                        throw new IllegalStateException("as it happens");
                    }));
        }
        assertEquals(2, pool.candidates().size(), "rather all than nobody");
        eventually(() -> pool.candidates().size() == 2);
    }

    @Test
    void aPoolKeepsWhoVanishedForAWhileUnlessItWasDrained() throws Exception {
        ServiceRegistry registry = ServiceRegistry.at(client, path);
        Registration flapping = registry.register(instance("a"));
        Registration drained = registry.register(instance("b"));
        ServicePool pool = pool(registry.pool("web").keepFor(Duration.ofMinutes(1)), 2);
        ServicePool hasty = pool(registry.pool("web").keepFor(Duration.ofMillis(1)), 2);
        ServicePool strict = pool(registry.pool("web"), 2);

        get(drained.update(now -> now.withEnabled(false)));
        eventually(() -> pool.candidates().size() == 1);
        get(drained.closeAsync());
        get(flapping.closeAsync());
        eventually(() -> strict.candidates().isEmpty());
        eventually(() -> hasty.candidates().isEmpty());
        assertEquals(List.of("a"), ids(pool));

        registry.register(instance("a").withMeta("again", "yes"));
        eventually(() -> !strict.candidates().isEmpty());
        eventually(() -> pool.candidates().equals(strict.candidates()));
    }

    @Test
    void aPoolThatKeepsThemHasThemWhenAllSessionsEndAtOnce() throws Exception {
        ServiceRegistry registry = ServiceRegistry.at(client, path);
        registry.register(instance("a"));
        registry.register(instance("b"));
        ServicePool pool = pool(ServiceRegistry.at(other, path).pool("web").keepFor(Duration.ofMinutes(1)), 2);
        ServicePool strict = pool(ServiceRegistry.at(other, path).pool("web"), 2);

        client.close(); // its session ends, as it would without it

        eventually(() -> strict.candidates().isEmpty());
        assertEquals(List.of("a", "b"), ids(pool));
    }

    @Test
    void theLessBusyOfTwoIsChosen() throws Exception {
        ServiceRegistry registry = ServiceRegistry.at(client, path);
        registry.register(instance("a"));
        registry.register(instance("b"));
        ServicePool pool = pool(registry.pool("web"), 2);

        pool.call(busy -> {
            for (int i = 0; i < 20; i++) {
                assertFalse(pool.choose().orElseThrow().id().equals(busy.id()));
            }
            return true;
        });
    }

    @Test
    void aPoolGoesOnWithWhatItKnowsDuringAnOutage() throws Exception {
        ServiceRegistry registry = ServiceRegistry.at(other, path);
        ServicePool empty = open(ServiceRegistry.at(client, path).pool("none").build());
        get(empty.ready());
        assertThrows(NoSuchElementException.class, () -> empty.call(ServiceInstance::id));
        registry.register(instance("a"));
        ServicePool pool = pool(ServiceRegistry.at(client, path).pool("web").strategy(Strategy.STICKY), 1);

        network.isolate();
        eventually(() -> !pool.freshness().live());

        assertEquals("a", pool.choose().orElseThrow().id());
    }

    @Test
    void readsWhatSpringCloudWritesAndSkipsWhatItCannotRead() throws Exception {
        String spring =
                "{\"name\":\"web\",\"id\":\"s-1\",\"address\":\"10.0.0.9\",\"port\":8080,\"sslPort\":null,\"payload\":{"
                        + "\"@class\":\"org.springframework.cloud.zookeeper.discovery.ZookeeperInstance\",\"id\":\"web-1\","
                        + "\"name\":\"web\",\"metadata\":{\"instance_status\":\"UP\",\"zone\":\"eu-1\"}},"
                        + "\"registrationTimeUTC\":1700000000123,\"serviceType\":\"DYNAMIC\",\"uriSpec\":{\"parts\":["
                        + "{\"value\":\"scheme\",\"variable\":true}]},\"somethingNew\":[1,{\"a\":2}]}";
        CreateOptions options = CreateOptions.of(CreateMode.EPHEMERAL).withParents();
        other.create(path + "/web/s-1", spring.getBytes(UTF_8), options);
        other.create(path + "/web/odd", "{}".getBytes(UTF_8), options);
        other.create(path + "/web/noise", "no JSON".getBytes(UTF_8), options);

        ServicePool pool = pool(ServiceRegistry.at(client, path).pool("web"), 2);

        ServiceInstance found = pool.candidates().get(1);
        assertEquals("s-1", found.id());
        assertEquals("eu-1", found.metadata().get("zone"));
        assertEquals("UP", found.metadata().get("instance_status"));
        assertEquals(1700000000123L, found.registeredAt());
        InstanceJson json = new InstanceJson(true);
        assertEquals(found, json.decode(json.encode(found)));
        assertEquals(found, new InstanceJson(false).decode(new InstanceJson(false).encode(found)));
    }

    private ServicePool pool(ServicePool.Builder builder, int size) {
        ServicePool pool = open(builder.build());
        eventually(() -> pool.candidates().size() == size);
        return pool;
    }

    private static List<String> ids(ServicePool pool) {
        return pool.candidates().stream().map(ServiceInstance::id).toList();
    }

    private static ServiceInstance instance(String id) {
        return ServiceInstance.of("web", "10.0.0.7", 8080).withId(id);
    }

    private static ServiceInstance onlyOne(Group<ServiceInstance> group) throws InterruptedException {
        Members<ServiceInstance> members =
                group.awaitSize(1, Duration.ofSeconds(20)).orElseThrow();
        assertEquals(1, members.size());
        return members.all().get(0).payload().orElseThrow();
    }
}
