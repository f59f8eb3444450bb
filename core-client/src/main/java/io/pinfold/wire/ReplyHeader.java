package io.pinfold.wire;

import io.pinfold.ErrorCode;

/**
 * What stands in front of each reply and event. Immutable.
 *
 * @param xid the number of the request that is answered, or {@link Xid#EVENT}
 * @param zxid the last transaction that the answer reflects; for events that of the change, or −1
 * @param err the error by number, 0 for success; servers to come may send numbers that are not known yet
 */
public record ReplyHeader(int xid, long zxid, int err) {

    /** {@return the error; {@link ErrorCode#SYSTEM_ERROR} for numbers that are not known} */
    public ErrorCode code() {
        return ErrorCode.ofNumber(err);
    }

    /**
     * {@return the header of this reply}
     *
     * @param in stands behind the length
     * @throws MalformedFrame if there are not enough bytes
     */
    public static ReplyHeader read(JuteReader in) throws MalformedFrame {
        return new ReplyHeader(in.readInt(), in.readLong(), in.readInt());
    }
}
