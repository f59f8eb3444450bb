package io.pinfold.client.session;

import io.pinfold.client.session.Call.Loss;
import io.pinfold.client.session.Call.Progress;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import io.pinfold.wire.WatcherEvent;
import io.pinfold.wire.Xid;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's side of the protocol: keeps a session attached to one server of a list, sends calls and matches replies,
 * renews watches on a new connection, and judges when the session can no longer be alive.
 *
 * <p>It is told what happened, each time with the time, and answers through {@link SessionEffects}; it has no thread, no
 * socket and no clock. After each input the driver calls {@link #flush} and, at {@link #wakeAtNanos}, {@link #tick}.
 *
 * <p>Order on a new connection: handshake, credentials, watches, then calls, all pipelined. So an event that was missed
 * comes before the reply of any new call, and no call runs without the identities it needs.
 *
 * <p>What was sent and not answered when a connection breaks is handed back as lost; what was not sent stays and goes out
 * on the next connection, in order. Nothing is carried from one session into the next.
 *
 * <p>Confined to the client's loop.
 */
public final class ClientSession {
    private enum Phase {
        /** Between two attempts to connect. */
        PAUSING,
        /** A connection is being opened. */
        CONNECTING,
        /** Open; the server has not accepted the session yet. */
        HANDSHAKING,
        /** The server has accepted the session, and does not know yet who the client is. */
        LOGGING_IN,
        /** Requests flow. */
        ATTACHED,
        /** Final. */
        ENDED
    }

    private static final long NANOS_PER_MILLI = 1_000_000;
    /** An alarm that rings this much too late tells that this process was held up. */
    private static final long HELD_UP_NANOS = 250 * NANOS_PER_MILLI;

    private final SessionEffects effects;
    private final ServerList servers;
    private final SessionIdentity identity;
    private final Heartbeat heartbeat = new Heartbeat();
    private final WatchRegistry watches = new WatchRegistry();
    private final PendingRequests pending = new PendingRequests(watches);
    private final Credentials credentials = new Credentials();
    private final @Nullable Login login;
    private final ArrayDeque<WatchBatch> renewals = new ArrayDeque<>();
    private final FrameAssembler frames;
    private final JuteReader in = new JuteReader();
    private final ClosingCall closing = new ClosingCall();
    private final Outbox out = new Outbox();
    private final ReadOnlyStay readOnly = new ReadOnlyStay();

    private Phase phase = Phase.PAUSING;
    private int connection;
    private int sessionNumber;
    private ServerAddress address;
    /** When the pause ends, or the attempt to connect. */
    private long phaseEndsNanos;

    private long handshakeSentNanos;
    private long attachedNanos;
    private boolean gaveSecondLook;
    /** Whether the session, once its client was known, carried requests. */
    private boolean announced;

    private Loss endedBy = Loss.CLOSED;

    /**
     * Makes one that does nothing before {@link #start}.
     *
     * @param options what it needs to know
     * @param effects what it wants done
     */
    public ClientSession(SessionOptions options, SessionEffects effects) {
        this.effects = effects;
        this.servers = new ServerList(options.servers(), new Dice(options.seed()));
        this.identity = new SessionIdentity(options.timeoutMillis(), options.readOnly());
        this.frames = new FrameAssembler(options.maxReplyBytes());
        this.address = options.servers().get(0);
        this.login = options.login();
    }

    // ---- inputs ------------------------------------------------------------------------------------------------

    /** Begins to connect. */
    public void start(long nowNanos) {
        connect(nowNanos);
    }

    /** A connection that was asked for is open. */
    public void connected(int number, long nowNanos) {
        if (number != connection || phase != Phase.CONNECTING) {
            return;
        }
        phase = Phase.HANDSHAKING;
        handshakeSentNanos = nowNanos;
        effects.asked(nowNanos);
        out.add(identity.request());
    }

    /** Bytes arrived; the array belongs to the caller again when this returns. */
    public void received(int number, long nowNanos, byte[] bytes, int offset, int length) {
        if (number != connection || phase == Phase.PAUSING || phase == Phase.CONNECTING || phase == Phase.ENDED) {
            return;
        }
        if (heartbeat.isOver(nowNanos)) {
            expire(nowNanos, "this process did not run for longer than the session could live");
            return;
        }
        try {
            frames.feed(bytes, offset, length);
            while (number == connection && frames.next(in)) {
                onFrame(nowNanos);
            }
        } catch (MalformedFrame e) {
            drop(nowNanos, "the server sent what is not the protocol: " + e.getMessage());
        }
        if (number == connection && phase == Phase.ATTACHED) {
            heartbeat.heard(nowNanos);
            gaveSecondLook = false;
            effects.heard(nowNanos);
        }
    }

    /** A connection could not be opened, or was closed by the other side. */
    public void disconnected(int number, long nowNanos, String reason) {
        if (number == connection && phase != Phase.PAUSING && phase != Phase.ENDED) {
            detach(nowNanos, reason);
        }
    }

    /** A call is to be sent, behind all that were submitted before. */
    public void submit(Call call) {
        if (phase == Phase.ENDED || closing.isWanted()) {
            call.lost(endedBy, Progress.NOT_SENT);
            return;
        }
        pending.submit(call);
    }

    /** A call that was lost is to be sent again at a time. */
    public void resubmit(Call call, long atNanos) {
        if (phase == Phase.ENDED || closing.isWanted()) {
            call.lost(endedBy, Progress.NOT_SENT);
            return;
        }
        pending.resubmit(call, atNanos);
    }

    /** A new call is to be sent at a time. */
    public void submitAt(Call call, long atNanos) {
        resubmit(call, atNanos);
        pending.watchDeadline(call);
    }

    /** Credentials are to be sent, now and on each later connection. */
    public void authenticate(Call call) {
        if (phase == Phase.ENDED || closing.isWanted()) {
            call.lost(endedBy, Progress.NOT_SENT);
            return;
        }
        pending.watchDeadline(call);
        credentials.add(call);
        if (phase == Phase.ATTACHED) {
            sendCredentials(call);
        }
    }

    /** A lasting watch is not wanted any more. */
    public List<Request> removeLasting(WatchRequest watch) {
        return watches.removeLasting(watch);
    }

    /** One-shot watches are not wanted any more. */
    public List<Request> removeOneShot(String path, WatchTarget target) {
        return watches.removeOneShot(path, target);
    }

    /** Ends the session in an orderly way, if that works before a deadline; calls not sent yet are lost. */
    public void close(long nowNanos, long deadlineNanos) {
        if (phase == Phase.ENDED || closing.isWanted()) {
            return;
        }
        closing.want(deadlineNanos);
        pending.loseUnsent(Loss.CLOSED);
        if (phase == Phase.ATTACHED) {
            pending.submit(closing);
        } else if (!identity.exists()) {
            end(Loss.CLOSED, "the client was closed");
        } else if (phase == Phase.PAUSING) {
            servers.beginRound();
            connect(nowNanos);
        }
    }

    /** Time passed. */
    public void tick(long nowNanos) {
        if (phase == Phase.ENDED) {
            return;
        }
        pending.tick(nowNanos);
        if (closing.isWanted() && nowNanos - closing.deadlineNanos() >= 0) {
            end(Loss.CLOSED, "no server confirmed the end of the session in time");
        } else if (heartbeat.isOver(nowNanos)) {
            expire(nowNanos, "no server was heard of for longer than the session could live");
        } else if (phase == Phase.PAUSING) {
            if (nowNanos - phaseEndsNanos >= 0) {
                connect(nowNanos);
            }
        } else if (phase == Phase.ATTACHED) {
            tickAttached(nowNanos);
        } else if (nowNanos - phaseEndsNanos >= 0) {
            drop(nowNanos, phase == Phase.CONNECTING ? "it does not accept connections" : "it does not answer");
        }
    }

    private void tickAttached(long nowNanos) {
        if (heartbeat.isSilent(nowNanos)) {
            // When this process was held up, what the server sent may lie unread: look once before judging.
            if (!gaveSecondLook && nowNanos - heartbeat.silentAtNanos() > HELD_UP_NANOS) {
                gaveSecondLook = true;
                return;
            }
            drop(nowNanos, "the server was silent for a third of the session timeout");
        } else if (readOnly.isOver(nowNanos) && servers.size() > 1) {
            drop(nowNanos, "it answers reads only, and another server may have a quorum");
        } else if (heartbeat.isPingDue(nowNanos)) {
            heartbeat.pinged(nowNanos);
            if (!readOnly.lasts()) {
                effects.asked(nowNanos);
            }
            out.add(Xid.PING, Request.Ping.INSTANCE);
        }
    }

    /** Sends what is ready; to be called after each batch of inputs. */
    public void flush() {
        if (phase == Phase.ATTACHED) {
            for (Call call = pending.nextToSend(); call != null; call = pending.nextToSend()) {
                out.add(pending.sent(call), call.frame());
            }
        }
        out.send(effects, connection);
    }

    // ---- queries -----------------------------------------------------------------------------------------------

    /** {@return when to call {@link #tick} next at the latest, or {@link Long#MAX_VALUE} for no need} */
    public long wakeAtNanos() {
        if (phase == Phase.ENDED) {
            return Heartbeat.NEVER;
        }
        long wake = Heartbeat.earlier(pending.nextDueNanos(), heartbeat.nextDueNanos());
        if (phase != Phase.ATTACHED) {
            wake = Heartbeat.earlier(wake, phaseEndsNanos);
        } else if (servers.size() > 1) {
            wake = Heartbeat.earlier(wake, readOnly.nextDueNanos());
        }
        return closing.isWanted() ? Heartbeat.earlier(wake, closing.deadlineNanos()) : wake;
    }

    /** {@return how many watches there are: one for each znode and kind} */
    public int watches() {
        return watches.count();
    }

    /** {@return how many sessions are over; calls note it to find out whether theirs still is the current one} */
    public int sessionNumber() {
        return sessionNumber;
    }

    /** {@return the id of the session, or 0 if there is none yet} */
    public long sessionId() {
        return identity.id();
    }

    // ---- connections -------------------------------------------------------------------------------------------

    private void connect(long nowNanos) {
        address = servers.next();
        connection++;
        phase = Phase.CONNECTING;
        phaseEndsNanos = nowNanos + servers.patienceNanos(identity.timeoutMillis() * NANOS_PER_MILLI);
        effects.connect(connection, address);
    }

    private void drop(long nowNanos, String reason) {
        effects.disconnect(connection);
        detach(nowNanos, reason);
    }

    /** The connection is gone: on to the next server. */
    private void detach(long nowNanos, String reason) {
        boolean wasAttached = phase == Phase.ATTACHED;
        forgetConnection();
        if (wasAttached) {
            servers.lost(nowNanos - attachedNanos);
            effects.suspended(reason);
            if (identity.endWithConnection()) {
                announced = false; // nothing could be created in it, so nothing is lost with it
                heartbeat.forget();
            }
        } else {
            effects.unreachable(address, reason);
        }
        if (closing.isWanted() && (wasAttached || servers.isRoundOver())) {
            end(Loss.CLOSED, "the connection was lost while the session was being closed");
            return;
        }
        pending.loseSent(Loss.CONNECTION);
        if (servers.isRoundOver()) {
            phaseEndsNanos = nowNanos + servers.pauseNanos();
            pending.roundFailed();
        } else {
            connect(nowNanos);
        }
    }

    private void forgetConnection() {
        connection++;
        phase = Phase.PAUSING;
        frames.reset();
        out.discard();
        heartbeat.detached();
        readOnly.end();
        credentials.detached();
        renewals.clear();
        gaveSecondLook = false;
    }

    // ---- frames ------------------------------------------------------------------------------------------------

    private void onFrame(long nowNanos) throws MalformedFrame {
        if (phase == Phase.HANDSHAKING) {
            onHandshake(nowNanos, ConnectResponse.read(in));
            return;
        }
        int xid = in.readInt();
        long zxid = in.readLong();
        int err = in.readInt();
        switch (xid) {
            case Xid.EVENT -> onEvent(zxid);
            case Xid.LOGIN -> onLogin(nowNanos, err);
            case Xid.PING -> onPing(zxid);
            case Xid.AUTH -> onAuthenticated(err);
            case Xid.SET_WATCHES -> onRenewed(zxid, err);
            default -> onReply(xid, zxid, err);
        }
    }

    private void onHandshake(long nowNanos, ConnectResponse response) throws MalformedFrame {
        boolean isNew = !identity.exists();
        if (!identity.accept(response)) {
            if (isNew) {
                drop(nowNanos, "it refused a new session");
            } else {
                expire(nowNanos, "the server " + address + " said so");
            }
            return;
        }
        if (login == null) {
            attached(nowNanos);
        } else {
            beginLogin(login);
        }
    }

    private void beginLogin(Login beginning) {
        phase = Phase.LOGGING_IN;
        try {
            out.add(Xid.LOGIN, new Request.Sasl(beginning.begin()));
        } catch (Login.Refused e) {
            end(Loss.AUTH, e.getMessage());
        }
    }

    /** Servers that know nothing of logins answer with nothing. */
    private void onLogin(long nowNanos, int err) throws MalformedFrame {
        if (login == null || phase != Phase.LOGGING_IN) {
            throw new MalformedFrame("An answer to a login that is not under way");
        }
        byte[] challenge = err == 0 ? ReplyBodies.readToken(in) : null;
        if (challenge == null) {
            end(
                    Loss.AUTH,
                    "the server " + address + (err == 0 ? " has no logins by SASL" : " refused the login by SASL"));
            return;
        }
        try {
            byte[] next = login.answer(challenge);
            if (next == null) {
                attached(nowNanos);
            } else {
                out.add(Xid.LOGIN, new Request.Sasl(next));
            }
        } catch (Login.Refused e) {
            end(Loss.AUTH, e.getMessage());
        }
    }

    private void attached(long nowNanos) {
        boolean isNew = !announced;
        announced = true;
        phase = Phase.ATTACHED;
        attachedNanos = nowNanos;
        heartbeat.attached(nowNanos, handshakeSentNanos, identity.timeoutMillis() * NANOS_PER_MILLI);
        effects.attached(address, identity.id(), identity.timeoutMillis(), isNew, identity.isReadOnly());
        if (identity.isReadOnly()) {
            readOnly.begin(nowNanos, identity.timeoutMillis() * NANOS_PER_MILLI);
        } else {
            readOnly.forget();
            effects.proven(handshakeSentNanos);
        }
        List.copyOf(credentials.all()).forEach(this::sendCredentials);
        for (WatchBatch batch : watches.renewals(identity.lastZxid())) {
            renewals.add(batch);
            out.add(Xid.SET_WATCHES, batch.request());
        }
        if (closing.isWanted()) {
            pending.submit(closing);
        }
    }

    private void sendCredentials(Call call) {
        credentials.sent(call);
        out.add(Xid.AUTH, call.frame());
    }

    private void onEvent(long zxid) throws MalformedFrame {
        WatcherEvent event = WatcherEvent.read(in);
        var type = event.knownType();
        if (type != null) {
            watches.dispatch(type, event.path(), zxid);
        }
    }

    private void onPing(long zxid) throws MalformedFrame {
        if (!heartbeat.hasPingUnderWay()) {
            throw new MalformedFrame("A reply to a ping that was not sent");
        }
        identity.seen(zxid);
        long sentNanos = heartbeat.pingAnswered();
        if (!readOnly.lasts()) {
            effects.proven(sentNanos);
        }
    }

    private void onAuthenticated(int err) throws MalformedFrame {
        Call call = credentials.replied();
        if (err != 0) {
            end(Loss.AUTH, "the server " + address + " refused the credentials");
        } else if (!call.isSettled()) {
            call.replied(err, in);
        }
    }

    private void onRenewed(long zxid, int err) throws MalformedFrame {
        identity.seen(zxid);
        WatchBatch batch = renewals.poll();
        if (batch == null) {
            throw new MalformedFrame("A reply to a renewal of watches that was not sent");
        }
        if (err == 0) {
            watches.renewed(batch);
        } else {
            watches.refused(batch);
        }
    }

    private void onReply(int xid, long zxid, int err) throws MalformedFrame {
        Call call = pending.replied(xid);
        identity.seen(zxid);
        boolean wanted = !call.isSettled();
        WatchRequest watch = call.watch();
        if (watch != null) {
            watches.settle(watch, err, wanted);
        }
        if (!wanted) {
            return;
        }
        try {
            call.replied(err, in);
        } catch (MalformedFrame e) {
            call.lost(Loss.CONNECTION, Progress.SENT);
            throw new MalformedFrame("The reply to request " + xid + " cannot be read: " + e.getMessage());
        }
        if (call == closing) {
            end(Loss.CLOSED, "the client was closed");
        }
    }

    // ---- ends --------------------------------------------------------------------------------------------------

    private void expire(long nowNanos, String reason) {
        if (phase != Phase.PAUSING) {
            effects.disconnect(connection);
        }
        forgetConnection();
        identity.forget();
        announced = false;
        heartbeat.forget();
        sessionNumber++;
        effects.expired(reason);
        pending.loseSent(Loss.SESSION);
        pending.loseUnsent(Loss.SESSION);
        watches.endOneShots();
        if (closing.isWanted()) {
            end(Loss.CLOSED, "the client was closed");
        } else {
            servers.beginRound();
            connect(nowNanos);
        }
    }

    private void end(Loss why, String reason) {
        if (phase != Phase.PAUSING) {
            effects.disconnect(connection);
        }
        forgetConnection();
        heartbeat.forget();
        phase = Phase.ENDED;
        endedBy = why;
        effects.ended(why, reason);
        pending.loseSent(why);
        pending.loseUnsent(why);
        for (Call call : credentials.all()) {
            if (!call.isSettled()) {
                call.lost(why, Progress.NOT_SENT);
            }
        }
        watches.endAll();
    }
}
