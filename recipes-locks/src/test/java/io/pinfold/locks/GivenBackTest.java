package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who gives something back finds it free in the next line, however busy the process is: here, callbacks run long after the
 * replies of the server.
 */
class GivenBackTest extends RecipeScene {
    private static final int ROUNDS = 8;

    private PinfoldClient busy;

    GivenBackTest() {
        kind = Servers.Kind.PINFOLD;
    }

    @BeforeEach
    void connectTheBusyProcess() {
        busy = connectBusy();
    }

    @Test
    void aLockIsFree() throws Exception {
        assertFreeAgain(DistributedLock.at(busy, path));
    }

    @Test
    void aReadLockIsFreeForAWriter() throws Exception {
        DistributedReadWriteLock both = DistributedReadWriteLock.at(busy, path);
        for (int i = 0; i < ROUNDS; i++) {
            both.read().tryAcquire().orElseThrow().close();
            both.write().tryAcquire().orElseThrow().close();
        }
    }

    @Test
    void thePermitsOfASemaphoreAreFree() throws Exception {
        DistributedSemaphore semaphore =
                DistributedSemaphore.builder(busy, path).permits(2).build();
        assertFreeAgain(semaphore);
        assertFreeAgain(semaphore.permits(2));
    }

    @Test
    void aSetOfLocksIsFree() throws Exception {
        assertFreeAgain(LockSet.of(busy, path + "/a", path + "/b"));
    }

    @Test
    void aJobCanBeginItsNextRun() throws Exception {
        JobGuard job = JobGuard.builder(busy, path).period(Duration.ofDays(1)).build();
        for (int i = 0; i < ROUNDS; i++) {
            job.tryBegin().orElseThrow().close();
        }
    }

    private static void assertFreeAgain(Acquirable<? extends AutoCloseable> each) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Optional<? extends AutoCloseable> held = each.tryAcquire();
            assertTrue(held.isPresent(), "in round " + i);
            held.get().close();
        }
    }
}
