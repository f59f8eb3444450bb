package io.pinfold.client.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The calls that are not settled yet by their deadlines. Nearly all calls of a client are given the same time, so they
 * come in the order of their deadlines and a plain queue does; the few others go to a heap. Confined to the client's
 * loop.
 */
final class Deadlines {
    private final ArrayDeque<Call> ordered = new ArrayDeque<>();
    private final PriorityQueue<Call> others = new PriorityQueue<>(Comparator.comparingLong(Call::deadlineNanos));
    private long lastOrdered;

    void add(Call call) {
        long deadline = call.deadlineNanos();
        if (deadline == Heartbeat.NEVER) {
            return;
        }
        dropSettled();
        if (ordered.isEmpty() || deadline - lastOrdered >= 0) {
            ordered.add(call);
            lastOrdered = deadline;
        } else {
            others.add(call);
        }
    }

    /** {@return the calls whose deadline passed} */
    List<Call> passed(long nowNanos) {
        List<Call> late = List.of();
        for (Call call = first(); call != null && nowNanos - call.deadlineNanos() >= 0; call = first()) {
            late = late.isEmpty() ? new ArrayList<>() : late;
            late.add(call);
            if (call == ordered.peek()) {
                ordered.remove();
            } else {
                others.remove();
            }
        }
        return late;
    }

    /** {@return the next deadline, or {@link Heartbeat#NEVER}} */
    long next() {
        Call first = first();
        return first == null ? Heartbeat.NEVER : first.deadlineNanos();
    }

    private @Nullable Call first() {
        dropSettled();
        Call a = ordered.peek();
        Call b = others.peek();
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.deadlineNanos() - b.deadlineNanos() <= 0 ? a : b;
    }

    private void dropSettled() {
        for (Call call = ordered.peek(); call != null && call.isSettled(); call = ordered.peek()) {
            ordered.remove();
        }
        for (Call call = others.peek(); call != null && call.isSettled(); call = others.peek()) {
            others.remove();
        }
    }
}
