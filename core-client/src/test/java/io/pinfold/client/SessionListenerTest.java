package io.pinfold.client;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** How users' listeners are called, whatever they do. */
class SessionListenerTest {
    private final SessionListener listener = mock(SessionListener.class);
    private final VirtualClient client = VirtualClient.connected();
    private final Session session = client.core.currentSession();

    @Test
    void whatOneThrowsKeepsNeitherItselfNorTheNextFromHearingMore() {
        SessionListener thrower = mock(SessionListener.class);
        doThrow(new IllegalStateException("on purpose")).when(thrower).onState(any(), any());
        client.core.addSessionListener(thrower, client.core.lane());
        client.core.addSessionListener(listener, client.core.lane());

        loseTheConnection();

        InOrder order = inOrder(thrower, listener);
        order.verify(thrower).onState(session, SessionState.SUSPENDED);
        order.verify(listener).onState(session, SessionState.SUSPENDED);
        order.verify(thrower).onState(session, SessionState.CONNECTED);
        order.verify(listener).onState(session, SessionState.CONNECTED);
        order.verifyNoMoreInteractions();
    }

    @Test
    void whoUnsubscribedHearsNoMore() {
        Subscription subscription = client.core.addSessionListener(listener, client.core.lane());

        subscription.close();
        loseTheConnection();

        verifyNoMoreInteractions(listener);
    }

    @Test
    void whoUnsubscribesWhileBeingToldHearsNoMore() {
        Subscription[] subscription = new Subscription[1];
        subscription[0] = client.core.addSessionListener(
                (told, state) -> {
                    listener.onState(told, state);
                    subscription[0].close();
                },
                client.core.lane());

        loseTheConnection();

        InOrder order = inOrder(listener);
        order.verify(listener).onState(session, SessionState.SUSPENDED);
        order.verifyNoMoreInteractions();
    }

    private void loseTheConnection() {
        client.host.server.plan(TinyServer.Fault.LOSE_REPLY, request -> true);
        client.host.pass(2000 * VirtualClient.MILLI);
    }
}
