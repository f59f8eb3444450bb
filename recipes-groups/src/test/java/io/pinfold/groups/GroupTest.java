package io.pinfold.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.ClientClosedException;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Presence;
import io.pinfold.testing.scene.Servers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What groups promise, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class GroupTest extends RecipeScene {
    private final BlockingQueue<MembersChange<String>> changes = new LinkedBlockingQueue<>();
    private Group<String> mine;
    private Group<String> theirs;

    @BeforeEach
    void openGroups() {
        mine = open(Group.at(client, path, Codec.TEXT));
        theirs = open(Group.at(other, path, Codec.TEXT));
    }

    @Test
    void showsWhoIsThereAndWhatTheySay() throws Exception {
        Membership<String> me = mine.join("worker-1", "here");
        Membership<String> you = theirs.join("worker-2", "there");

        Members<String> view = mine.awaitSize(2, Duration.ofSeconds(20)).orElseThrow();

        assertEquals(List.of("worker-1", "worker-2"), List.copyOf(view.ids()));
        Member<String> first = view.get("worker-1").orElseThrow();
        assertEquals(Optional.of("here"), first.payload());
        assertEquals(client.session().id(), first.sessionId());
        assertTrue(first.joinedAt() < view.get("worker-2").orElseThrow().joinedAt());
        assertEquals(Presence.PRESENT, me.presence());
        assertTrue(mine.freshness().live());
        get(me.closeAsync());
        get(you.closeAsync());
        eventually(() -> mine.members().size() == 0);
    }

    @Test
    void findsMembersByWhatTheySay() throws Exception {
        Group<String> group = open(Group.at(client, path, Codec.TEXT));
        group.join("a", "role=storage");
        group.join("b", "role=compute");
        group.join("c", "role=storage");
        Members<String> all = group.awaitSize(3, Duration.ofSeconds(20)).orElseThrow();

        assertEquals(
                List.of("a", "c"),
                all.where("role=storage"::equals).stream().map(Member::id).toList());
    }

    @Test
    void readsWhatAMemberSaysOnce() throws Exception {
        AtomicInteger readings = new AtomicInteger();
        Group<String> group = open(Group.at(client, path, Codec.of(Codec.TEXT::encode, bytes -> {
            readings.incrementAndGet();
            return Codec.TEXT.decode(bytes);
        })));
        Membership<String> a = group.join("a", "1");
        group.awaitSize(1, Duration.ofSeconds(20));
        group.join("b", "1");
        group.awaitSize(2, Duration.ofSeconds(20));
        get(a.update("2"));
        eventually(() -> group.members().get("a").flatMap(Member::payload).equals(Optional.of("2")));
        for (int i = 0; i < 10; i++) {
            group.members();
        }

        assertEquals(3, readings.get());
    }

    @Test
    void tellsWhoJoinedWhoLeftAndWhoSaysSomethingElse() throws Exception {
        theirs.onChange(changes::add);
        assertEquals(Set.of(), next().members().ids());

        Membership<String> me = mine.join("worker-1", "idle");
        assertEquals(List.of("worker-1"), ids(next().joined()));
        get(me.update("busy"));
        MembersChange<String> update = next();
        assertEquals(List.of("worker-1"), ids(update.updated()));
        assertEquals(Optional.of("busy"), update.updated().get(0).payload());
        assertEquals(
                "idle", update.before().get("worker-1").orElseThrow().payload().orElseThrow());
        me.close();
        assertEquals(List.of("worker-1"), ids(next().left()));
    }

    @Test
    void refusesAnIdThatIsTaken() throws Exception {
        mine.join("worker-1", "first");

        DuplicateMemberException refused =
                assertThrows(DuplicateMemberException.class, () -> theirs.join("worker-1", "second"));

        assertEquals("worker-1", refused.id());
        assertThrows(DuplicateMemberException.class, () -> theirs.join("worker-1", "second", Duration.ofMillis(100)));
        assertEquals("first", new String(other.get(path + "/worker-1").data(), StandardCharsets.UTF_8));
    }

    @Test
    void waitsForTheRemainsOfAPredecessor() throws Exception {
        Membership<String> before = mine.join("worker-1", "before");
        CompletableFuture<Membership<String>> after = CompletableFuture.supplyAsync(() -> {
            try {
                return theirs.join("worker-1", "after", Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        before.close();

        assertEquals(Presence.PRESENT, get(after).presence());
        assertEquals("after", new String(other.get(path + "/worker-1").data(), StandardCharsets.UTF_8));
    }

    @Test
    void joinsAgainWhenItsSessionEndedAndSaysWhatItSaidLast() throws Exception {
        BlockingQueue<Presence> presences = new LinkedBlockingQueue<>();
        Membership<String> me = mine.join("worker-1", "first");
        me.onPresence(presences::add);
        get(me.update("second"));
        eventually(() -> theirs.members()
                .get("worker-1")
                .flatMap(Member::payload)
                .filter("second"::equals)
                .isPresent());
        long joined = theirs.members().get("worker-1").orElseThrow().joinedAt();
        theirs.onChange(changes::add);
        next();

        endSession();

        eventually(() -> theirs.members()
                .get("worker-1")
                .filter(again -> again.joinedAt() > joined)
                .isPresent());
        assertEquals(
                Optional.of("second"),
                theirs.members().get("worker-1").orElseThrow().payload());
        assertEquals(Presence.PRESENT, presences.poll(20, TimeUnit.SECONDS));
        assertEquals(Presence.ABSENT, presences.poll(20, TimeUnit.SECONDS));
        assertEquals(Presence.PRESENT, presences.poll(20, TimeUnit.SECONDS));
        MembersChange<String> change = next();
        assertEquals(List.of("worker-1"), ids(change.left()));
        MembersChange<String> again = change.joined().isEmpty() ? next() : change;
        assertEquals(List.of("worker-1"), ids(again.joined()));
        eventually(() -> mine.freshness().live() && mine.members().size() == 1);
    }

    @Test
    void keepsItsViewAndSaysThatItIsOldWhileTheConnectionIsLost() throws Exception {
        theirs.join("worker-2", "there");
        mine.awaitSize(1, Duration.ofSeconds(20));
        mine.onChange(changes::add);
        next();

        network.isolate();
        eventually(() -> !mine.freshness().live());
        assertEquals(1, mine.members().size());
        theirs.join("worker-3", "new");
        network.restore();

        assertEquals(List.of("worker-3"), ids(next().joined()));
        eventually(() -> mine.freshness().live());
    }

    @Test
    void aLostReplyToAJoinMakesOneMember() throws Exception {
        client.awaitConnected(Duration.ofSeconds(20));
        other.create("/" + GroupTest.class.getSimpleName() + "-parent", new byte[0]);
        Group<String> group = open(Group.at(client, "/" + GroupTest.class.getSimpleName() + "-parent", Codec.TEXT));
        CompletableFuture<Void> lost = network.loseReply(CREATE2, 1);

        Membership<String> me = group.join("worker-1", "here");

        get(lost);
        assertEquals(Presence.PRESENT, me.presence());
        get(me.closeAsync());
        awaitChildren(group.path(), 0);
        other.delete(group.path());
    }

    @Test
    void tellsOfABurstOnceWhenItIsOver() throws Exception {
        theirs.onSettled(Duration.ofMillis(300), changes::add);
        assertEquals(0, next().members().size());

        for (int i = 0; i < 10; i++) {
            mine.join("worker-" + i, "here");
        }

        MembersChange<String> change = next();
        assertEquals(10, change.joined().size());
        assertEquals(10, change.members().size());
    }

    @Test
    void awaitsAsManyAsAreWantedForSomeTime() throws Exception {
        mine.join("worker-1", "here");

        assertEquals(Optional.empty(), theirs.awaitSize(2, Duration.ofMillis(100)));
        CompletableFuture<Void> later = CompletableFuture.runAsync(
                () -> mine.joinAsync("worker-2", "here").join());

        assertEquals(
                2, theirs.awaitSize(2, Duration.ofSeconds(20)).orElseThrow().size());
        get(later);
    }

    @Test
    void showsMembersThatCannotBeReadWithoutWhatTheySay() throws Exception {
        Group<Long> numbers = open(Group.at(other, path, Codec.LONG));
        mine.join("worker-1", "five");

        Members<Long> view = numbers.awaitSize(1, Duration.ofSeconds(20)).orElseThrow();

        assertEquals(Optional.empty(), view.get("worker-1").orElseThrow().payload());
    }

    @Test
    void refusesNamesThatAreNone() {
        assertThrows(BadArgumentsException.class, () -> mine.join("a//b", "here"));
        assertThrows(BadArgumentsException.class, () -> Group.at(client, "no-path", Codec.TEXT));
    }

    @Test
    void endsEveryWaitingWhenItIsClosed() throws Exception {
        mine.ready().get(20, TimeUnit.SECONDS);
        CompletableFuture<Optional<Members<String>>> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return mine.awaitSize(5, Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        mine.close();
        ExecutionException failed = assertThrows(ExecutionException.class, () -> get(waiting));
        assertInstanceOf(ClientClosedException.class, failed.getCause());

        Membership<String> you = theirs.join("worker-2", "there");
        other.close();
        eventually(() -> you.presence() == Presence.CLOSED);
        assertThrows(ClientClosedException.class, () -> theirs.join("worker-3", "late"));
        assertFalse(theirs.freshness().live());
    }

    private MembersChange<String> next() throws InterruptedException {
        MembersChange<String> change = changes.poll(20, TimeUnit.SECONDS);
        if (change == null) {
            throw new AssertionError("Nothing was told");
        }
        return change;
    }

    private static List<String> ids(List<Member<String>> members) {
        return members.stream().map(Member::id).toList();
    }
}
