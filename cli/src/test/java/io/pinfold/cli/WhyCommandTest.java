package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.client.CreateOptions;
import io.pinfold.election.LeaderElection;
import io.pinfold.election.Leadership;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Lease;
import io.pinfold.groups.Group;
import io.pinfold.groups.Membership;
import io.pinfold.locks.DistributedLock;
import io.pinfold.locks.DistributedReadWriteLock;
import io.pinfold.locks.DistributedSemaphore;
import io.pinfold.locks.Permits;
import io.pinfold.queue.Delivery;
import io.pinfold.queue.WorkQueue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What {@code pinfold why} says, with numbers and times left out. */
class WhyCommandTest extends CommandScene {
    @Test
    void aLockHasAHolderAndWaitersInOrder() throws InterruptedException {
        try (Lease held = lock("/l/a", "one").acquire()) {
            CompletableFuture<Lease> second = lock("/l/a", "two").acquireAsync();
            waiters("/l/a", 1);
            CompletableFuture<Lease> third = lock("/l/a", "three").acquireAsync();
            waiters("/l/a", 2);

            String expected = """
                    /l/a: lock, held, 2 waiters
                      note: elections of Curator's LeaderSelector look the same
                      holder         one  token N  since T  session S
                      waiter         two  token N  since T  session S
                      waiter         three  token N  since T  session S
                      nothing is wrong
                    """;
            assertSays(0, expected, why("/l/a"));
            assertSays(0, expected, why(held.path()));
            second.cancel(false);
            third.cancel(false);
        }
    }

    @Test
    void whatBelongsToNoSessionIsFound() throws InterruptedException {
        client.create("/l", null, CreateOptions.PERSISTENT.withParents());
        client.create("/l/o", null);
        client.create("/l/o/lock-", null, CreateMode.PERSISTENT_SEQUENTIAL);
        client.create("/l/o/notes", null);

        assertSays(1, """
                /l/o: lock, held, no waiters
                  note: elections of Curator's LeaderSelector look the same
                  holder         ?  token N  since T  session none  (another library, such as Curator)
                  ! 1 child is nobody's place, and ignored: notes
                  ! orphan: /l/o/lock-0000000000 belongs to no session, and keeps its place until it is deleted
                """, why("/l/o"));
    }

    @Test
    void recipesThatShareAPathByMistakeAreFound() throws InterruptedException {
        try (Lease lock = lock("/mixed", "one").acquire();
                Lease writer = DistributedReadWriteLock.builder(client, "/mixed")
                        .owner("two")
                        .build()
                        .write()
                        .acquire()) {
            assertTrue(lock.isHeld() && writer.isHeld());

            assertSays(1, """
                    /mixed: lock and read-write lock, 1 holder, no waiters
                      note: elections of Curator's LeaderSelector look the same
                      holder         one  token N  since T  session S
                      writer         two  token N  since T  session S
                      ! different recipes use this path; they do not keep each other out
                    """, why("/mixed"));
        }
    }

    @Test
    void anElectionHasALeader() throws InterruptedException {
        try (LeaderElection election = LeaderElection.builder(client, "/e")
                        .candidate("node-1")
                        .metadata("here:1")
                        .build();
                Leadership leadership = election.campaign()) {
            assertTrue(leadership.isHeld());

            assertSays(0, """
                    /e: election, led, no other candidates
                      leader         node-1  token N  since T  session S  (here:1)
                      nothing is wrong
                    """, why("/e"));
        }
    }

    @Test
    void aSemaphoreHasASizeOrProcessesMayDiffer() throws InterruptedException {
        DistributedSemaphore semaphore = DistributedSemaphore.builder(client, "/s")
                .permits(3)
                .owner("one")
                .build();
        try (Permits permits = semaphore.acquire(2)) {
            assertEquals(2, permits.count());
            assertSays(0, """
                    /s: semaphore, 2 given out, no waiters
                      size: 3
                      permit         one  token N  since T  session S
                      permit         one  token N  since T  session S
                      nothing is wrong
                    """, why("/s"));

            semaphore.resize(1);
            assertSays(1, """
                    /s: semaphore, 2 given out, no waiters
                      size: 1
                      permit         one  token N  since T  session S
                      permit         one  token N  since T  session S
                      ! 2 permits are out of 1: the semaphore was made smaller, or processes count on different numbers
                    """, why("/s"));
        }
        client.set("/s", new byte[0]);
        Invocation run = why("/s");
        assertTrue(run.out().contains("! nobody stored how many permits there are"), run.out());
    }

    @Test
    void aQueueHasItemsAndClaims() throws InterruptedException {
        try (WorkQueue<String> queue = WorkQueue.at(client, "/q", Codec.TEXT)) {
            queue.put("a");
            queue.put("b");
            assertSays(1, """
                    /q: queue, 2 items, no claims
                      items: 2
                      delayed: 0
                      dead letters: 0
                      oldest since: T
                      ! items are due and nobody has claimed one: no consumer runs, or none has come to it yet
                    """, why("/q"));

            Delivery<String> taken = queue.take();
            Invocation run = why("/q");
            assertEquals(0, run.exitCode(), run.out());
            assertTrue(run.out().startsWith("/q: queue, 2 items, 1 claim\n"), run.out());
            taken.ack();
        }
    }

    @Test
    void aGroupHasMembers() throws InterruptedException {
        try (Group<String> group = Group.at(client, "/g", Codec.TEXT);
                Membership<String> membership = group.join("node-1", "here:1")) {
            assertEquals("node-1", membership.id());
            assertSays(0, """
                    /g: group, 1 member
                      member         node-1  token N  since T  session S  (here:1)
                      nothing is wrong
                    """, why("/g"));
        }
    }

    @Test
    void aPathThatIsNotThereIsSaidSo() {
        assertSays(1, """
                /no/such: nothing, nobody holds or waits
                  ! there is no such path; / is there
                """, why("/no/such"));
    }

    @Test
    void programsGetJson() throws InterruptedException {
        try (Lease held = lock("/l/json", "\"me\"").acquire()) {
            Invocation run = invoke("why", "--json", "/l/json");

            assertTrue(
                    run.out()
                            .contains("\"role\":\"holder\",\"who\":\"\\\"me\\\"\",\"token\":" + held.fencingToken()
                                    + ",\"since\":\""),
                    run.out());
            assertTrue(run.out().endsWith("\"faults\":[]}" + System.lineSeparator()), run.out());
        }
    }

    private static DistributedLock lock(String path, String owner) {
        return DistributedLock.builder(client, path).owner(owner).build();
    }

    private static void waiters(String path, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        DistributedLock.at(client, path).inspect().waiters().size() == count);
    }

    private static Invocation why(String path) {
        return invoke("why", path);
    }

    private static void assertSays(int exitCode, String expected, Invocation run) {
        String said = run.out()
                .replaceAll("token \\d+", "token N")
                .replaceAll("since:? [-0-9T:.]+Z", "since T")
                .replaceAll("session 0x[0-9a-f]+", "session S");
        assertEquals(expected.replace("since: T", "since T"), said, run.err());
        assertEquals(exitCode, run.exitCode());
    }
}
