package io.pinfold.client;

import io.pinfold.AuthFailedException;
import io.pinfold.BadArgumentsException;
import io.pinfold.ClientClosedException;
import io.pinfold.ErrorCode;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.SessionExpiredException;
import io.pinfold.client.FlightEvents.CallEvent;
import io.pinfold.client.session.Call;
import io.pinfold.client.session.WatchRequest;
import io.pinfold.wire.FrameLimits;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and the future of its answer; the same object travels through the session and back to the caller.
 *
 * <p>A lost connection is settled here: what may be repeated goes back to the session after the delay that the retry
 * policy asks for, the rest fails with the exception that says what is known of its effect. Made by any thread, then
 * confined to the client's loop; completed on its lane.
 */
final class Operation<T> extends CompletableFuture<T> implements Call, Runnable {
    /** Makes the result out of the body of a reply. */
    @FunctionalInterface
    interface Decoder<T> {
        @Nullable
        T decode(String path, JuteReader body) throws MalformedFrame;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Operation.class);

    private final ClientCore core;
    private final Lane lane;
    private final String path;
    private final byte[] frame;
    private final Decoder<T> decoder;
    private final long startNanos;
    private final String kind;
    private final OpCode op;
    private final @Nullable CallEvent flight = CallEvent.begun();
    private long deadlineNanos;
    private RetryPolicy retry;
    private boolean repeatable;
    private @Nullable ErrorCode answeringCode;
    private @Nullable T answer;
    private @Nullable WatchRequest watch;
    private int boundTo = -1;
    private @Nullable LiveSession owner;
    private int attempts;
    private boolean underWay;
    private boolean settled;
    private @Nullable Loss loss;
    private @Nullable T result;
    private @Nullable PinfoldException failure;
    /** Also read by the thread that waits, to know whether an interrupted call had any effect. */
    private volatile boolean wasSent;

    Operation(ClientCore core, Lane lane, String path, Request request, Decoder<T> decoder) {
        this.core = core;
        this.lane = lane;
        this.path = path;
        this.decoder = decoder;
        this.kind = request.getClass().getSimpleName();
        this.op = request.opCode();
        this.retry = core.settings().retry();
        this.startNanos = core.host().nanoTime();
        this.deadlineNanos = startNanos + core.settings().operationTimeout().toNanos();
        JuteWriter out = new JuteWriter(128);
        Requests.writeFrame(out, 0, request);
        this.frame = out.toByteArray();
    }

    // ---- how it is made, before it is submitted ------------------------------------------------------------------

    /** It changes nothing, or nothing more when it runs twice. */
    Operation<T> repeatable() {
        repeatable = true;
        return this;
    }

    /** A missing znode is a result and not an error. */
    Operation<T> ifMissing(T value) {
        return ifRefused(ErrorCode.NO_NODE, value);
    }

    /** A refusal for this reason is a result and not an error. */
    Operation<T> ifRefused(ErrorCode code, T value) {
        answeringCode = code;
        answer = value;
        return this;
    }

    Operation<T> watching(@Nullable WatchRequest request) {
        watch = request;
        return this;
    }

    /** It gives up at this time instead of after the client's operation timeout. */
    Operation<T> until(long nanos) {
        deadlineNanos = nanos;
        return this;
    }

    Operation<T> retrying(RetryPolicy policy) {
        retry = policy;
        return this;
    }

    /** It runs in this session or not at all. */
    Operation<T> boundTo(int sessionNumber) {
        boundTo = sessionNumber;
        return this;
    }

    /** It runs in this session, if one is named, or not at all. */
    Operation<T> ownedBy(@Nullable LiveSession session) {
        owner = session;
        return this;
    }

    /** Hands it to the loop; any thread. */
    Operation<T> start() {
        if (fits(this)) {
            core.submit(this::enter);
        }
        return this;
    }

    /** {@return whether a server will take it; if not, the future fails} */
    boolean fits(CompletableFuture<?> future) {
        int longest = core.settings().maxRequestBytes();
        int length = frame.length - FrameLimits.LENGTH_BYTES;
        if (length > longest) {
            future.completeExceptionally(new BadArgumentsException(
                    path,
                    "The request on " + path + " takes " + length + " bytes, and servers accept " + longest
                            + " at most"));
        }
        return length <= longest;
    }

    /** Goes on its way; on the loop. */
    void enter() {
        if (belongsToAnotherSession()) {
            lost(Loss.SESSION, Progress.NOT_SENT);
        } else if (core.gaps().lacks(op, core.host().nanoTime())) {
            fail(ServerGaps.refusal(op, path));
        } else {
            core.session().submit(this);
        }
    }

    /** Goes on its way later; on the loop. */
    void enterAt(long nanos) {
        if (belongsToAnotherSession()) {
            lost(Loss.SESSION, Progress.NOT_SENT);
        } else {
            core.session().submitAt(this, nanos);
        }
    }

    private boolean belongsToAnotherSession() {
        return boundTo >= 0 && boundTo != core.session().sessionNumber() || !core.isCurrent(owner);
    }

    // ---- what the caller wants to know ---------------------------------------------------------------------------

    /** {@return whether it may have had an effect, for a call that was cancelled; any thread} */
    boolean mayHaveHappened() {
        return wasSent && !repeatable;
    }

