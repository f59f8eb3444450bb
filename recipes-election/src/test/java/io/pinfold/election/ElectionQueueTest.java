package io.pinfold.election;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.client.CreateOptions;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What stands in the queue of an election, and what observers see of it; on either server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class ElectionQueueTest extends ElectionScene {
    @Test
    void anObserverOfEveryTermMissesNoneHoweverShort() throws Exception {
        int terms = 60;
        List<Optional<Leader>> seen = new CopyOnWriteArrayList<>();
        LeaderObserver observer =
                open(LeaderObserver.builder(other, path).everyTerm().build());
        observer.onChange(seen::add);
        await().until(() -> seen.equals(List.of(Optional.empty())));
        List<CompletableFuture<Long>> led = new ArrayList<>();
        for (int i = 0; i < terms; i++) {
            led.add(candidate(i % 2 == 0 ? client : other, "c" + i)
                    .build()
                    .campaignAsync()
                    .thenApply(leadership -> {
                        leadership.resign(); // by then the next one leads, and resigns as quickly
                        return leadership.term();
                    }));
        }
        List<Long> expected = new ArrayList<>();
        for (CompletableFuture<Long> term : led) {
            expected.add(term.get(20, TimeUnit.SECONDS));
        }

        await().until(() -> seen.size() > terms && seen.get(seen.size() - 1).isEmpty());

        assertEquals(
                expected.stream().sorted().toList(),
                seen.stream().flatMap(Optional::stream).map(Leader::term).toList());
    }

    @Test
    void anObserverOfEveryTermSeesWhatIsThereAndWhatIsProclaimed() throws Exception {
        Leadership a = candidate(client, "a").metadata("one").build().campaign();
        LeaderObserver observer =
                open(LeaderObserver.builder(other, path).everyTerm().build());
        assertEquals(
                "one",
                observer.awaitLeader(Duration.ofSeconds(10)).orElseThrow().metadata());

        a.proclaim("two");

        await().until(() -> observer.leader().orElseThrow().metadata().equals("two"));
        a.resign();
        await().until(() -> observer.leader().isEmpty());
        assertTrue(observer.withoutLeader().compareTo(Duration.ZERO) > 0);
    }

    @Test
    void anObserverOfEveryTermGoesOnAfterALostConnection() throws Exception {
        LeaderObserver observer =
                open(LeaderObserver.builder(client, path).everyTerm().build());
        Leadership a = candidate(other, "a").build().campaign();
        awaitLeader(observer, a);
        CompletableFuture<Leadership> next = candidate(other, "b").build().campaignAsync();
        awaitCandidates(2);

        network.refuse(true);
        network.cut();
        a.resign();
        Leadership b = next.get(10, TimeUnit.SECONDS);
        network.refuse(false);

        awaitLeader(observer, b);
        b.resign();
        awaitLeader(observer, candidate(other, "c").build().campaign());
    }

    @Test
    void withTheSelectorsLayoutItStandsAmongLocks() throws Exception {
        LeaderElection election =
                candidate(client, "a").layout(ElectionLayout.SELECTOR).build();
        Leadership a = election.campaign();
        assertTrue(a.path().matches(path + "/_c_[0-9a-f-]{36}-lock-[0-9]{10}"), a.path());

        assertEquals(
                Optional.empty(),
                candidate(other, "b").layout(ElectionLayout.SELECTOR).build().tryCampaign(Duration.ofMillis(100)));

        LeaderObserver observer = open(LeaderObserver.builder(other, path)
                .layout(ElectionLayout.SELECTOR)
                .build());
        awaitLeader(observer, a);
        assertEquals(1, observer.candidates().size());
    }

    @Test
    void strangersInTheDirectoryTakeNoPart() throws Exception {
        for (String stranger : List.of("/lock-", "/0000000000", "/x-", "/latch-short")) {
            other.create(
                    path + stranger,
                    "stranger".getBytes(UTF_8),
                    CreateOptions.of(CreateMode.EPHEMERAL_SEQUENTIAL).withParents());
        }
        other.create(path + "/persistent", null);

        Leadership a = candidate(client, "a").build().campaign();

        LeaderObserver observer = open(LeaderObserver.at(other, path));
        awaitLeader(observer, a);
        assertEquals(
                List.of("a"), observer.candidates().stream().map(Candidate::id).toList());
        CompletableFuture<Leadership> b = candidate(other, "b").build().campaignAsync();
        awaitCandidates(7);
        assertFalse(b.isDone());
        assertTrue(a.transferTo("b", Duration.ofSeconds(10)));
        assertTrue(b.get(10, TimeUnit.SECONDS).isHeld());
    }

    @Test
    void namesThatCannotBeWrittenAreRefused() {
        ElectionBuilder builder = LeaderElection.builder(client, path);

        assertThrows(IllegalArgumentException.class, () -> builder.candidate(""));
        assertThrows(IllegalArgumentException.class, () -> builder.candidate("a\0b"));
        assertThrows(IllegalArgumentException.class, () -> builder.whileHealthy(() -> true, Duration.ZERO));
    }
}
