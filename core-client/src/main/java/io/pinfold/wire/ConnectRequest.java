package io.pinfold.wire;

/**
 * The first frame of a connection: asks for a new session or for an old one back. Immutable.
 *
 * @param protocolVersion always 0; of no meaning
 * @param lastZxidSeen the highest zxid that the client has seen; a server that is behind it closes the connection
 * @param timeoutMillis the session timeout that the client wishes for
 * @param sessionId the session to go on with, or 0 for a new one
 * @param password the session's password; for a new session zeros, or empty; secret
 * @param readOnly whether a server without a quorum will do
 * @param hasReadOnlyFlag whether {@code readOnly} was sent at all: old clients do not, and the answer must have the
 *     same form
 */
public record ConnectRequest(
        int protocolVersion,
        long lastZxidSeen,
        int timeoutMillis,
        long sessionId,
        byte[] password,
        boolean readOnly,
        boolean hasReadOnlyFlag) {

    /**
     * {@return the request in this frame}
     *
     * @param in stands behind the length
     * @throws MalformedFrame if the bytes are no such request
     */
    public static ConnectRequest read(JuteReader in) throws MalformedFrame {
        int protocolVersion = in.readInt();
        long lastZxidSeen = in.readLong();
        int timeoutMillis = in.readInt();
        long sessionId = in.readLong();
        byte[] password = in.readBytes();
        boolean hasFlag = in.remaining() > 0;
        boolean readOnly = hasFlag && in.readBool();
        return new ConnectRequest(protocolVersion, lastZxidSeen, timeoutMillis, sessionId, password, readOnly, hasFlag);
    }

    /**
     * Appends this, without the length in front.
     *
     * @param out where to
     */
    public void write(JuteWriter out) {
        out.writeInt(protocolVersion);
        out.writeLong(lastZxidSeen);
        out.writeInt(timeoutMillis);
        out.writeLong(sessionId);
        out.writeBuffer(password);
        if (hasReadOnlyFlag) {
            out.writeBool(readOnly);
        }
    }
}
