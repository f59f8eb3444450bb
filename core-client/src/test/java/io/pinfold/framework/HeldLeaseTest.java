package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.client.SessionState;
import io.pinfold.framework.LeaseLost.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HeldLeaseTest {
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final VirtualTime time = new VirtualTime();
    private final FakeSession session = new FakeSession(time, 7);
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final List<LeaseLost> lost = new ArrayList<>();
    private int releases;
    private final HeldLease lease = new HeldLease("/q/_c_g-lock-0000000001", 42, session, time, () -> releases++, gone);

    HeldLeaseTest() {
        lease.lost().thenAccept(lost::add);
        lease.watchClock();
    }

    @Test
    void isHeldWhileTheSessionIsConnected() {
        assertEquals(LeaseState.HELD, lease.state());
        assertEquals(FakeSession.LIFE, lease.remaining());
        assertEquals(42, lease.fencingToken());
        assertEquals(Op.check("/q/_c_g-lock-0000000001"), lease.check());
    }

    @Test
    void isUncertainWhileTheConnectionIsLost() {
        session.state = SessionState.SUSPENDED;
        time.advance(FakeSession.LIFE.dividedBy(2));

        assertEquals(LeaseState.UNCERTAIN, lease.state());
        assertEquals(FakeSession.LIFE.dividedBy(2), lease.remaining());
        assertDoesNotThrow(lease::ensureHeld);
    }

    @Test
    void isHeldAgainWhenTheConnectionIsBackInTime() {
        session.state = SessionState.SUSPENDED;
        time.advance(FakeSession.LIFE.minus(MOMENT));
        session.state = SessionState.CONNECTED;
        session.prove();
        time.advance(FakeSession.LIFE.minus(MOMENT));

        assertEquals(LeaseState.HELD, lease.state());
        assertEquals(List.of(), lost);
    }

    @Test
    void saysByItselfThatTheTimeRanOut() {
        session.state = SessionState.SUSPENDED;

        time.advance(FakeSession.LIFE.minus(MOMENT));
        assertEquals(List.of(), lost);
        time.advance(MOMENT);

        assertEquals(List.of(new LeaseLost("/q/_c_g-lock-0000000001", 42, Reason.TIME_RAN_OUT)), lost);
    }

    @Test
    void whoseTimeRanOutKeepsItsZnodeUntilTheServerCouldHaveEndedTheSession() {
        session.state = SessionState.SUSPENDED;
        time.advance(FakeSession.LIFE);
        assertEquals(1, lost.size());
        session.state = SessionState.CONNECTED;
        session.prove();

        time.advance(session.timeout().dividedBy(2).minus(MOMENT));
        assertEquals(0, releases);
        time.advance(MOMENT);

        assertEquals(1, releases);
    }

    @Test
    void closingALostLeaseGivesItsZnodeBackOnce() {
        session.state = SessionState.SUSPENDED;
        time.advance(FakeSession.LIFE);
        assertEquals(0, releases);

        lease.close();
        assertEquals(1, releases);
        lease.close();
        time.advance(session.timeout());

        assertEquals(1, releases);
    }

    @Test
    void theHolderIsToldBeforeTheZnodeIsGivenBack() {
        List<Integer> releasesWhenTold = new ArrayList<>();
        lease.lost().thenAccept(why -> {
            releasesWhenTold.add(releases);
            lease.close();
        });

        time.advance(FakeSession.LIFE);

        assertEquals(List.of(0), releasesWhenTold);
        assertEquals(1, releases);
    }

    @Test
    void aLostLeaseWhoseZnodeIsGoneLeavesNoTimer() {
        time.advance(FakeSession.LIFE);
        assertEquals(1, time.timers());

        gone.complete(null);

        assertEquals(0, time.timers());
    }

    @Test
    void isLostForAProcessThatWasStoppedThoughNoTimerRan() {
        FakeSession stopped = new FakeSession(time, 8);
        HeldLease asleep = new HeldLease("/q/b", 43, stopped, time, () -> {}, gone);
        session.prove();
        time.advance(FakeSession.LIFE);

        assertEquals(LeaseState.LOST, asleep.state());
        assertThrows(LeaseLostException.class, asleep::ensureHeld);
        assertEquals(Duration.ZERO, asleep.remaining());
    }

    @Test
    void onceLostItStaysLost() {
        session.state = SessionState.SUSPENDED;
        time.advance(FakeSession.LIFE);
        session.state = SessionState.CONNECTED;
        session.prove();

        assertEquals(LeaseState.LOST, lease.state());
        lease.close();
        assertEquals(LeaseState.LOST, lease.state());
    }

    @Test
    void isLostWhenTheSessionIsOver() {
        session.state = SessionState.EXPIRED;

        assertEquals(LeaseState.LOST, lease.state());
        time.settle();
        assertEquals(Reason.SESSION_EXPIRED, lost.get(0).reason());
    }

    @Test
    void isLostWhenTheClientIsClosed() {
        session.state = SessionState.CLOSED;

        assertEquals(LeaseState.LOST, lease.state());
        time.settle();
        assertEquals(Reason.CLIENT_CLOSED, lost.get(0).reason());
    }

    @Test
    void isLostWhenItsZnodeIsDeleted() {
        lease.nodeDeleted();

        assertEquals(LeaseState.LOST, lease.state());
        time.settle();
        assertEquals(Reason.NODE_DELETED, lost.get(0).reason());
    }

    @Test
    void aClosedLeaseIsNeverLost() {
        lease.close();
        lease.close();
        session.state = SessionState.EXPIRED;
        lease.nodeDeleted();
        time.advance(FakeSession.LIFE.multipliedBy(3));

        assertEquals(LeaseState.RELEASED, lease.state());
        assertEquals(List.of(), lost);
        assertEquals(1, releases);
        assertEquals(Duration.ZERO, lease.remaining());
    }

    @Test
    void aClosedLeaseLeavesNoTimer() {
        assertEquals(1, time.timers());

        lease.close();

        assertEquals(0, time.timers());
    }

    @Test
    void closingIsCompleteWhenTheZnodeIsGone() {
        CompletableFuture<Void> closed = lease.closeAsync();

        assertFalse(closed.isDone());
        gone.complete(null);
        assertFalse(closed.isDone(), "who completes it may be in the midst of the client's work");
        time.settle();
        assertTrue(closed.isDone());
    }

    @Test
    void nobodyElseCanCompleteItsFutures() {
        lease.lost().complete(new LeaseLost("/x", 1, Reason.NODE_DELETED));
        lease.closeAsync().complete(null);

        assertFalse(lease.lost().isDone());
        assertFalse(gone.isDone());
    }

    @Test
    void theLossIsToldOnTheCallbackExecutorNotInTheAskingThread() {
        session.state = SessionState.EXPIRED;

        lease.state();

        assertEquals(List.of(), lost);
        time.settle();
        assertEquals(1, lost.size());
    }
}
