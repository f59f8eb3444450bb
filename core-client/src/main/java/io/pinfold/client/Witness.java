package io.pinfold.client;

import io.pinfold.client.FlightEvents.LeaseBeginEvent;
import io.pinfold.client.FlightEvents.LeaseHoldEvent;
import io.pinfold.client.FlightEvents.LeaseWaitEvent;
import io.pinfold.client.FlightEvents.SessionEvent;
import io.pinfold.client.FlightEvents.WatchedEvent;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the JVM's flight recorder and the user's observers, whose failures end here. Of calls the recorder is told where their
 * time is taken, in {@link Operation}. Thread-safe: immutable.
 */
final class Witness implements ClientObserver {
    private static final Logger LOG = LoggerFactory.getLogger(ClientObserver.class);

    private final String client;
    private final List<ClientObserver> observers;

    Witness(String client, List<ClientObserver> observers) {
        this.client = client;
        this.observers = observers;
    }

    /** {@return whether anybody but the flight recorder wants to know} */
    boolean isObserved() {
        return !observers.isEmpty();
    }

    @Override
    public void called(Call call) {
        tell(observer -> observer.called(call));
    }

    @Override
    public void delivered(Delivery delivery) {
        WatchedEvent event = new WatchedEvent();
        if (event.shouldCommit()) {
            event.type = delivery.event().type().name();
            event.path = delivery.event().path();
            event.waited = delivery.waited().toNanos();
            event.took = delivery.took().toNanos();
            event.commit();
        }
        tell(observer -> observer.delivered(delivery));
    }

    @Override
    public void watchesChanged(int count) {
        tell(observer -> observer.watchesChanged(count));
    }

    @Override
    public void sessionChanged(Session session, SessionState state) {
        SessionEvent event = new SessionEvent();
        if (event.shouldCommit()) {
            event.client = client;
            event.session = session.toString();
            event.state = state.name();
            event.commit();
        }
        tell(observer -> observer.sessionChanged(session, state));
    }

    @Override
    public void waited(Waiting waiting) {
        LeaseWaitEvent event = new LeaseWaitEvent();
        if (event.shouldCommit()) {
            event.path = waiting.directory();
            event.took = waiting.took().toNanos();
            event.granted = waiting.granted();
            event.commit();
        }
        tell(observer -> observer.waited(waiting));
    }

    @Override
    public void leaseBegan(String path, long fencingToken) {
        LeaseBeginEvent event = new LeaseBeginEvent();
        if (event.shouldCommit()) {
            event.path = path;
            event.fencingToken = fencingToken;
            event.commit();
        }
        tell(observer -> observer.leaseBegan(path, fencingToken));
    }

    @Override
    public void leaseEnded(Hold hold) {
        LeaseHoldEvent event = new LeaseHoldEvent();
        if (event.shouldCommit()) {
            event.path = hold.path();
            event.fencingToken = hold.fencingToken();
            event.took = hold.took().toNanos();
            event.end = hold.end().name();
            event.commit();
        }
        tell(observer -> observer.leaseEnded(hold));
    }

    private void tell(Consumer<ClientObserver> news) {
        for (ClientObserver observer : observers) {
            try {
                news.accept(observer);
            } catch (RuntimeException e) { // users' code, amid our own
                LOG.error("observer-failed client={}", client, e);
            }
        }
    }
}
