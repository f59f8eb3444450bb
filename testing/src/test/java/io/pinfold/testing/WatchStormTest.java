package io.pinfold.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred thousand watches on one znode, on servers with a heap of 64 MiB each. A connection can have four on one znode, and a
 * process here has no more than 20,000 sockets, so these are the clients of three members, in a process for each. Asked for with
 * {@code -Dpinfold.hostile=long}.
 */
@Timeout(900)
@EnabledIfSystemProperty(named = "pinfold.hostile", matches = "long")
class WatchStormTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SESSION = Duration.ofSeconds(30);
    private static final String SETTINGS = "4lw.commands.whitelist=mntr,srvr\nmaxCnxns=0\n";
    private static final List<String> SMALL = List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError");
    private static final int KINDS = 4;
    private static final int CLIENTS = 8500;
    /** The heap, as much outside of it, and what a JVM needs for itself. */
    private static final int MOST_MEGABYTES = 300;

    @TempDir
    private Path directory;

    private final List<Bystander> bystanders = new ArrayList<>();
    private final List<WatchCrowd> crowds = new ArrayList<>();

    @AfterEach
    void disperse() throws IOException {
        for (Bystander bystander : bystanders) {
            bystander.close();
        }
        crowds.forEach(WatchCrowd::close);
    }

    @Test
    void everybodyHearsOnceWhenAHundredThousandWatchesFire() throws Exception {
        try (MemberProcesses members = MemberProcesses.start(directory, 3, SMALL, SETTINGS)) {
            prepare(members);
            long began = System.nanoTime();
            for (int member = 1; member <= 3; member++) {
                crowds.add(new WatchCrowd(members.port(member), CLIENTS, "127.0.0." + (member + 1), "/watched"));
            }
            awaitAll(members, count -> count.settled() && count.watching() == CLIENTS);
            tell("clients connected", began);
            assertTrue(watches(members) >= 100_000);
            assertEquals(3 * CLIENTS * KINDS, watches(members));

            began = System.nanoTime();
            write(members, Call.delete("/watched", -1));
            awaitAll(members, count -> count.leastEvents() == 1 && count.mostEvents() == 1);
            tell(3 * CLIENTS + " clients told by " + 3 * CLIENTS * KINDS + " watches", began);
            // Two of the four stay. Nobody was told twice before if everybody hears of the next change as the second.
            assertEquals(3 * CLIENTS * 2, watches(members));
            write(members, Call.create("/watched", 0));
            awaitAll(members, count -> count.leastEvents() == 2 && count.mostEvents() == 2);
            for (WatchCrowd crowd : crowds) {
                assertEquals(CLIENTS, crowd.count().watching());
            }
            assertNobodyWasHurt(members);
        }
    }

    @Test
    void whoeverDoesNotFitIsRefusedAndNobodyElseNotices() throws Exception {
        int tooMany = 14_000;
        try (MemberProcesses members = MemberProcesses.start(directory, 1, SMALL, SETTINGS)) {
            prepare(members);
            try (RawSession operator = RawSession.open(members.port(1), SESSION)) {
                long began = System.nanoTime();
                crowds.add(new WatchCrowd(members.port(1), tooMany, "127.0.0.2", "/watched"));
                awaitAll(members, WatchCrowd.Count::settled);
                WatchCrowd.Count count = crowds.get(0).count();
                tell(count.watching() + " clients fit, and " + count.refused() + " do not", began);
                assertEquals(tooMany, count.watching() + count.refused());
                assertTrue(count.watching() > 10_000 && count.refused() > 2_000, count::toString);

                assertEquals(0, operator.errorOf(Call.delete("/watched", -1)));
                awaitAll(members, told -> told.leastEvents() == 1 && told.mostEvents() == 1);
                assertEquals(count.watching(), crowds.get(0).count().watching());
            }
            assertNobodyWasHurt(members);
        }
    }

    private void prepare(MemberProcesses members) throws IOException {
        write(members, Call.create("/bystanders", 0));
        write(members, Call.create("/watched", 0));
        for (int member = 1; member <= members.size(); member++) {
            bystanders.add(new Bystander(members.port(member), "/bystanders"));
        }
    }

    private static void write(MemberProcesses members, Call call) throws IOException {
        try (RawSession operator = RawSession.open(members.port(1), SESSION)) {
            assertEquals(0, operator.errorOf(call));
            assertEquals(0, operator.errorOf(new Call(Call.CLOSE_SESSION, "close", (out, zxids) -> {})));
        }
    }

    private void awaitAll(MemberProcesses members, Predicate<WatchCrowd.Count> condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
            for (WatchCrowd crowd : crowds) {
                WatchCrowd.Count count = crowd.count();
                assertEquals(0, count.lost(), () -> count + crowd.output() + members.output());
                if (!condition.test(count)) {
                    return false;
                }
            }
            return true;
        });
    }

    private static int watches(MemberProcesses members) throws IOException {
        int sum = 0;
        for (int member = 1; member <= members.size(); member++) {
            sum += FourLetterWord.ask(members.port(member), "mntr", SESSION)
                    .lines()
                    .filter(line -> line.startsWith("zk_watch_count\t"))
                    .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf('\t') + 1)))
                    .sum();
        }
        return sum;
    }

    private void assertNobodyWasHurt(MemberProcesses members) throws Exception {
        long slowest = 0;
        for (Bystander bystander : bystanders) {
            bystander.assertUndisturbed(members::output);
            slowest = Math.max(slowest, bystander.slowestMillis());
        }
        for (int member = 1; member <= members.size(); member++) {
            int megabytes = members.residentMegabytes(member);
            tell("member " + member + " takes " + megabytes + " MB at most; slowest answer to a healthy client "
                    + slowest + " ms");
            assertTrue(megabytes < MOST_MEGABYTES, "the process takes " + megabytes + " MB");
        }
    }

    private static void tell(String what, long began) throws IOException {
        tell(what + " in " + (System.nanoTime() - began) / 1_000_000 + " ms");
    }

    private static void tell(String line) throws IOException {
        Files.writeString(
                Path.of("target", "hostile.txt"),
                LocalTime.now() + " " + line + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
