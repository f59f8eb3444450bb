package io.pinfold.client;

import io.pinfold.AuthFailedException;
import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.client.LiveSession.Proof;
import io.pinfold.client.net.ClientHost;
import io.pinfold.client.session.Call.Loss;
import io.pinfold.client.session.ServerAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the world how the session fares: the current {@link Session}, listeners, the log, threads that wait for a
 * connection. Written by the loop; read by any thread through volatile fields.
 */
final class SessionNews {
    private static final Logger LOG = LoggerFactory.getLogger(PinfoldClient.class);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ClientSettings settings;
    private final ClientHost host;
    private final ClientObserver observer;
    /** What is not answered yet, in order. */
    private final ArrayDeque<Proof> questions = new ArrayDeque<>();

    private final List<Listening> listeners = new CopyOnWriteArrayList<>();
    private volatile LiveSession current;
    private volatile CompletableFuture<Void> attached = new CompletableFuture<>();
    private volatile String trouble = "no server was tried yet";
    private boolean troubleLogged;
    private boolean marginLogged;

    private final class Listening implements Subscription {
        private final SessionListener listener;
        private final Lane lane;
        private volatile boolean closed;

        Listening(SessionListener listener, Lane lane) {
            this.listener = listener;
            this.lane = lane;
        }

        void tell(Session session, SessionState state) {
            lane.execute(() -> {
                if (!closed) {
                    Lane.runSafely(() -> listener.onState(session, state));
                }
            });
        }

        @Override
        public void close() {
            closed = true;
            listeners.remove(this);
        }
    }

    SessionNews(ClientSettings settings, ClientHost host, ClientObserver observer) {
        this.observer = observer;
        this.settings = settings;
        this.host = host;
        this.current = new LiveSession(host, 0, settings.sessionTimeout().toNanos(), settings.leaseMargin());
    }

    Session current() {
        return current;
    }

    /** {@return what last kept the client from being connected, as the end of a sentence} */
    String trouble() {
        return trouble;
    }

    boolean isAttached() {
        return attached.isDone();
    }

    Subscription listen(SessionListener listener, Lane lane) {
        Listening listening = new Listening(listener, lane);
        listeners.add(listening);
        return listening;
    }

    void awaitAttached(Duration timeout) {
        CompletableFuture<Void> waited = attached;
        try {
            Blocking.get(waited, timeout.toNanos());
        } catch (TimeoutException e) {
            throw new ConnectionLostException(
                    null, "No session could be attached within " + timeout.toMillis() + " ms: " + trouble);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectionLostException(null, "The thread was interrupted while it waited for a connection");
        } catch (ExecutionException e) {
            throw Await.failure(e.getCause());
        }
    }

    // ---- news from the loop --------------------------------------------------------------------------------------

    void attached(ServerAddress address, long sessionId, int timeoutMillis, boolean isNew, boolean readOnly) {
        long timeoutNanos = timeoutMillis * NANOS_PER_MILLI;
        if (isNew) {
            if (current.id() != 0 && !current.isOver()) { // it was one for reads only, and ended with its connection
                current.become(SessionState.EXPIRED);
                tell(SessionState.EXPIRED);
            }
            current = new LiveSession(host, sessionId, timeoutNanos, settings.leaseMargin());
        }
        SessionState state = readOnly ? SessionState.READ_ONLY : SessionState.CONNECTED;
        current.attached(host.nanoTime(), timeoutNanos, state);
        LOG.info(
                isNew
                        ? "session-opened client={} session={} server={} timeout={} state={}"
                        : "session-resumed client={} session={} server={} timeout={} state={}",
                settings.name(),
                current,
                address,
                timeoutMillis,
                state);
        if (current.cutsMargin() && !marginLogged) {
            marginLogged = true;
            LOG.warn(
                    "lease-margin-cut client={} margin={} reason=it is more than half of the session's timeout, so half is kept",
                    settings.name(),
                    String.valueOf(settings.leaseMargin()));
        }
        troubleLogged = false;
        attached.complete(null);
        tell(state);
    }

    void asked(long nowNanos) {
        questions.add(new Proof(nowNanos, host.wallMillis()));
    }

    void proven(long sentNanos) {
        Proof question = questions.remove();
        while (question.nanos() != sentNanos) {
            question = questions.remove(); // of a connection that was lost
        }
        current.proven(question);
    }

    void heard(long nowNanos) {
        current.heard(nowNanos);
    }

    void unreachable(ServerAddress address, String reason) {
        questions.clear();
        trouble = address + ": " + reason;
        if (troubleLogged) {
            LOG.debug("server-unreachable client={} server={} reason={}", settings.name(), address, reason);
        } else {
            LOG.info("server-unreachable client={} server={} reason={}", settings.name(), address, reason);
            troubleLogged = true;
        }
    }

    void suspended(String reason) {
        questions.clear();
        trouble = reason;
        LOG.info("session-suspended client={} session={} reason={}", settings.name(), current, reason);
        attached = new CompletableFuture<>();
        current.become(SessionState.SUSPENDED);
        tell(SessionState.SUSPENDED);
    }

    void expired(String reason) {
        questions.clear();
        trouble = reason;
        LOG.warn("session-expired client={} session={} reason={}", settings.name(), current, reason);
        if (attached.isDone()) {
            attached = new CompletableFuture<>();
        }
        current.become(SessionState.EXPIRED);
        tell(SessionState.EXPIRED);
    }

    /** The client is going to end the session, if it has one. */
    void closing() {
        if (!current.isOver()) {
            current.become(SessionState.CLOSED);
            tell(SessionState.CLOSED);
        }
    }

    void ended(Loss why, String reason) {
        LOG.info("session-ended client={} session={} reason={}", settings.name(), current, reason);
        CompletableFuture<Void> over = new CompletableFuture<>();
        over.completeExceptionally(
                why == Loss.AUTH
                        ? new AuthFailedException(null, "The server refused the credentials")
                        : new ClientClosedException(null, "The client is closed"));
        CompletableFuture<Void> waited = attached;
        attached = over;
        over.whenComplete((none, failure) -> waited.completeExceptionally(failure));
        closing();
    }

    private void tell(SessionState state) {
        LiveSession session = current;
        if (state != session.known()) {
            return; // it is over, whatever else happens while it is being closed
        }
        for (Listening listening : listeners) {
            listening.tell(session, state);
        }
        observer.sessionChanged(session, state);
    }
}
