package io.pinfold.server.engine;

import io.pinfold.wire.OpCode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Counts what goes in and out, and how long answers take. Confined to the node loop. */
public final class Traffic {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final @Nullable Traffic all;
    private long received;
    private long sent;
    private long receivedBytes;
    private long sentBytes;
    /** Of all connections together. */
    private final Sizes sizes;

    private long answers;
    private long sumMillis;
    private long minMillis = Long.MAX_VALUE;
    private long maxMillis;

    private @Nullable OpCode lastOp;
    private int lastXid = -1;
    private long lastZxid;
    private long lastAnswerNanos;
    private long lastMillis;

    /** Counts for itself and, if there is one, for the sum of all. */
    Traffic(@Nullable Traffic all) {
        this.all = all;
        this.sizes = all == null ? new Sizes() : all.sizes;
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

    /** What is flushed is one frame after the other, each behind its length. */
    void onFlushed(byte[] frames, int bytes) {
        sentBytes += bytes;
        if (all != null) {
            all.sentBytes += bytes;
        }
        ByteBuffer lengths = ByteBuffer.wrap(frames, 0, bytes);
        for (int at = 0; at < bytes; at += Integer.BYTES + sizes.last()) {
            sizes.add(lengths.getInt(at));
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
        lastXid = xid < 0 ? lastXid : xid;
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
        if (all == null) {
            sizes.reset();
        }
        answers = 0;
        sumMillis = 0;
        minMillis = Long.MAX_VALUE;
        maxMillis = 0;
        lastMillis = 0;
        lastOp = null;
        lastXid = -1;
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

    /** {@return how long replies and events of all connections are} */
    public Sizes sizes() {
        return sizes;
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

    /** {@return the number that the client gave the request answered last, pings and their like left out; -1 before there is one} */
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
