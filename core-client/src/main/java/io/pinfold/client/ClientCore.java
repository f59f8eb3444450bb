package io.pinfold.client;

import io.pinfold.Acl;
import io.pinfold.BadArgumentsException;
import io.pinfold.CallHistory;
import io.pinfold.ConnectionLostException;
import io.pinfold.Op;
import io.pinfold.OperationTimeoutException;
import io.pinfold.PinfoldException;
import io.pinfold.SessionExpiredException;
import io.pinfold.WatchEvent;
import io.pinfold.client.net.ClientHost;
import io.pinfold.client.net.Link;
import io.pinfold.client.net.LinkListener;
import io.pinfold.client.net.NettyHost;
import io.pinfold.client.session.Call.Loss;
import io.pinfold.client.session.ClientSession;
import io.pinfold.client.session.ServerAddress;
import io.pinfold.client.session.SessionEffects;
import io.pinfold.client.session.SessionOptions;
import io.pinfold.wire.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the threads of callers meet the loop that owns the session. Callers put what they want into a queue and wake the
 * loop, which empties it in one turn and sends everything in one write.
 *
 * <p>Thread-safe where callers enter ({@link #submit} and the queries); the rest is confined to the loop.
 */
final class ClientCore {
    private static final Logger LOG = LoggerFactory.getLogger(PinfoldClient.class);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);
    private static final Duration CLOSE_GRACE = Duration.ofMillis(500);
    /** After so many the loop looks after its connections, which callers in a hurry must not starve. */
    private static final int ADMITTED_PER_TURN = 4096;

    private static final long NOT_ARMED = Long.MAX_VALUE;

    private final ClientSettings settings;
    private final ClientHost host;
    private final Chroot chroot;
    private final Lane lane;
    private final Witness witness;
    private final SessionNews news;
    private final ClientSession session;
    private final ServerGaps gaps = new ServerGaps();
    private final HostRuntime runtime;
    private final ConcurrentLinkedQueue<Runnable> entrance = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    /** Written by the loop as its last act; from then on callers are answered in their own threads. */
    private volatile boolean over;

    private int watches;
    private boolean ending;
    private @Nullable Link link;
    private ClientHost.@Nullable Cancellable alarm;
    private long alarmNanos = NOT_ARMED;

    ClientCore(ClientSettings settings, ClientHost host) {
        this.settings = settings;
        this.host = host;
        this.chroot = new Chroot(settings.servers().chroot());
        this.lane = new OrderedLane(host.callbacks());
        this.witness = new Witness(settings.name(), settings.observers());
        this.news = new SessionNews(settings, host, witness);
        this.runtime = new HostRuntime(host, witness);
        SessionOptions options = new SessionOptions(
                settings.servers().servers(),
                (int) Math.max(1, settings.sessionTimeout().toMillis()),
                settings.maxReplyBytes(),
                host.randomLong(),
                settings.login(),
                settings.readOnly());
        this.session = new ClientSession(options, new Effects());
    }

    static ClientCore start(ClientSettings settings) {
        return new ClientCore(settings, new NettyHost(settings.callbacks(), settings.tls())).start();
    }

    /** Begins to connect. */
    ClientCore start() {
        submit(() -> session.start(host.nanoTime()));
        return this;
    }

    // ---- any thread ----------------------------------------------------------------------------------------------

    ClientSettings settings() {
        return settings;
    }

    ClientHost host() {
        return host;
    }

    Chroot chroot() {
        return chroot;
    }

    Lane lane() {
        return lane;
    }

    ClientRuntime runtime() {
        return runtime;
    }

    Witness witness() {
        return witness;
    }

    /** Tells a watcher of an event that arrived earlier; on the watcher's lane. */
    void deliver(WatchEvent event, Watcher watcher, long arrivedNanos) {
        long begun = host.nanoTime();
        Lane.runSafely(() -> watcher.onEvent(event));
        Duration took = Duration.ofNanos(host.nanoTime() - begun);
        witness.delivered(new ClientObserver.Delivery(event, Duration.ofNanos(begun - arrivedNanos), took));
    }

    Session currentSession() {
        return news.current();
    }

    Subscription addSessionListener(SessionListener listener, Lane where) {
        return news.listen(listener, where);
    }

    void awaitConnected(Duration timeout) {
        news.awaitAttached(timeout);
    }

    /** Lets something enter the loop, behind everything that entered before. */
    void submit(Runnable entering) {
        entrance.add(entering);
        if (over) {
            refuseEntrance();
        } else if (!woken.get() && woken.compareAndSet(false, true)) {
            try {
                host.execute(this::admit);
            } catch (RejectedExecutionException e) {
                refuseEntrance(); // the loop stopped between our look at the flag and now
            }
        }
    }

    /** The session does not change any more, and answers at once that it is over. */
    private void refuseEntrance() {
        for (Runnable late = entrance.poll(); late != null; late = entrance.poll()) {
            late.run();
        }
    }

    CallHistory history(int setbacks, long startNanos) {
        return new CallHistory(news.current().id(), setbacks, Duration.ofNanos(host.nanoTime() - startNanos));
    }

    PinfoldException connectionLost(String path, String history) {
        return new ConnectionLostException(
                path, "The call on " + path + " could not be answered, it had no effect: " + news.trouble() + history);
    }

    /** {@return the access control that a znode gets for which this one is asked} */
    List<Acl> aclOf(String path, List<Acl> asked) {
        if (settings.acl() == AclProvider.OPEN || !asked.equals(Acl.OPEN)) {
            return asked;
        }
        try {
            return List.copyOf(settings.acl().aclOf(path));
        } catch (RuntimeException e) { // users' code; the recipe that asked must hear of it as of any refusal
            throw new BadArgumentsException(path, "Nobody could say who may do what with " + path + ": " + e);
        }
    }

    /** {@return why this change must not be, or null} */
    @Nullable
    PinfoldException objection(Op change) {
        if (settings.rule() == PathRule.ANYTHING) {
            return null;
        }
        String objection;
        try {
            objection = settings.rule().objection(change);
        } catch (RuntimeException e) { // users' code
            objection = "was looked at by a rule that failed: " + e;
        }
        return objection == null
                ? null
                : new BadArgumentsException(change.path(), "The znode " + change.path() + ' ' + objection);
    }

    /** {@return whether this session goes on, or it may be any; on the loop} */
    boolean isCurrent(@Nullable LiveSession session) {
        return session == null || session == news.current() && !session.isOver();
    }

    PinfoldException endedBefore(String path) {
        return new SessionExpiredException(path, "The session of the call on " + path + " is over; it had no effect");
    }

    PinfoldException timedOut(String path, String history) {
        String within = " within " + settings.operationTimeout().toMillis() + " ms";
        SessionState state = news.current().state();
        return state == SessionState.CONNECTED || state == SessionState.READ_ONLY
                ? new OperationTimeoutException(path, "The call on " + path + " was not answered" + within + history)
                : new ConnectionLostException(
                        path,
                        "No server could be reached for the call on " + path + within + ": " + news.trouble()
                                + history);
    }

    void close() {
        Duration timeout = news.current().timeout();
        Duration patience = timeout.compareTo(LONGEST_CLOSE) < 0 ? timeout : LONGEST_CLOSE;
        submit(() -> {
            news.closing(); // before the server can hear of it: leases end here first
            session.close(host.nanoTime(), host.nanoTime() + patience.toNanos());
        });
        try {
            Blocking.get(ended, patience.plus(CLOSE_GRACE).toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the loop goes on closing
        } catch (TimeoutException e) {
            LOG.warn("close-incomplete client={}", settings.name());
        } catch (ExecutionException e) {
            throw new IllegalStateException("Nothing completes the end with a failure", e);
        }
    }

    // ---- the loop ------------------------------------------------------------------------------------------------

    ClientSession session() {
        return session;
    }

    /** Tells the server of watches that nobody needs any more; whether it hears of it does not matter. */
    void forget(List<Request> removals) {
        for (Request removal : removals) {
            new Operation<Boolean>(this, Lane.DIRECT, "", removal, (path, body) -> Boolean.TRUE)
                    .retrying(RetryPolicy.NEVER)
                    .enter();
        }
    }

    ServerGaps gaps() {
        return gaps;
    }

    private void admit() {
        woken.set(false);
        for (int i = 0; i < ADMITTED_PER_TURN; i++) {
            Runnable entering = entrance.poll();
            if (entering == null) {
                break;
            }
            guarded(entering);
        }
        endTurn();
        if (!entrance.isEmpty() && woken.compareAndSet(false, true)) {
            host.execute(this::admit);
        }
    }

    /** Sends what gathered and sets the alarm; to be called once after each batch of inputs. */
    private void endTurn() {
        session.flush();
        if (watches != session.watches()) {
            watches = session.watches();
            witness.watchesChanged(watches);
        }
        if (ending) {
            finish();
        } else {
            setAlarm(session.wakeAtNanos());
        }
    }

    private void setAlarm(long nanos) {
        if (nanos == NOT_ARMED || alarmNanos != NOT_ARMED && alarmNanos - nanos <= 0) {
            return;
        }
        if (alarm != null) {
            alarm.cancel();
        }
        alarmNanos = nanos;
        alarm = host.schedule(nanos - host.nanoTime(), this::ring);
    }

    private void ring() {
        alarmNanos = NOT_ARMED;
        alarm = null;
        guarded(() -> session.tick(host.nanoTime()));
        endTurn();
    }

    private void finish() {
        if (over) {
            return;
        }
        over = true;
        if (alarm != null) {
            alarm.cancel();
        }
        refuseEntrance();
        ended.complete(null);
        host.close();
    }

    /** A defect of ours must not stop the loop, on which other clients live, too. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("client-failed client={}", settings.name(), e);
        }
    }

    /** Hears of one connection for the session. */
    private final class Ear implements LinkListener {
        private final int connection;

        Ear(int connection) {
            this.connection = connection;
        }

        @Override
        public void connected() {
            guarded(() -> session.connected(connection, host.nanoTime()));
        }

        @Override
        public void received(byte[] bytes, int offset, int length) {
            guarded(() -> session.received(connection, host.nanoTime(), bytes, offset, length));
        }

        @Override
        public void turnEnded() {
            endTurn();
        }

        @Override
        public void disconnected(String reason) {
            guarded(() -> session.disconnected(connection, host.nanoTime(), reason));
            endTurn();
        }
    }

    /** Does what the session wants done. */
    private final class Effects implements SessionEffects {
        @Override
        public void connect(int connection, ServerAddress address) {
            link = host.connect(address.host(), address.port(), new Ear(connection));
        }

        @Override
        public void send(int connection, byte[] bytes, int length) {
            if (link != null) {
                link.send(bytes, length);
            }
        }

        @Override
        public void disconnect(int connection) {
            if (link != null) {
                link.close();
                link = null;
            }
        }

        @Override
        public void unreachable(ServerAddress address, String reason) {
            news.unreachable(address, reason);
        }

        @Override
        public void attached(
                ServerAddress address, long sessionId, int timeoutMillis, boolean isNew, boolean readOnly) {
            news.attached(address, sessionId, timeoutMillis, isNew, readOnly);
        }

        @Override
        public void asked(long nowNanos) {
            news.asked(nowNanos);
        }

        @Override
        public void proven(long sentNanos) {
            news.proven(sentNanos);
        }

        @Override
        public void heard(long nowNanos) {
            news.heard(nowNanos);
        }

        @Override
        public void suspended(String reason) {
            news.suspended(reason);
        }

        @Override
        public void expired(String reason) {
            news.expired(reason);
        }

        @Override
        public void ended(Loss why, String reason) {
            news.ended(why, reason);
            ending = true;
        }
    }
}
