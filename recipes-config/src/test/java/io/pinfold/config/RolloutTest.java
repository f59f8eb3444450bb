package io.pinfold.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadVersionException;
import io.pinfold.NoNodeException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be taken back, and what some members get before the others, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class RolloutTest extends RecipeScene {
    @Test
    void whatWasPublishedIsTakenBackInOneTransaction() throws Exception {
        ConfigTree config = open(ConfigTree.at(client, path));
        config.publish(values("a", "1", "b", "1"));
        Publication change = config.publish(values("a", "2", "c", "2", "c/d", "2"));
        assertEquals(Set.of("a", "c", "c/d"), change.keys());
        eventually(() -> config.snapshot().keys().contains("c/d"));

        change.undo();

        eventually(() -> config.snapshot().keys().equals(List.of("", "a", "b")));
        assertEquals(Optional.of("1"), config.snapshot().get("a", Codec.TEXT));
        assertEquals(
                other.exists(path).orElseThrow().pzxid(),
                other.exists(path + "/a").orElseThrow().mzxid(),
                "one transaction");
        assertThrows(BadVersionException.class, change::undo, "not twice");
    }

    @Test
    void whatSomebodyChangedSinceIsNotTakenBack() {
        ConfigTree config = open(ConfigTree.at(client, path));
        Publication first = config.publish(values("a", "1", "b", "1"));
        Publication second = config.publish(values("a", "2"));

        assertThrows(BadVersionException.class, first::undo);
        assertEquals("1", text("b"), "all or nothing");
        other.create(path + "/b/below", new byte[0]);
        second.undo();
        assertEquals("1", text("a"));
        assertThrows(BadVersionException.class, first::undo, "there are keys below one that was made");
    }

    @Test
    void whatIsTakenBackIsTakenBackOnceThoughRepliesAreLost() throws Exception {
        ConfigTree config = open(ConfigTree.at(client, path));
        Publication made = config.publish(values("a", "1"));
        Publication set = config.publish(values("a", "2"));
        CompletableFuture<Void> lost = network.loseReply(MULTI, 1);
        set.undo();
        get(lost);
        assertEquals("1", text("a"));
        assertEquals(2, other.get(path + "/a").version());

        Publication again = config.publish(values("b", "1"));
        lost = network.loseReply(MULTI, 1);
        again.undo();
        get(lost);
        assertTrue(other.exists(path + "/b").isEmpty());

        Publication third = config.publish(values("c", "1"));
        lost = network.loseRequest(MULTI, 1);
        third.undo();
        get(lost);
        assertTrue(other.exists(path + "/c").isEmpty());
        assertEquals(Set.of("a"), made.keys());
    }

    @Test
    void aTakingBackThatCannotBeSettledSaysSo() throws Exception {
        PinfoldClient hasty = open(PinfoldClient.builder(network.connectString())
                .operationTimeout(Duration.ofMillis(300))
                .build());
        Publication change = open(ConfigTree.at(hasty, path)).publish(values("a", "1"));
        CompletableFuture<Void> lost = network.loseReply(MULTI, 1).thenRun(network::isolate);

        assertThrows(OutcomeUnknownException.class, change::undo);

        get(lost);
    }

    @Test
    void someMembersGetAValueBeforeTheOthers() throws Exception {
        ConfigTree desk = open(ConfigTree.at(other, path));
        desk.publish(values("limit", "50"));
        ConfigTree early = open(ConfigTree.builder(client, path)
                .member(member(IntStream.range(0, 50)))
                .build());
        ConfigTree late = open(ConfigTree.builder(client, path)
                .member(member(IntStream.range(50, 100)))
                .build());
        ConfigTree nobody = open(ConfigTree.at(client, path));
        List<ConfigValue<Integer>> limits = List.of(limit(early), limit(late), limit(nobody));
        Rollout<Integer> rollout = desk.rollout("limit", Codec.INT_TEXT);
        await(limits, 50, 50, 50);

        rollout.stage(60, 50);
        await(limits, 60, 50, 50);
        rollout.stage(-1, 100); // not good
        eventually(() -> limits.get(1).problem().isPresent());
        await(limits, 60, 50, 50);
        rollout.withdraw();
        rollout.withdraw();
        await(limits, 50, 50, 50);
        rollout.stage(70, 100);
        await(limits, 70, 70, 50);
        rollout.finish();
        await(limits, 70, 70, 70);
        assertEquals(List.of("", "limit"), desk.snapshot().keys(), "nothing is left of it");
        assertThrows(NoNodeException.class, rollout::finish);
    }

    @Test
    void eachStepHappensOnceThoughRepliesAreLost() throws Exception {
        ConfigTree config = open(ConfigTree.at(client, path));
        config.publish(values("limit", "50"));
        Rollout<Integer> rollout = config.rollout("limit", Codec.INT_TEXT);

        CompletableFuture<Void> lost = network.loseReply(CREATE2, 1);
        rollout.stage(60, 10);
        get(lost);
        lost = network.loseReply(SET_DATA, 1);
        rollout.stage(60, 20);
        get(lost);
        lost = network.loseReply(DELETE, 1);
        rollout.withdraw();
        get(lost);
        rollout.stage(60, 30);
        lost = network.loseReply(MULTI, 1);
        assertThrows(OutcomeUnknownException.class, rollout::finish);
        get(lost);

        assertThrows(NoNodeException.class, rollout::finish, "it was finished");
        assertEquals("60", text("limit"));
        assertEquals(1, other.get(path + "/limit").version());
    }

    @Test
    void refusesWhatCannotBeStaged() {
        ConfigTree config = open(ConfigTree.at(client, path));
        Rollout<Integer> rollout = config.rollout("limit", Codec.INT_TEXT);

        assertEquals(
                "There is no key to be changed at " + path + "/limit",
                assertThrows(NoNodeException.class, () -> rollout.stage(60, 10)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> rollout.stage(60, 101));
        config.publish(values("limit", "50", "limit/_pinfold-staged", "noise"));
        ConfigTree member =
                open(ConfigTree.builder(client, path).member("worker-7").build());
        ConfigValue<Integer> limit = limit(member);
        eventually(() -> limit.get() == 50);
        assertThrows(NoNodeException.class, rollout::finish);
    }

    @Test
    void asManyMembersAsWantedAreMeantAndMoreOfThemLater() {
        for (int percent : new int[] {0, 10, 50, 100}) {
            int wanted = percent;
            long meant = IntStream.range(0, 1000)
                    .filter(i -> Staged.isMeant("worker-" + i, "cart/limit", wanted))
                    .count();
            assertTrue(Math.abs(meant - 10 * percent) <= 50, meant + " of 1,000 for " + percent + " %");
        }
        assertTrue(IntStream.range(0, 1000)
                .filter(i -> Staged.isMeant("worker-" + i, "cart/limit", 10))
                .allMatch(i -> Staged.isMeant("worker-" + i, "cart/limit", 11)));
    }

    private ConfigValue<Integer> limit(ConfigTree config) {
        config.ready().join();
        return config.value("limit", Codec.INT_TEXT, 0, n -> n > 0);
    }

    private static void await(List<ConfigValue<Integer>> values, Integer... wanted) {
        eventually(() -> values.stream().map(ConfigValue::get).toList().equals(List.of(wanted)));
    }

    /** {@return the name of a member that comes first with so many of a hundred} */
    private static String member(IntStream percents) {
        Set<Integer> among = Set.copyOf(percents.boxed().toList());
        return IntStream.range(0, 1000)
                .mapToObj(i -> "worker-" + i)
                .filter(name -> IntStream.range(0, 100)
                        .filter(percent -> Staged.isMeant(name, "limit", percent + 1))
                        .limit(1)
                        .allMatch(among::contains))
                .findFirst()
                .orElseThrow();
    }

    private String text(String key) {
        return new String(other.get(path + '/' + key).data(), UTF_8);
    }

    private static Map<String, byte[]> values(String... keysAndValues) {
        return IntStream.range(0, keysAndValues.length / 2)
                .boxed()
                .collect(Collectors.toMap(i -> keysAndValues[2 * i], i -> keysAndValues[2 * i + 1].getBytes(UTF_8)));
    }
}