    /** {@return why there was no answer, if there was none} */
    @Nullable
    Loss loss() {
        return loss;
    }

    /** {@return how often it was set back; on the loop} */
    int setbacks() {
        // The last one, after which nothing was tried, is none that the policy was asked about.
        return attempts + (failure instanceof OutcomeUnknownException && loss == Loss.CONNECTION ? 1 : 0);
    }

    // ---- on its way ----------------------------------------------------------------------------------------------

    @Override
    public byte[] frame() {
        return frame;
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public @Nullable WatchRequest watch() {
        return watch;
    }

    @Override
    public boolean isSettled() {
        return settled || isDone();
    }

    @Override
    public void leaving() {
        wasSent = true; // before isSettled is asked: a caller that cancels sees either this or an unsent call
        underWay = true;
    }

    @Override
    public boolean isUnderWay() {
        return underWay;
    }

    @Override
    public boolean keepsWaiting() {
        return nextDelay().isPresent();
    }

    private Optional<Duration> nextDelay() {
        attempts++;
        Duration elapsed = Duration.ofNanos(core.host().nanoTime() - startNanos);
        double chance = (core.host().randomLong() >>> 11) * 0x1.0p-53;
        try {
            return retry.delay(new RetryPolicy.Attempt(attempts, elapsed, ErrorCode.CONNECTION_LOSS, chance));
        } catch (RuntimeException e) { // users' code; the other calls that were lost must still be settled
            LOG.error("retry-policy-failed path={} reason=the call is not tried again", path, e);
            return Optional.empty();
        }
    }

    @Override
    public void replied(int err, JuteReader body) throws MalformedFrame {
        underWay = false;
        if (err == 0) {
            try {
                succeed(decoder.decode(path, body));
            } catch (PinfoldException e) {
                fail(e);
            }
        } else if (answeringCode != null && err == answeringCode.number()) {
            succeed(answer);
        } else if (err == ErrorCode.UNIMPLEMENTED.number()) {
            core.gaps().refused(op, core.host().nanoTime());
            fail(ServerGaps.refusal(op, path));
        } else {
            fail(PinfoldException.of(ErrorCode.ofNumber(err), path));
        }
    }

    @Override
    public void lost(Loss why, Progress progress) {
        underWay = false;
        boolean unknown = progress == Progress.SENT && !repeatable;
        if (why == Loss.CONNECTION && !unknown) {
            tryAgain(progress);
            return;
        }
        loss = why;
        fail(unknown ? unknownOutcome(why) : withoutEffect(why));
    }

    private void tryAgain(Progress progress) {
        // An unsent call is lost only after the policy was asked and declined.
        Optional<Duration> delay = progress == Progress.SENT ? nextDelay() : Optional.empty();
        if (delay.isEmpty()) {
            loss = Loss.CONNECTION;
            fail(core.connectionLost(path, history()));
            return;
        }
        core.session().resubmit(this, core.host().nanoTime() + delay.get().toNanos());
    }

    private PinfoldException unknownOutcome(Loss why) {
        String what = switch (why) {
            case CONNECTION -> "the connection was lost";
            case DEADLINE -> "the operation timeout passed";
            case SESSION -> "the session expired";
            case CLOSED -> "the client was closed";
            case AUTH -> "the server refused the credentials";
        };
        return new OutcomeUnknownException(
                path, "The call on " + path + " was sent, and " + what + " before the answer came" + history());
    }

    /** {@return in which session, for how long and over how many setbacks it was tried, for who reads the message} */
    private String history() {
        long millis = core.history(attempts, startNanos).elapsed().toMillis();
        String setbacks = attempts == 1 ? " setback" : " setbacks";
        return " (session " + core.currentSession() + ", " + attempts + setbacks + " in " + millis + " ms)";
    }

    private PinfoldException withoutEffect(Loss why) {
        return switch (why) {
            case CONNECTION -> core.connectionLost(path, history());
            case DEADLINE -> core.timedOut(path, history());
            case SESSION ->
                new SessionExpiredException(path, "The session expired while the call on " + path + " waited");
            case CLOSED -> new ClientClosedException(path, "The client is closed");
            case AUTH -> new AuthFailedException(path, "The server refused the credentials");
        };
    }

    void succeed(@Nullable T value) {
        settled = true;
        result = value;
        report(null);
        lane.execute(this);
    }

    void fail(PinfoldException why) {
        settled = true;
        failure = why;
        why.note(core.history(setbacks(), startNanos));
        report(why.code());
        lane.execute(this);
    }

    private void report(@Nullable ErrorCode failed) {
        if (flight != null) {
            flight.end();
            if (flight.shouldCommit()) {
                flight.kind = kind;
                flight.path = path;
                flight.retries = attempts;
                flight.failure = failed == null ? null : failed.name();
                flight.commit();
            }
        }
        if (core.witness().isObserved()) {
            Duration took = Duration.ofNanos(core.host().nanoTime() - startNanos);
            core.witness().called(new ClientObserver.Call(kind, path, took, attempts, Optional.ofNullable(failed)));
        }
    }

    /** Completes the future; on the lane. */
    @Override
    public void run() {
        PinfoldException why = failure;
        if (why != null) {
            completeExceptionally(why);
        } else {
            complete(result);
        }
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
