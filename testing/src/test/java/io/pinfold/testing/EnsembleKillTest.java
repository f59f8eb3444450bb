package io.pinfold.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.client.Node;
import io.pinfold.client.PinfoldClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real processes under load; leaders and followers are killed, stopped in their tracks and started again, one after
 * the other and all at once. {@code -Dpinfold.kill.rounds} and {@code -Dpinfold.kill.seed} make it longer and repeat it.
 */
@Timeout(3600)
class EnsembleKillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final int ROUNDS = Integer.getInteger("pinfold.kill.rounds", 6);
    private static final int CLIENTS = 4;
    /** Calls that must succeed before the next thing happens. */
    private static final int STRIDE = 200;

    private final long seed = Long.getLong("pinfold.kill.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final AtomicInteger progress = new AtomicInteger();
    private final RegisterHistory history = new RegisterHistory(LoadClient.FIRST);
    private final List<LoadClient> clients = new ArrayList<>();
    private final List<String> deeds = new ArrayList<>();
    private final Map<String, Integer> vanished = new ConcurrentHashMap<>();

    @Test
    void keepsEveryPromiseWhileProcessesAreKilled(@TempDir Path directory) throws Exception {
        try (MemberProcesses members = MemberProcesses.start(directory, 3);
                PinfoldClient observer = PinfoldClient.builder(members.connectString())
                        .sessionTimeout(Duration.ofSeconds(20))
                        .build()) {
            try {
                prepare(members, observer);
                for (int round = 0; round < ROUNDS; round++) {
                    leaveAnEphemeral(members, round);
                    harm(members, round);
                }
                clients.forEach(LoadClient::stop);
                check(members, observer);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("seed " + seed + ", " + deeds + ":\n" + members.output(), e);
            } finally {
                clients.forEach(LoadClient::close);
            }
        }
    }

    private void prepare(MemberProcesses members, PinfoldClient observer) {
        observer.create("/load", null);
        observer.create("/live", null);
        observer.create("/dead", null);
        observer.create(LoadClient.REGISTER, LoadClient.FIRST.getBytes(StandardCharsets.UTF_8));
        observer.watch("/dead", WatchMode.PERSISTENT_RECURSIVE, event -> {
            if (event.type() == WatchEvent.Type.NODE_DELETED) {
                vanished.merge(event.path(), 1, Integer::sum);
            }
        });
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(LoadClient.start("client" + i, members.connectString(), history, progress));
        }
        awaitProgress(STRIDE);
    }

    /** A client that dies without a word: its session has to expire, whoever leads by then. */
    private void leaveAnEphemeral(MemberProcesses members, int round) throws Exception {
        int member = 1 + random.nextInt(members.size());
        try (RawSession dying = RawSession.open(members.port(member), SHORT)) {
            assertEquals(0, dying.errorOf(Call.create("/dead/" + round, 1)));
        }
    }

    private void harm(MemberProcesses members, int round) {
        int leader = await().atMost(PATIENCE)
                .until(members::leader, found -> found.isPresent())
                .getAsInt();
        int follower = leader % members.size() + 1;
        switch (round % 6) {
            case 0 -> kill(members, List.of(leader));
            case 1 -> pause(members, leader);
            case 2 -> kill(members, List.of(follower));
            case 3 -> kill(members, List.of(leader, follower));
            case 4 -> pause(members, follower);
            default ->
                kill(members, IntStream.rangeClosed(1, members.size()).boxed().toList());
        }
        awaitProgress(STRIDE);
    }

    private void kill(MemberProcesses members, List<Integer> victims) {
        deeds.add("kill " + victims);
        awaitProgress(random.nextInt(STRIDE));
        victims.forEach(members::kill);
        if (victims.size() * 2 < members.size()) {
            awaitProgress(STRIDE);
        }
        members.restart(victims);
    }

    /** Whoever asks a member that missed something must not be told the past when it goes on, not even by the leader of old. */
    private void pause(MemberProcesses members, int member) {
        deeds.add("pause " + member);
        try (PinfoldClient reader = PinfoldClient.builder("127.0.0.1:" + members.port(member))
                .sessionTimeout(Duration.ofSeconds(20))
                .build()) {
            reader.sync("/");
            awaitProgress(random.nextInt(STRIDE));
            members.pause(member);
            awaitProgress(STRIDE);
            long began = System.nanoTime();
            CompletableFuture<Void> synced = reader.async().sync(LoadClient.REGISTER);
            CompletableFuture<Node> read = reader.async().get(LoadClient.REGISTER, null);
            members.resume(member);
            synced.join();
            Node node = read.join();
            history.read(
                    began, System.nanoTime(), node.stat().version(), new String(node.data(), StandardCharsets.UTF_8));
        }
    }

    private void awaitProgress(int more) {
        int wanted = progress.get() + more;
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> progress.get() >= wanted);
    }

    private void check(MemberProcesses members, PinfoldClient observer) {
        assertEquals(List.of(), history.problems());
        await().atMost(PATIENCE).until(() -> observer.children("/dead").isEmpty());
        vanished.forEach((path, times) -> assertEquals(1, times, path + " vanished more than once"));
        for (int member = 1; member <= members.size(); member++) {
            try (PinfoldClient each = PinfoldClient.connect("127.0.0.1:" + members.port(member))) {
                each.sync("/");
                assertEquals(List.of(), each.children("/dead"), "member " + member);
                Set<String> present = new HashSet<>(each.children("/load"));
                for (LoadClient client : clients) {
                    client.created().forEach(path -> assertTrue(present.contains(path.substring(6)), path));
                    assertTrue(client.keptItsSession(), client.name());
                    assertEquals(
                            client.session(),
                            each.get("/live/" + client.name()).stat().ephemeralOwner());
                }
            }
        }
    }
}
