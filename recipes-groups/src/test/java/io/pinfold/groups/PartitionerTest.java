package io.pinfold.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the partitioner promises, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class PartitionerTest extends RecipeScene {
    private static final List<String> RESOURCES =
            IntStream.range(0, 12).mapToObj(i -> "shard-" + i).toList();

    /** The resource, and who uses it: what must never be two. */
    private final Map<String, String> users = new ConcurrentHashMap<>();

    private final Map<String, Long> tokens = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();

    @Test
    void everyResourceHasOneOwnerWhoeverComesAndGoes() throws Exception {
        Partitioner first = member("a", 0).join("a");
        eventually(() -> first.owned().size() == 12);
        Partitioner second = member("b", 1).join("b");
        eventually(() -> ownedBy(first, second) && !second.owned().isEmpty());
        Set<String> before = first.owned();
        Partitioner third = member("c", 1).join("c");
        eventually(() -> ownedBy(first, second, third) && !third.owned().isEmpty());

        Set<String> kept = first.owned();
        assertTrue(before.containsAll(kept), "what moves, moves to the new one");
        get(second.closeAsync());
        assertEquals(Set.of(), second.owned());
        eventually(() -> ownedBy(first, third));
        assertTrue(first.owned().containsAll(kept), "nothing moves but what was the old one's");
        assertEquals(Set.of("a", "c"), first.members());
        get(first.closeAsync());
        get(third.closeAsync());
        assertEquals(List.of(), List.copyOf(broken));
        awaitChildren(path + "/members", 0);
        for (String resource : RESOURCES) {
            awaitChildren(path + "/resources/" + resource, 0);
        }
    }

    @Test
    void theNewOwnerWaitsUntilTheOldOneIsDone() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Partitioner slow = builder(0)
                .onAssigned(partition -> use(partition, "slow"))
                .onRevoking(partition -> {
                    await(done);
                    stopUsing(partition, "slow");
                })
                .join("slow");
        eventually(() -> slow.owned().size() == 12);
        Partitioner quick = member("quick", 1).join("quick");
        eventually(() -> quick.members().size() == 2);

        for (String resource : RESOURCES) {
            int contenders = Rendezvous.ownerOf(resource, List.of("slow", "quick"))
                            .orElseThrow()
                            .equals("quick")
                    ? 2
                    : 1;
            awaitChildren(path + "/resources/" + resource, contenders);
        }
        assertEquals(Set.of(), quick.owned());
        done.countDown();

        eventually(() -> ownedBy(slow, quick) && !quick.owned().isEmpty());
        assertEquals(List.of(), List.copyOf(broken));
    }

    @Test
    void othersTakeOverWhenASessionEndsAndTheOwnerIsTold() throws Exception {
        ConcurrentLinkedQueue<LeaseState> states = new ConcurrentLinkedQueue<>();
        AtomicReference<Long> token = new AtomicReference<>(0L);
        Partitioner lost = builder(0)
                .onAssigned(partition -> token.set(Math.max(token.get(), partition.fencingToken())))
                .onRevoking(partition -> states.add(partition.lease().state()))
                .join("lost");
        eventually(() -> lost.owned().size() == 12);
        Partitioner waiting = builder(1)
                .onAssigned(partition -> tokens.put(partition.resource(), partition.fencingToken()))
                .join("waiting");

        endSession();

        eventually(() -> states.contains(LeaseState.LOST));
        eventually(() -> ownedBy(lost, waiting) && !waiting.owned().isEmpty());
        eventually(() -> lost.members().equals(Set.of("lost", "waiting")));
        assertFalse(tokens.isEmpty());
    }

    @Test
    void keepsWhatItOwnsOverALostConnection() throws Exception {
        Partitioner only = member("only", 0).join("only");
        eventually(() -> only.owned().size() == 12);

        network.cut();
        client.sync("/");

        assertEquals(12, only.owned().size());
        assertEquals(List.of(), List.copyOf(broken));
        Set<String> used = new TreeSet<>(users.keySet());
        assertEquals(12, used.size());
    }

    @Test
    void refusesWhatItCannotDo() throws Exception {
        member("a", 0).join("a");

        assertThrows(DuplicateMemberException.class, () -> member("a", 1).join("a"));
        assertThrows(
                BadArgumentsException.class,
                () -> Partitioner.builder(client, path).resources(List.of("a/b")));
        assertThrows(BadArgumentsException.class, () -> member("b", 0).join("b/c"));
    }

    @Test
    void dividesEvenlyAndMovesLittle() {
        List<String> resources = IntStream.range(0, 1000).mapToObj(i -> "r" + i).toList();
        List<String> four = List.of("m1", "m2", "m3", "m4");
        List<String> five = List.of("m1", "m2", "m3", "m4", "m5");
        Map<String, Integer> count = new ConcurrentHashMap<>();
        List<String> moved = new ArrayList<>();
        for (String resource : resources) {
            String before = Rendezvous.ownerOf(resource, four).orElseThrow();
            String after = Rendezvous.ownerOf(resource, five).orElseThrow();
            count.merge(before, 1, Integer::sum);
            if (!before.equals(after)) {
                assertEquals("m5", after);
                moved.add(resource);
            }
        }
        count.values().forEach(each -> assertTrue(each > 180 && each < 320, count.toString()));
        assertTrue(moved.size() > 140 && moved.size() < 260, moved.size() + " moved");
    }

    private Partitioner.Builder builder(int who) {
        return Partitioner.builder(who % 2 == 0 ? client : other, path)
                .resources(RESOURCES)
                .settleFor(Duration.ofMillis(50));
    }

    private Partitioner.Builder member(String name, int who) {
        return builder(who)
                .onAssigned(partition -> use(partition, name))
                .onRevoking(partition -> stopUsing(partition, name));
    }

    private void use(Partition partition, String name) {
        String before = users.put(partition.resource(), name);
        if (before != null) {
            broken.add(name + " got " + partition.resource() + " while " + before + " used it");
        }
        Long token = tokens.put(partition.resource(), partition.fencingToken());
        if (token != null && token >= partition.fencingToken()) {
            broken.add("the token of " + partition.resource() + " did not grow");
        }
    }

    private void stopUsing(Partition partition, String name) {
        if (!users.remove(partition.resource(), name)) {
            broken.add(name + " did not use " + partition.resource());
        }
    }

    private static boolean ownedBy(Partitioner... members) {
        Set<String> all = new TreeSet<>();
        int count = 0;
        for (Partitioner member : members) {
            all.addAll(member.owned());
            count += member.owned().size();
        }
        return count == 12 && all.size() == 12;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
