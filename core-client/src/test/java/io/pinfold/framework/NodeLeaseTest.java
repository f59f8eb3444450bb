package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.SessionState;
import io.pinfold.framework.LeaseLost.Reason;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NodeLeaseTest {
    private final FakeClient client = new FakeClient();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private int releases;
    private final NodeLease node = NodeLease.begin(client, client.session(), "/claims/one", 42, () -> releases++, gone);
    private final CompletableFuture<LeaseLost> lost = node.lease().lost();

    @Test
    void isLostWhenTheSessionEndsWithoutBeingAsked() {
        client.become(SessionState.EXPIRED);

        assertEquals(new LeaseLost("/claims/one", 42, Reason.SESSION_EXPIRED), lost.join());
    }

    @Test
    void isLostWhenItsZnodeIsDeletedByAnother() {
        node.nodeDeleted();
        client.time.settle();

        assertEquals(Reason.NODE_DELETED, lost.join().reason());
    }

    @Test
    void whoseTimeIsUpTellsTheHolderAndKeepsTheZnodeForAWhile() {
        node.timeUp();
        client.time.settle();

        assertEquals(Reason.TIME_RAN_OUT, lost.join().reason());
        assertEquals(0, releases);
        node.lease().close();
        assertEquals(1, releases);
    }

    @Test
    void listensNoLongerThanItsZnodeLives() {
        assertEquals(1, client.listeners.size());

        gone.complete(null);

        assertTrue(client.listeners.isEmpty());
    }
}
