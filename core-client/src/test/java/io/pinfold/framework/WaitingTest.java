package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingTest {
    /** Comes when somebody wants to cancel it, and a moment sooner. */
    private final CompletableFuture<String> justInTime = new CompletableFuture<>() {
        @Override
        public boolean cancel(boolean mayInterrupt) {
            complete("membership");
            return super.cancel(mayInterrupt);
        }
    };

    @AfterEach
    void forgetTheInterrupt() {
        Thread.interrupted();
    }

    @Test
    void whatComesInTheMomentOfAnInterruptIsGivenToTheCaller() throws Exception {
        Thread.currentThread().interrupt();
        assertEquals("membership", Waiting.forever(justInTime));
        assertTrue(Thread.currentThread().isInterrupted());
    }

    @Test
    void whatComesInTheMomentOfAnInterruptOfABoundedWaitIsGivenToTheCaller() throws Exception {
        Thread.currentThread().interrupt();
        assertEquals(Optional.of("membership"), Waiting.atMost(justInTime, Duration.ofMinutes(1)));
        assertTrue(Thread.currentThread().isInterrupted());
    }

    @Test
    void whatComesWhenTheTimeIsOverIsGivenToTheCaller() throws Exception {
        assertEquals(Optional.of("membership"), Waiting.atMost(justInTime, Duration.ZERO));
    }

    @Test
    void anInterruptWithdrawsWhatDidNotCome() {
        CompletableFuture<String> event = new CompletableFuture<>();
        Thread.currentThread().interrupt();

        assertThrows(InterruptedException.class, () -> Waiting.forever(event));

        assertTrue(event.isCancelled());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void theEndOfTheTimeWithdrawsWhatDidNotCome() throws Exception {
        CompletableFuture<String> event = new CompletableFuture<>();

        assertEquals(Optional.empty(), Waiting.atMost(event, Duration.ZERO));

        assertTrue(event.isCancelled());
    }
}
