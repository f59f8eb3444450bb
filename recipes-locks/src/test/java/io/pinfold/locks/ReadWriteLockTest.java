package io.pinfold.locks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.LeaseLostException;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import io.pinfold.locks.ReadWritePlace.Mode;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the read-write lock promises, on either server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class ReadWriteLockTest extends RecipeScene {
    private DistributedReadWriteLock here;
    private DistributedReadWriteLock there;

    @BeforeEach
    void open() {
        here = DistributedReadWriteLock.at(client, path);
        there = DistributedReadWriteLock.at(other, path);
    }

    @Test
    void readersHoldTogetherAndAWriterAlone() throws Exception {
        Lease first = here.read().acquire();
        Lease second = there.read().tryAcquire().orElseThrow();
        CompletableFuture<WriteLease> writer = there.write().acquireAsync();
        awaitChildren(path, 3);

        first.close();
        awaitChildren(path, 2);
        assertFalse(writer.isDone());
        second.close();

        WriteLease writing = get(writer);
        assertTrue(writing.fencingToken() > second.fencingToken());
        assertEquals(Optional.empty(), here.read().tryAcquire());
        assertEquals(Optional.empty(), there.write().tryAcquire(Duration.ofMillis(50)));
        writing.close();
        awaitChildren(path, 0);
    }

    @Test
    void aReaderDoesNotOvertakeAWriterThatWaits() throws Exception {
        Lease reading = here.read().acquire();
        CompletableFuture<WriteLease> writer = there.write().acquireAsync();
        awaitChildren(path, 2);
        CompletableFuture<Lease> late = here.read().acquireAsync();
        CompletableFuture<Lease> later = there.read().acquireAsync();
        awaitChildren(path, 4);

        reading.close();
        WriteLease writing = get(writer);
        assertFalse(late.isDone() || later.isDone());
        writing.close();

        assertTrue(get(late).fencingToken() > writing.fencingToken());
        assertTrue(get(later).isHeld());
    }

    @Test
    void aReaderWaitsForAllWritersBeforeItThoughOneGivesUp() throws Exception {
        WriteLease writing = here.write().acquire();
        CompletableFuture<WriteLease> impatient = there.write().acquireAsync();
        awaitChildren(path, 2);
        CompletableFuture<Lease> reader = there.read().acquireAsync();
        awaitChildren(path, 3);

        impatient.cancel(true);
        awaitChildren(path, 2);
        assertFalse(reader.isDone());
        writing.close();

        assertTrue(get(reader).isHeld());
    }

    @Test
    void hasCuratorsLayout() throws Exception {
        try (Lease reading = here.read().acquire()) {
            assertTrue(reading.path().matches(path + "/_c_[0-9a-f-]{36}-__READ__[0-9]{10}"), reading.path());
            assertEquals(
                    reading.fencingToken(), other.get(reading.path()).stat().czxid());
        }
        try (WriteLease writing = there.write().acquire()) {
            assertTrue(writing.path().matches(path + "/_c_[0-9a-f-]{36}-__WRIT__[0-9]{10}"), writing.path());
        }
    }

    @Test
    void aWriterBecomesAReaderAndNoWriterSlipsIn() throws Exception {
        WriteLease writing = here.write().acquire();
        CompletableFuture<WriteLease> next = there.write().acquireAsync();
        awaitChildren(path, 2);
        CompletableFuture<Lease> late = there.read().acquireAsync();
        awaitChildren(path, 3);

        Lease reading = writing.downgrade();

        assertEquals(LeaseState.RELEASED, writing.state());
        assertEquals(LeaseState.HELD, reading.state());
        assertEquals(writing.fencingToken(), reading.fencingToken());
        assertEquals(digits(writing), digits(reading));
        awaitChildren(path, 3);
        assertTrue(there.read().tryAcquire().isEmpty(), "a reader still queues behind the writer that waits");
        assertFalse(next.isDone() || late.isDone());
        reading.close();
        WriteLease second = get(next);
        assertTrue(second.fencingToken() > reading.fencingToken());
        second.close();
        get(late).close();
        awaitChildren(path, 0);
    }

    @Test
    void readersComeInWhenAWriterBecomesOne() throws Exception {
        WriteLease writing = here.write().acquire();
        CompletableFuture<Lease> waiting = there.read().acquireAsync();
        awaitChildren(path, 2);

        Lease reading = get(writing.downgradeAsync());

        assertTrue(get(waiting).isHeld() && reading.isHeld());
    }

    @Test
    void aLostReplyToADowngradeLeavesOneReader() throws Exception {
        WriteLease writing = here.write().acquire();
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        Lease reading = writing.downgrade();

        get(happened);
        assertTrue(reading.isHeld());
        awaitChildren(path, 1);
        reading.close();
        awaitChildren(path, 0);
    }

    @Test
    void aLostRequestOfADowngradeLeavesOneReader() throws Exception {
        WriteLease writing = here.write().acquire();
        CompletableFuture<Void> happened = network.loseRequest(MULTI, 1);

        Lease reading = writing.downgrade();

        get(happened);
        assertTrue(reading.isHeld());
        awaitChildren(path, 1);
    }

    @Test
    void whoLostTheLockCannotDowngrade() throws Exception {
        WriteLease writing = here.write().acquire();
        other.delete(writing.path());
        WriteLease second = there.write().acquire();

        assertThrows(LeaseLostException.class, writing::downgrade);

        assertEquals(LeaseState.LOST, writing.state());
        second.close();
        awaitChildren(path, 0);
        assertThrows(LeaseLostException.class, second::downgrade);
    }

    @Test
    void aDowngradedReaderIsToldThatItsPlaceIsGone() throws Exception {
        Lease reading = here.write().acquire().downgrade();

        other.delete(reading.path());

        assertEquals(LeaseLost.Reason.NODE_DELETED, get(reading.lost()).reason());
    }

    @Test
    void aDowngradedReaderIsLostBeforeTheNextWriterWrites() throws Exception {
        DistributedReadWriteLock mortal = DistributedReadWriteLock.at(mortal(MOMENT), path);
        Lease reading = mortal.write().acquire().downgrade();
        CompletableFuture<LeaseState> seen = there.write().acquireAsync().thenApply(writing -> reading.state());
        awaitChildren(path, 2);

        network.isolate();

        assertEquals(LeaseState.LOST, get(seen));
        assertTrue(get(reading.lost()).fencingToken() > 0);
    }

    @Test
    void aReaderThatWouldWaitForItselfIsRefused() throws Exception {
        Lease reading = here.read().acquire();

        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> here.write().acquire());

        assertTrue(e.getMessage().contains("downgrade"), e.getMessage());
        assertThrows(IllegalStateException.class, () -> here.write().tryAcquire(Duration.ofSeconds(1)));
        assertEquals(Optional.empty(), here.write().tryAcquire());
        awaitChildren(path, 1);
        reading.close();
        here.write().acquire().close();
    }

    @Test
    void anotherThreadsReaderIsNoReasonToRefuse() throws Exception {
        Lease reading = get(CompletableFuture.supplyAsync(() -> {
            try {
                return here.read().acquire();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }));
        CompletableFuture<Void> soon = CompletableFuture.runAsync(() -> {
            awaitChildren(path, 2);
            reading.close();
        });

        here.write().acquire().close();

        get(soon);
    }

    @Test
    void showsWhoHoldsAndWhoWaits() throws Exception {
        DistributedReadWriteLock alice =
                DistributedReadWriteLock.builder(client, path).owner("alice").build();
        Lease first = alice.read().acquire();
        alice.read().acquire();
        CompletableFuture<WriteLease> bob = DistributedReadWriteLock.builder(other, path)
                .owner("bob")
                .build()
                .write()
                .acquireAsync();
        awaitChildren(path, 3);
        there.read().acquireAsync();
        awaitChildren(path, 4);

        ReadWriteLockView view = there.inspect();

        assertEquals(List.of(Mode.READ, Mode.READ), modes(view.holders()));
        assertEquals(first.path(), view.holders().get(0).place().path());
        assertEquals("alice", view.holders().get(1).place().owner());
        assertEquals(List.of(Mode.WRITE, Mode.READ), modes(view.waiters()));
        assertEquals("bob", view.waiters().get(0).place().owner());
        assertFalse(view.isFree() || bob.isDone());
        assertTrue(
                DistributedReadWriteLock.at(other, path + "-unused").inspect().isFree());
    }

    @Test
    void aHolderIsAskedToReleaseAndForcedTo() throws Exception {
        CompletableFuture<Lease> asked = new CompletableFuture<>();
        WriteLease writing = DistributedReadWriteLock.builder(client, path)
                .onRevokeRequested(asked::complete)
                .build()
                .write()
                .acquire();
        LockPlace holder = there.inspect().holders().get(0).place();

        assertTrue(get(there.requestRevocation(holder)));
        assertEquals(writing.path(), get(asked).path());
        assertTrue(get(there.forceRelease(holder)));

        assertEquals(LeaseLost.Reason.NODE_DELETED, get(writing.lost()).reason());
        assertFalse(get(there.forceRelease(holder)));
    }

    @Test
    void foreignChildrenAreIgnored() throws Exception {
        here.read().acquire().closeAsync().get();
        other.create(path + "/_c_x-lock-0000000000", new byte[0]);
        other.create(path + "/__WRIT__notes", new byte[0]);

        here.write().tryAcquire().orElseThrow().close();

        await().pollInterval(POLL).until(() -> there.inspect().isFree());
    }

    @Test
    void aClosedClientEndsWaiting() throws Exception {
        Lease reading = there.read().acquire();
        var brief = connect("127.0.0.1:" + port);
        CompletableFuture<WriteLease> waiting =
                DistributedReadWriteLock.at(brief, path).write().acquireAsync();
        awaitChildren(path, 2);

        brief.close();

        assertInstanceOf(
                io.pinfold.ClientClosedException.class,
                assertThrows(ExecutionException.class, () -> get(waiting)).getCause());
        assertTrue(reading.isHeld());
        awaitChildren(path, 1);
    }

    private static List<Mode> modes(List<ReadWritePlace> places) {
        return places.stream().map(ReadWritePlace::mode).toList();
    }

    private static String digits(Lease lease) {
        return lease.path().substring(lease.path().length() - 10);
    }
}
