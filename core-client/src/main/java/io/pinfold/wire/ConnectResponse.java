package io.pinfold.wire;

/**
 * The answer to {@link ConnectRequest}. Immutable.
 *
 * <p>It is exactly 37 bytes long with the read-only flag and 36 without: clients read that many without looking at the
 * length, so the flag must be there if and only if the request had it.
 *
 * @param protocolVersion always 0
 * @param timeoutMillis the session timeout that was agreed on; 0 or less says that the session is over
 * @param sessionId the session; 0 says that it is over
 * @param password the session's password, 16 bytes; secret
 * @param readOnly whether this server has no quorum and only reads
 * @param hasReadOnlyFlag whether {@code readOnly} is sent
 */
public record ConnectResponse(
        int protocolVersion,
        int timeoutMillis,
        long sessionId,
        byte[] password,
        boolean readOnly,
        boolean hasReadOnlyFlag) {

    /**
     * {@return the answer that accepts}
     *
     * @param request what is answered
     * @param timeoutMillis the session timeout that was agreed on
     * @param sessionId the session
     * @param password the session's password, 16 bytes
     */
    public static ConnectResponse accept(ConnectRequest request, int timeoutMillis, long sessionId, byte[] password) {
        return new ConnectResponse(0, timeoutMillis, sessionId, password, false, request.hasReadOnlyFlag());
    }

    /**
     * {@return the answer that says that the session is over, or that the password is wrong: nobody is told which}
     *
     * @param request what is answered
     */
    public static ConnectResponse refuse(ConnectRequest request) {
        return new ConnectResponse(0, 0, 0, new byte[FrameLimits.PASSWORD_BYTES], false, request.hasReadOnlyFlag());
    }

    /** {@return whether there is a session; if not, the one asked for is over} */
    public boolean isAccepted() {
        return timeoutMillis > 0;
    }

    /**
     * {@return the answer in this frame}
     *
     * @param in stands behind the length
     * @throws MalformedFrame if the bytes are no such answer
     */
    public static ConnectResponse read(JuteReader in) throws MalformedFrame {
        int protocolVersion = in.readInt();
        int timeoutMillis = in.readInt();
        long sessionId = in.readLong();
        byte[] password = in.readBytes();
        boolean hasFlag = in.remaining() > 0;
        boolean readOnly = hasFlag && in.readBool();
        return new ConnectResponse(protocolVersion, timeoutMillis, sessionId, password, readOnly, hasFlag);
    }

    /**
     * Appends this, without the length in front.
     *
     * @param out where to
     */
    public void write(JuteWriter out) {
        if (password.length != FrameLimits.PASSWORD_BYTES) {
            throw new IllegalStateException("A password of " + password.length + " bytes would confuse clients");
        }
        out.writeInt(protocolVersion);
        out.writeInt(timeoutMillis);
        out.writeLong(sessionId);
        out.writeBuffer(password);
        if (hasReadOnlyFlag) {
            out.writeBool(readOnly);
        }
    }
}
