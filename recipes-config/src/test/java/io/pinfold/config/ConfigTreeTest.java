package io.pinfold.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.BadVersionException;
import io.pinfold.ClientClosedException;
import io.pinfold.NoNodeException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Codec;
import io.pinfold.testing.scene.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the configuration tree and its values promise, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class ConfigTreeTest extends RecipeScene {
    @TempDir
    private Path directory;

    private final BlockingQueue<ConfigChange> changes = new LinkedBlockingQueue<>();

    @Test
    void showsWhatIsThereAndFollowsIt() throws Exception {
        publish("cart/limit", "50", "cart/currency", "EUR");
        ConfigTree config = open(ConfigTree.at(client, path));
        ConfigSnapshot before = get(config.ready());
        assertEquals(List.of("", "cart", "cart/currency", "cart/limit"), before.keys());
        assertEquals(Optional.of(50), before.get("cart/limit", Codec.INT_TEXT));
        assertEquals(Optional.empty(), before.get("cart/none", Codec.TEXT));
        assertTrue(config.freshness().live());

        publish("cart/limit", "60");
        eventually(() -> config.snapshot().get("cart/limit", Codec.INT_TEXT).equals(Optional.of(60)));

        assertEquals(Optional.of(50), before.get("cart/limit", Codec.INT_TEXT), "snapshots do not change");
        assertTrue(config.snapshot().zxid() > before.zxid());
        assertEquals(1, config.snapshot().entry("cart/limit").orElseThrow().version());
    }

    @Test
    void keepsAsManyLevelsAsAreWanted() throws Exception {
        publish("cart/limit", "50", "cart/limit/deep", "1");

        ConfigTree config = open(ConfigTree.builder(client, path).maxDepth(2).build());

        assertEquals(List.of("", "cart", "cart/limit"), get(config.ready()).keys());
    }

    @Test
    void leavesOutWhatIsNotWanted() throws Exception {
        publish("cart/limit", "50", "secret", "1", "secret/key", "2");

        ConfigTree config =
                open(ConfigTree.builder(client, path).leaveOut("secret"::equals).build());

        assertEquals(List.of("", "cart", "cart/limit"), get(config.ready()).keys());
    }

    @Test
    void whatIsMadeOfAValueFollowsItAndKeepsWhatWasGood() throws Exception {
        ConfigTree config = open(ConfigTree.at(client, path));
        ConfigValue<Integer> seconds = config.value("timeout", Codec.INT_TEXT, 30, n -> n < 100);
        ConfigValue<Duration> timeout = seconds.map(n -> Duration.ofSeconds(60 / n));
        BlockingQueue<Duration> told = new LinkedBlockingQueue<>();
        timeout.onChange((old, now) -> told.add(now));
        assertEquals(Duration.ofSeconds(2), timeout.get(), "made of the fallback");

        publish("timeout", "20");
        assertEquals(Duration.ofSeconds(3), told.poll(20, TimeUnit.SECONDS));
        publish("timeout", "0");
        eventually(() -> timeout.problem().isPresent());
        assertEquals(Duration.ofSeconds(3), timeout.get(), "nothing can be made of it");
        publish("timeout", "100");
        eventually(() -> timeout.problem().orElse("").contains("100"));
        assertEquals(Duration.ofSeconds(3), timeout.get(), "not good to begin with");
        timeout.close();
        publish("timeout", "10");
        eventually(() -> seconds.get() == 10);
        assertEquals(Duration.ofSeconds(3), timeout.get());
    }

    @Test
    void whatOneTransactionChangedIsToldAsOne() throws Exception {
        publish("a", "1", "b", "1", "c", "1");
        ConfigTree config = open(ConfigTree.at(client, path));
        config.onChange(changes::add);
        assertEquals(Set.of("", "a", "b", "c"), next().keys());

        publish("a", "2", "c", "2", "d/e", "2");

        ConfigChange change = next();
        assertEquals(Set.of("a", "c", "d", "d/e"), change.keys());
        assertEquals(Optional.of("1"), change.before().get("a", Codec.TEXT));
        assertEquals(Optional.of("2"), change.after().get("a", Codec.TEXT));
        assertEquals(change.zxid(), change.after().entry("a").orElseThrow().changedAt());
    }

    @Test
    void aDeletionAndRecreationDuringAnOutageIsTold() throws Exception {
        publish("a", "1", "b", "1");
        ConfigTree config = open(ConfigTree.at(client, path));
        config.onChange(changes::add);
        next();
        network.isolate();
        eventually(() -> !config.freshness().live());

        other.delete(path + "/a");
        publish("a", "1");
        assertEquals(Optional.of("1"), config.snapshot().get("a", Codec.TEXT), "the last one stays");
        network.restore();

        ConfigChange change = next();
        assertEquals(Set.of("a"), change.keys());
        eventually(() -> config.freshness().live());
    }

    @Test
    void goesOnInTheNextSession() throws Exception {
        publish("a", "1");
        ConfigTree config = open(ConfigTree.at(client, path));
        config.onChange(changes::add);
        next();

        endSession();
        publish("a", "2");

        eventually(() -> config.snapshot().get("a", Codec.TEXT).equals(Optional.of("2")));
        assertEquals(Set.of("a"), next().keys());
        eventually(() -> config.freshness().live());
    }

    @Test
    void aValueFollowsItsKeyAndKeepsWhatWasGood() throws Exception {
        ConfigTree config = open(ConfigTree.at(client, path));
        ConfigValue<Integer> limit = config.value("cart/limit", Codec.INT_TEXT, 50, n -> n > 0);
        BlockingQueue<List<Integer>> told = new LinkedBlockingQueue<>();
        limit.onChange((old, now) -> told.add(List.of(old, now)));
        assertEquals(50, limit.get());

        publish("cart/limit", "60");
        assertEquals(List.of(50, 60), told.poll(20, TimeUnit.SECONDS));
        assertEquals(60, limit.get());
        publish("cart/limit", "-1");
        eventually(() -> limit.problem().isPresent());
        assertEquals(60, limit.get(), "not good");
        publish("cart/limit", "many");
        eventually(() -> limit.problem().orElse("").contains("many"));
        assertEquals(60, limit.get(), "not readable");
        publish("cart/limit", "70");
        assertEquals(List.of(60, 70), told.poll(20, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), limit.problem());
        other.delete(path + "/cart/limit");
        assertEquals(List.of(70, 50), told.poll(20, TimeUnit.SECONDS), "the fallback again");
        limit.close();
    }

    @Test
    void startsWithWhatWasSeenLastWhenThereIsNoServer() throws Exception {
        Path file = directory.resolve("last-good");
        publish("a", "1", "b", "1");
        ConfigTree first = ConfigTree.builder(client, path).lastGood(file).build();
        get(first.ready());
        publish("b", "2");
        eventually(() -> first.snapshot().get("b", Codec.TEXT).equals(Optional.of("2")));
        eventually(() -> {
            get(first.saved());
            return saved(file).get("b", Codec.TEXT).equals(Optional.of("2"));
        });
        first.close();
        network.isolate();

        ConfigTree second = open(ConfigTree.builder(client, path).lastGood(file).build());
        ConfigValue<Integer> value = second.value("b", Codec.INT_TEXT, 0);
        second.onChange(changes::add);
        assertEquals(2, value.get());
        assertEquals(Optional.of("1"), second.snapshot().get("a", Codec.TEXT));
        assertFalse(second.freshness().live());
        assertFalse(second.ready().isDone());
        assertEquals(Set.of("", "a", "b"), next().keys());
        publish("b", "3");
        network.restore();

        assertEquals(Set.of("b"), next().keys(), "only what is different");
        eventually(() -> value.get() == 3);
        assertTrue(second.freshness().live());
    }

    @Test
    void aSavedConfigurationThatIsDamagedOrAnotherIsNotUsed() throws Exception {
        Path file = directory.resolve("last-good");
        ConfigEntry entry = new ConfigEntry("a", "1".getBytes(UTF_8), 0, 5, 5);
        LastGood good = new LastGood(file, new Keys(path));
        good.save(new ConfigSnapshot(new Keys(path), 7, true, new TreeMap<>(Map.of("a", entry))));
        get(good.flushed());
        assertEquals(7, saved(file).zxid());
        assertEquals(Optional.empty(), new LastGood(file, new Keys("/elsewhere")).load());

        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            assertEquals(Optional.empty(), new LastGood(file, new Keys(path)).load(), "byte " + i);
        }
        Files.write(file, new byte[0]);
        assertEquals(Optional.empty(), new LastGood(file, new Keys(path)).load());
    }

    @Test
    void aSavedConfigurationThatIsNotOfOneMomentDoesNotClaimToBe() {
        LastGood file = new LastGood(directory.resolve("config"), new Keys(path));
        file.save(new ConfigSnapshot(new Keys(path), 7, false, new TreeMap<>()));
        file.flushed().join();

        assertFalse(file.load().orElseThrow().exact());
    }

    @Test
    void withoutBlockingAChangeComesToTheSame() throws Exception {
        ConfigTree config = open(ConfigTree.at(client, path));

        get(config.publishAsync(Map.of("a", "1".getBytes(UTF_8))));
        assertEquals(new Versioned<>(2, 1), get(config.setAsync("a", Codec.INT_TEXT, 2, 0)));
        assertEquals(new Versioned<>(3, 2), get(config.updateAsync("a", Codec.INT_TEXT, 0, n -> n + 1)));
        CompletableFuture<Versioned<Integer>> late = config.setAsync("a", Codec.INT_TEXT, 4, 0);
        assertInstanceOf(
                BadVersionException.class,
                assertThrows(ExecutionException.class, () -> get(late)).getCause());
    }

    @Test
    void changesByAFunctionTakePlaceOnceThoughRepliesAreLost() throws Exception {
        ConfigTree config = open(ConfigTree.at(client, path));
        ConfigTree theirs = open(ConfigTree.at(other, path));
        assertEquals(new Versioned<>(1, 0), config.update("n", Codec.INT_TEXT, 0, n -> n + 1));
        CompletableFuture<Void> lost = network.loseReply(SET_DATA, 1);
        assertEquals(2, config.update("n", Codec.INT_TEXT, 0, n -> n + 1).value());
        get(lost);
        lost = network.loseRequest(SET_DATA, 1);
        assertEquals(3, config.update("n", Codec.INT_TEXT, 0, n -> n + 1).value());
        get(lost);

        List<CompletableFuture<Versioned<Integer>>> updates = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ConfigTree who = i % 2 == 0 ? config : theirs;
            updates.add(CompletableFuture.supplyAsync(() -> who.update("n", Codec.INT_TEXT, 0, n -> n + 1)));
        }
        for (CompletableFuture<Versioned<Integer>> update : updates) {
            get(update);
        }
        assertEquals(new Versioned<>(14, 13), theirs.update("n", Codec.INT_TEXT, 0, n -> n + 1));
    }

    @Test
    void aChangeThatCannotBeSettledInTimeSaysSo() throws Exception {
        PinfoldClient hasty = open(PinfoldClient.builder(network.connectString())
                .operationTimeout(Duration.ofMillis(300))
                .build());
        ConfigTree config = open(ConfigTree.at(hasty, path));
        config.update("n", Codec.INT_TEXT, 0, n -> n + 1);
        CompletableFuture<Void> lost = network.loseReply(SET_DATA, 1).thenRun(network::isolate);

        assertThrows(OutcomeUnknownException.class, () -> config.update("n", Codec.INT_TEXT, 0, n -> n + 1));

        get(lost);
        assertEquals(1, other.get(path + "/n").version());
    }

    @Test
    void aWriteExpectsTheVersionThatWasSeen() {
        ConfigTree config = open(ConfigTree.at(client, path));
        config.publish(Map.of("a", "1".getBytes(UTF_8)));

        assertEquals(new Versioned<>("2", 1), config.set("a", Codec.TEXT, "2", 0));
        assertThrows(BadVersionException.class, () -> config.set("a", Codec.TEXT, "3", 0));
        assertThrows(NoNodeException.class, () -> config.set("none", Codec.TEXT, "3", 0));
        assertThrows(BadArgumentsException.class, () -> config.set("/a", Codec.TEXT, "3", 0));
        assertThrows(BadArgumentsException.class, () -> config.value("a/", Codec.TEXT, ""));
    }

    @Test
    void publishingSaysWhenItsReplyWasLost() throws Exception {
        ConfigTree config = open(ConfigTree.at(client, path));
        CompletableFuture<Void> lost = network.loseReply(MULTI, 1);

        assertThrows(OutcomeUnknownException.class, () -> config.publish(Map.of("a", "1".getBytes(UTF_8))));

        get(lost);
        config.publish(Map.of("a", "1".getBytes(UTF_8)));
        assertEquals(1, other.get(path + "/a").version());
    }

    @Test
    void aSlowListenerDelaysNobodyElse() throws Exception {
        ConfigTree config = open(ConfigTree.at(client, path));
        CountDownLatch slow = new CountDownLatch(1);
        Subscription subscription = config.onChange(change -> {
            try {
                slow.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        ConfigValue<String> value = config.value("a", Codec.TEXT, "0");
        config.onChange(changes::add);
        next();

        publish("a", "1");

        assertEquals(Set.of("", "a"), next().keys());
        eventually(() -> value.get().equals("1"));
        subscription.close();
        slow.countDown();
    }

    @Test
    void saysSoWhenItIsClosed() {
        network.isolate();
        ConfigTree config = ConfigTree.at(client, path);
        CompletableFuture<ConfigSnapshot> ready = config.ready();

        config.close();

        assertInstanceOf(
                ClientClosedException.class,
                assertThrows(ExecutionException.class, () -> get(ready)).getCause());
        assertFalse(config.freshness().live());
    }

    @Test
    void aBoundedCacheKeepsWhatFitsAndNothingOld() throws Exception {
        Map<String, byte[]> values = new TreeMap<>();
        for (int i = 0; i < 40; i++) {
            values.put("k" + i, new byte[1000]);
        }
        open(ConfigTree.at(other, path)).publish(values);
        ConfigCache cache = open(ConfigCache.bounded(client, path, 10_000));
        get(cache.ready());
        assertEquals(41, cache.keys().size());

        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 40; i++) {
                assertEquals(1000, cache.get("k" + i, Codec.BYTES).orElseThrow().length);
            }
        }
        assertTrue(cache.weight() <= 10_000, cache.weight() + " bytes");
        assertEquals(Optional.empty(), cache.get("none", Codec.BYTES));

        BlockingQueue<Set<String>> told = new LinkedBlockingQueue<>();
        cache.onChange(told::add);
        told.poll(20, TimeUnit.SECONDS);
        for (int i = 0; i < 5; i++) {
            publish("k0", "new" + i);
            assertEquals(Set.of("k0"), told.poll(20, TimeUnit.SECONDS));
            assertEquals(
                    other.get(path + "/k0").stat().mzxid(),
                    cache.changedAt("k0").orElseThrow());
            assertEquals(Optional.of("new" + i), cache.get("k0", Codec.TEXT));
        }
        other.delete(path + "/k0");
        told.poll(20, TimeUnit.SECONDS);
        assertEquals(Optional.empty(), cache.get("k0", Codec.TEXT));
        assertEquals(OptionalLong.empty(), cache.changedAt("k0"));
    }

    @Test
    void aBoundedCacheGivesWhatItHasDuringAnOutage() throws Exception {
        publish("a", "1", "b", "1");
        ConfigCache cache = open(ConfigCache.bounded(client, path, 1 << 20));
        get(cache.ready());
        assertEquals(Optional.of("1"), cache.get("a", Codec.TEXT));
        network.isolate();
        eventually(() -> !cache.freshness().live());

        assertEquals(Optional.of("1"), cache.get("a", Codec.TEXT));
        CompletableFuture<Optional<ConfigEntry>> unread = cache.getAsync("b");
        assertFalse(unread.isDone());
        publish("a", "2");
        network.restore();

        assertEquals("1", new String(get(unread).orElseThrow().data(), UTF_8));
        eventually(() -> cache.get("a", Codec.TEXT).equals(Optional.of("2")));
    }

    @Test
    void aCacheOfNoBytesKnowsTheKeysAndReadsTheRest() throws Exception {
        publish("a", "1", "b", "1");
        ConfigCache cache = open(ConfigCache.bounded(client, path, 0));
        get(cache.ready());

        assertEquals(List.of("", "a", "b"), cache.keys());
        assertEquals(Optional.of("1"), cache.get("a", Codec.TEXT));
        assertEquals(0, cache.weight());
    }

    @Test
    void aBoundedCacheRefusesNonsense() {
        assertThrows(IllegalArgumentException.class, () -> ConfigCache.bounded(client, path, -1));
        ConfigCache cache = ConfigCache.bounded(client, path, 100);
        cache.close();
        assertThrows(ClientClosedException.class, () -> cache.get("a", Codec.TEXT));
    }

    private void publish(String... keysAndValues) {
        Map<String, byte[]> values = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1].getBytes(UTF_8));
        }
        try (ConfigTree config = ConfigTree.at(other, path)) {
            config.publish(values);
        }
    }

    private ConfigSnapshot saved(Path file) {
        return new LastGood(file, new Keys(path)).load().orElse(ConfigSnapshot.empty(new Keys(path)));
    }

    private ConfigChange next() throws InterruptedException {
        ConfigChange change = changes.poll(20, TimeUnit.SECONDS);
        if (change == null) {
            throw new AssertionError("Nothing was told");
        }
        return change;
    }
}
