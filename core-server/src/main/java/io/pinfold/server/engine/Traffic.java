package io.pinfold.server.engine;

import io.pinfold.wire.OpCode;
import org.jspecify.annotations.Nullable;

/** Counts what goes in and out, and how long answers take. Confined to the node loop. */
public final class Traffic {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final @Nullable Traffic all;
    private long received;
    private long sent;
    private long receivedBytes;
    private long sentBytes;
    private long answers;
    private long sumMillis;
    private long minMillis = Long.MAX_VALUE;
    private long maxMillis;

    private @Nullable OpCode lastOp;
    private int lastXid;
    private long lastZxid;
    private long lastAnswerNanos;
    private long lastMillis;

    /** Counts for itself and, if there is one, for the sum of all. */
    Traffic(@Nullable Traffic all) {
        this.all = all;
    }

    void onReceived(int bytes) {
        received++;
        receivedBytes += bytes;
        if (all != null) {
            all.onReceived(bytes);
        }
    }

    void onSent() {
        sent++;
        if (all != null) {
            all.onSent();
        }
    }

    void onFlushed(int bytes) {
        sentBytes += bytes;
        if (all != null) {
            all.onFlushed(bytes);
        }
    }

    void onAnswered(@Nullable OpCode op, int xid, long zxid, long arrivedNanos, long nowNanos) {
        if (all != null) {
            all.onAnswered(op, xid, zxid, arrivedNanos, nowNanos);
        }
        long millis = (nowNanos - arrivedNanos) / NANOS_PER_MILLI;
        answers++;
        sumMillis += millis;
        minMillis = Math.min(minMillis, millis);
        maxMillis = Math.max(maxMillis, millis);
        lastOp = op;
        lastXid = xid;
        lastZxid = zxid;
        lastAnswerNanos = nowNanos;
        lastMillis = millis;
    }

    /** Begins to count anew. */
    public void reset() {
        received = 0;
        sent = 0;
        receivedBytes = 0;
        sentBytes = 0;
        answers = 0;
        sumMillis = 0;
        minMillis = Long.MAX_VALUE;
        maxMillis = 0;
        lastMillis = 0;
    }

    /** {@return frames received} */
    public long received() {
        return received;
    }

    /** {@return replies and events sent} */
    public long sent() {
        return sent;
    }

    /** {@return bytes of the frames received, without their lengths} */
    public long receivedBytes() {
        return receivedBytes;
    }

    /** {@return bytes sent} */
    public long sentBytes() {
        return sentBytes;
    }

    /** {@return requests that were answered} */
    public long answers() {
        return answers;
    }

    /** {@return the shortest time to an answer, in milliseconds; 0 without answers} */
    public long minMillis() {
        return answers == 0 ? 0 : minMillis;
    }

    /** {@return the mean time to an answer, in milliseconds; 0 without answers} */
    public double averageMillis() {
        return answers == 0 ? 0 : (double) sumMillis / answers;
    }

    /** {@return the longest time to an answer, in milliseconds} */
    public long maxMillis() {
        return maxMillis;
    }

    /** {@return the operation that was answered last; null before there is one, or when the frame was none} */
    public @Nullable OpCode lastOp() {
        return lastOp;
    }

    /** {@return the number that the client gave the request answered last} */
    public int lastXid() {
        return lastXid;
    }

    /** {@return the zxid in the last answer} */
    public long lastZxid() {
        return lastZxid;
    }

    /** {@return when the last answer was made, on the engine's clock} */
    public long lastAnswerNanos() {
        return lastAnswerNanos;
    }

    /** {@return how long the last answer took, in milliseconds} */
    public long lastMillis() {
        return lastMillis;
    }
}
