package io.pinfold.locks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.NoNodeException;
import io.pinfold.client.ClientObserver;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the semaphore promises, on either server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class SemaphoreTest extends RecipeScene {
    private DistributedSemaphore here;
    private DistributedSemaphore there;

    @BeforeEach
    void open() {
        here = DistributedSemaphore.builder(client, path).permits(3).build();
        there = DistributedSemaphore.builder(other, path).permits(3).build();
    }

    @Test
    void givesOutAsManyAsThereAre() throws Exception {
        Permits first = here.acquire();
        Permits second = there.acquire(2);

        assertEquals(Optional.empty(), here.tryAcquire());
        assertEquals(Optional.empty(), there.tryAcquire(Duration.ofMillis(50)));
        assertEquals(2, second.count());
        assertEquals(LeaseState.HELD, second.state());
        first.closeAsync().get();

        assertTrue(there.tryAcquire().orElseThrow().fencingToken() > second.fencingToken());
    }

    @Test
    void hasCuratorsLayout() throws Exception {
        Permits two = here.acquire(2);

        List<String> names = other.children(path + "/leases");
        assertEquals(2, names.size());
        names.forEach(name -> assertTrue(name.matches("_c_[0-9a-f-]{36}-lease-[0-9]{10}"), name));
        assertEquals(two.fencingToken(), other.get(two.path()).stat().czxid());
        awaitChildren(path + "/locks", 0);
        two.close();
        awaitChildren(path + "/leases", 0);
    }

    @Test
    void whoWantsManyIsNotOvertakenByWhoWantsFew() throws Exception {
        Permits two = here.acquire(2);
        CompletableFuture<Permits> many = there.permits(3).acquireAsync();
        awaitChildren(path + "/locks", 1);
        CompletableFuture<Permits> few = here.acquireAsync();
        awaitChildren(path + "/locks", 2);

        assertFalse(few.isDone());
        assertEquals(Optional.empty(), there.tryAcquire(), "one is free, but promised");
        two.close();

        Permits three = get(many);
        assertFalse(few.isDone());
        three.close();
        get(few).close();
        awaitChildren(path + "/leases", 0);
        awaitChildren(path + "/locks", 0);
    }

    @Test
    void threeThatWantTwoOfThreeAreServedInTurn() throws Exception {
        List<CompletableFuture<Optional<Permits>>> attempts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            DistributedSemaphore semaphore = i % 2 == 0 ? here : there;
            attempts.add(semaphore.permits(2).tryAcquireAsync(Duration.ofSeconds(15)));
        }
        for (CompletableFuture<Optional<Permits>> attempt : attempts) {
            attempt.thenAccept(permits -> permits.ifPresent(Permits::close));
        }

        for (CompletableFuture<Optional<Permits>> attempt : attempts) {
            assertTrue(get(attempt).isPresent());
        }
    }

    @Test
    void givesUpInTimeAndLeavesNothing() throws Exception {
        Permits all = there.acquire(3);
        long start = System.nanoTime();

        assertEquals(Optional.empty(), here.tryAcquire(Duration.ofMillis(200)));

        assertWithin(200, 5000, System.nanoTime() - start);
        awaitChildren(path + "/locks", 0);
        CompletableFuture<Permits> cancelled = here.acquireAsync();
        awaitChildren(path + "/locks", 1);
        cancelled.cancel(true);
        awaitChildren(path + "/locks", 0);
        all.close();
        awaitChildren(path + "/leases", 0);
    }

    @Test
    void anInterruptLeavesNothing() throws Exception {
        Permits all = there.acquire(3);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                here.acquire();
            } catch (InterruptedException e) {
                thrown.complete(e);
            }
        });
        thread.start();
        awaitChildren(path + "/locks", 1);

        thread.interrupt();

        assertInstanceOf(InterruptedException.class, get(thrown));
        awaitChildren(path + "/locks", 0);
        assertTrue(all.isHeld());
    }

    @Test
    void manyAtOnceFindRoomWithoutWaiting() throws Exception {
        here.acquire().closeAsync().get(); // both know the way: their turns last no longer than a few requests
        there.acquire().closeAsync().get();
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            DistributedSemaphore semaphore = i % 2 == 0 ? here : there;
            all.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return semaphore.tryAcquire().isPresent();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
        }

        for (CompletableFuture<Boolean> each : all) {
            assertTrue(get(each));
        }
    }

    @Test
    void aLostReplyTakesTheWantedNumberOnly() throws Exception {
        here.acquire().closeAsync().get();
        awaitChildren(path + "/leases", 0);
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        Permits two = here.acquire(2);

        get(happened);
        assertEquals(2, two.count());
        awaitChildren(path + "/leases", 2);
        awaitChildren(path + "/locks", 0);
        two.close();
        awaitChildren(path + "/leases", 0);
    }

    @Test
    void aLostRequestIsMadeUpFor() throws Exception {
        here.acquire().closeAsync().get();
        CompletableFuture<Void> happened = network.loseRequest(MULTI, 1);

        Permits two = here.acquire(2);

        get(happened);
        assertTrue(two.isHeld());
        awaitChildren(path + "/leases", 2);
    }

    @Test
    void whoGaveUpAfterALostReplyLeavesNothing() throws Exception {
        here.acquire().closeAsync().get();
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        CompletableFuture<Permits> attempt = here.permits(3).acquireAsync();
        get(happened);
        attempt.cancel(true);

        awaitChildren(path + "/locks", 0);
        awaitChildren(path + "/leases", 0);
    }

    @Test
    void whoseSessionEndsWhileWaitingQueuesAgain() throws Exception {
        Permits all = there.acquire(3);
        CompletableFuture<Permits> head = mortals().acquireAsync();
        awaitChildren(path + "/locks", 1);

        network.isolate();
        awaitChildren(path + "/locks", 0);
        network.restore();
        awaitChildren(path + "/locks", 1);
        all.close();

        assertTrue(get(head).isHeld());
    }

    @Test
    void permitsAreLostBeforeAnotherGetsThem() throws Exception {
        Permits all = mortals().acquire(3);
        CompletableFuture<LeaseState> seen = there.acquireAsync().thenApply(permit -> all.state());
        awaitChildren(path + "/locks", 1);

        network.isolate();

        assertEquals(LeaseState.LOST, get(seen));
        assertEquals(all.path(), get(all.lost()).path());
    }

    @Test
    void permitsSurviveALostConnection() throws Exception {
        Permits two = here.acquire(2);

        network.cut();

        await().pollInterval(POLL).until(() -> here.inspect().permits().size() == 2);
        await().pollInterval(POLL).until(() -> two.state() == LeaseState.HELD);
    }

    @Test
    void oneDeletedPermitLosesAllThatWereTakenWithIt() throws Exception {
        Permits two = here.acquire(2);
        LockPlace second = there.inspect().permits().get(1);

        assertTrue(get(there.forceRelease(second)));

        assertEquals(LeaseLost.Reason.NODE_DELETED, get(two.lost()).reason());
        awaitChildren(path + "/leases", 0);
    }

    @Test
    void aProcessThatWasToldAnotherSizeIsRefused() throws Exception {
        here.acquire();
        DistributedSemaphore wrong =
                DistributedSemaphore.builder(other, path).permits(5).build();

        SizeMismatchException e = assertThrows(SizeMismatchException.class, wrong::acquire);

        assertEquals(3, e.stored());
        assertEquals(5, e.declared());
        assertTrue(e.getMessage().contains(path + " has 3 permits, this process was told 5"), e.getMessage());
        assertThrows(SizeMismatchException.class, wrong::tryAcquire);
        assertInstanceOf(
                SizeMismatchException.class,
                assertThrows(ExecutionException.class, () -> get(wrong.acquireAsync()))
                        .getCause());
        awaitChildren(path + "/locks", 0);
        assertTrue(DistributedSemaphore.at(other, path).tryAcquire().isPresent(), "goes by what is stored");
    }

    @Test
    void whoWantsMoreThanThereAreIsTold() {
        assertThrows(IllegalArgumentException.class, () -> here.acquire(4));
        assertThrows(IllegalArgumentException.class, () -> here.permits(0));
        assertThrows(
                IllegalStateException.class,
                () -> DistributedSemaphore.at(client, path + "-new").acquire());
        assertThrows(
                NoNodeException.class,
                () -> DistributedSemaphore.at(client, path + "-new").inspect());
    }

    @Test
    void aPathThatIsUsedForSomethingElseIsNoSemaphore() {
        other.create("/foreign-" + kind, new byte[] {'{', '}'});
        DistributedSemaphore foreign = DistributedSemaphore.builder(client, "/foreign-" + kind)
                .permits(3)
                .build();

        IllegalStateException e = assertThrows(IllegalStateException.class, foreign::acquire);

        assertTrue(e.getMessage().contains("no size of a semaphore"), e.getMessage());
        assertThrows(IllegalStateException.class, () -> foreign.resize(4));
        assertEquals(2, other.get("/foreign-" + kind).data().length);
    }

    @Test
    void moreWakesWhoWaitsAndLessIsReachedInTime() throws Exception {
        Permits all = here.acquire(3);
        CompletableFuture<Permits> waiting = there.acquireAsync();
        awaitChildren(path + "/locks", 1);

        here.resize(4);

        Permits fourth = get(waiting);
        here.resize(2);
        assertEquals(-2, there.inspect().free());
        assertTrue(all.isHeld() && fourth.isHeld());
        all.closeAsync().get();
        assertTrue(here.tryAcquire().isPresent(), "the first size agrees after a change");
        assertEquals(Optional.empty(), there.tryAcquire());
        assertTrue(DistributedSemaphore.builder(other, path)
                .permits(2)
                .build()
                .tryAcquire()
                .isEmpty());
        assertThrows(
                SizeMismatchException.class,
                () -> DistributedSemaphore.builder(other, path)
                        .permits(4)
                        .build()
                        .acquire());
    }

    @Test
    void showsWhoHoldsAndWhoWaits() throws Exception {
        DistributedSemaphore alice = DistributedSemaphore.builder(client, path)
                .owner("alice")
                .permits(3)
                .build();
        alice.acquire(2);
        CompletableFuture<Permits> bob = DistributedSemaphore.builder(other, path)
                .owner("bob")
                .build()
                .permits(2)
                .acquireAsync();
        awaitChildren(path + "/locks", 1);

        SemaphoreView view = there.inspect();

        assertEquals(3, view.size());
        assertEquals(1, view.free());
        assertEquals(
                List.of("alice", "alice"),
                view.permits().stream().map(LockPlace::owner).toList());
        assertEquals(
                List.of("bob"), view.waiters().stream().map(LockPlace::owner).toList());
        assertTrue(get(there.forceRelease(view.waiters().get(0))));
        awaitChildren(path + "/locks", 1);
        assertFalse(bob.isDone());
    }

    @Test
    void anObserverIsToldWhoGotPermitsAndWhoGaveUp() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        PinfoldClient watched = open(PinfoldClient.builder("127.0.0.1:" + port)
                .observer(new ClientObserver() {
                    @Override
                    public void waited(Waiting waiting) {
                        if (waiting.directory().equals(path)) { // and not the queue inside
                            told.add(waiting.granted() ? "granted" : "gave up");
                        }
                    }
                })
                .build());
        DistributedSemaphore semaphore =
                DistributedSemaphore.builder(watched, path).permits(3).build();

        Permits all = semaphore.acquire(3);
        assertEquals(Optional.empty(), semaphore.tryAcquire(Duration.ofMillis(20)));
        all.close();

        assertEquals(List.of("granted", "gave up"), told);
    }

    @Test
    void withoutAServerItSaysSoWhenTheTimeIsOver() {
        PinfoldClient lonely = connect("127.0.0.1:1");
        DistributedSemaphore semaphore =
                DistributedSemaphore.builder(lonely, path).permits(3).build();

        assertThrows(ConnectionLostException.class, () -> semaphore.tryAcquire(Duration.ofMillis(300)));
    }

    @Test
    void aClosedClientEndsWaitingAndHolding() throws Exception {
        PinfoldClient brief = connect("127.0.0.1:" + port);
        DistributedSemaphore semaphore =
                DistributedSemaphore.builder(brief, path).permits(3).build();
        Permits two = semaphore.acquire(2);
        CompletableFuture<Permits> waiting = semaphore.permits(2).acquireAsync();
        awaitChildren(path + "/locks", 1);

        brief.close();

        assertInstanceOf(
                ClientClosedException.class,
                assertThrows(ExecutionException.class, () -> get(waiting)).getCause());
        assertEquals(LeaseState.LOST, two.state());
        assertThrows(ClientClosedException.class, semaphore::acquire);
        awaitChildren(path + "/leases", 0);
    }

    private DistributedSemaphore mortals() {
        return DistributedSemaphore.builder(mortal(MOMENT), path).permits(3).build();
    }
}
