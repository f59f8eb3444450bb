package io.pinfold.client.session;

import io.pinfold.client.session.Call.Loss;
import io.pinfold.client.session.Call.Progress;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Calls on their way: those that wait to be sent, those that wait for a reply, and those that wait to be tried again.
 * Replies come in the order of the requests, so the oldest one sent is the one that is answered. The number under way is
 * bounded; the rest stays unsent, where a broken connection cannot make its outcome unknown. Confined to the client's
 * loop.
 */
final class PendingRequests {
    static final int MAX_UNDER_WAY = 8192;
    static final int MAX_BYTES_UNDER_WAY = 8 << 20;

    private final ArrayDeque<Call> waiting = new ArrayDeque<>();
    private final ArrayDeque<Call> sent = new ArrayDeque<>();
    private final PriorityQueue<Delayed> delayed = new PriorityQueue<>(
            Comparator.comparingLong((Delayed d) -> d.atNanos).thenComparingLong(d -> d.number));
    private final WatchRegistry watches;
    private final Deadlines deadlines = new Deadlines();
    private int firstXid = 1;
    private int nextXid = 1;
    private long delays;
    private long bytesUnderWay;

    private record Delayed(long atNanos, long number, Call call) {}

    PendingRequests(WatchRegistry watches) {
        this.watches = watches;
    }

    void submit(Call call) {
        enter(call);
        deadlines.add(call);
        waiting.add(call);
    }

    /** Fails a call that travels by another way when its deadline passes. */
    void watchDeadline(Call call) {
        deadlines.add(call);
    }

    /** Puts a call back that was lost and may be tried again at a time. */
    void resubmit(Call call, long atNanos) {
        enter(call);
        delayed.add(new Delayed(atNanos, delays++, call));
    }

    /** {@return the call to send next, or null if there is none or enough is under way} */
    @Nullable
    Call nextToSend() {
        if (sent.size() >= MAX_UNDER_WAY || bytesUnderWay >= MAX_BYTES_UNDER_WAY) {
            return null;
        }
        Call call = waiting.poll();
        while (call != null) {
            call.leaving();
            if (!call.isSettled()) {
                return call;
            }
            leave(call);
            call = waiting.poll();
        }
        return null;
    }

    /** {@return the xid under which the call goes out} */
    int sent(Call call) {
        sent.add(call);
        bytesUnderWay += call.frame().length;
        int xid = nextXid;
        nextXid = following(xid);
        return xid;
    }

    /** {@return the call that a reply answers; its watch, if it has one, is settled by the reply} */
    Call replied(int xid) throws MalformedFrame {
        if (sent.isEmpty() || xid != firstXid) {
            throw new MalformedFrame(
                    "A reply to request " + xid + " where " + (sent.isEmpty() ? "none" : "" + firstXid) + " was due");
        }
        firstXid = following(xid);
        Call call = sent.remove();
        bytesUnderWay -= call.frame().length;
        return call;
    }

    private static int following(int xid) {
        return xid == Integer.MAX_VALUE ? 1 : xid + 1;
    }

    int underWay() {
        return sent.size();
    }

    /** What was sent will not be answered. What was not sent stays. */
    void loseSent(Loss loss) {
        List<Call> lost = new ArrayList<>(sent);
        sent.clear();
        bytesUnderWay = 0;
        firstXid = nextXid;
        lose(lost, loss, Progress.SENT);
    }

    /** What was not sent will not be; calls that waited for another try come last. */
    void loseUnsent(Loss loss) {
        List<Call> lost = new ArrayList<>(waiting);
        waiting.clear();
        for (Delayed retry = delayed.poll(); retry != null; retry = delayed.poll()) {
            lost.add(retry.call);
        }
        lose(lost, loss, Progress.NOT_SENT);
    }

    private void lose(List<Call> lost, Loss loss, Progress progress) {
        for (Call call : lost) {
            leave(call);
            if (!call.isSettled()) {
                call.lost(loss, progress);
            }
        }
    }

    /** No server could be reached: calls whose policy says so do not wait any longer. */
    void roundFailed() {
        List<Call> asked = new ArrayList<>(waiting);
        waiting.clear();
        List<Call> lost = new ArrayList<>();
        for (Call call : asked) {
            if (call.isSettled() || !call.keepsWaiting()) {
                lost.add(call);
            } else {
                waiting.add(call);
            }
        }
        lose(lost, Loss.CONNECTION, Progress.NOT_SENT);
    }

    private void enter(Call call) {
        WatchRequest watch = call.watch();
        if (watch != null) {
            watches.expect(watch);
        }
    }

    private void leave(Call call) {
        WatchRequest watch = call.watch();
        if (watch != null) {
            watches.unexpect(watch);
        }
    }

    /** Moves what is due to be tried again, and fails calls whose deadline passed. */
    void tick(long nowNanos) {
        for (Delayed due = delayed.peek(); due != null && nowNanos - due.atNanos >= 0; due = delayed.peek()) {
            delayed.remove();
            waiting.add(due.call);
        }
        List<Call> late = deadlines.passed(nowNanos);
        for (Call call : late) {
            call.lost(Loss.DEADLINE, call.isUnderWay() ? Progress.SENT : Progress.NOT_SENT);
        }
    }

    /** {@return when to tick next, or {@link Heartbeat#NEVER}} */
    long nextDueNanos() {
        Delayed retry = delayed.peek();
        return Heartbeat.earlier(deadlines.next(), retry == null ? Heartbeat.NEVER : retry.atNanos);
    }
}
