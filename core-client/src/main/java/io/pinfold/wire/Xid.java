package io.pinfold.wire;

/** The request numbers with a meaning of their own; requests of clients otherwise count from 1. Constants only. */
public final class Xid {
    /** A watch event: sent by the server without having been asked. */
    public static final int EVENT = -1;
    /** A ping and its reply, whatever number the ping had. */
    public static final int PING = -2;
    /** A step of a login by SASL. Other clients use ordinary numbers for that, so the reply echoes what came. */
    public static final int LOGIN = 0;
    /** Credentials; some clients send them with an ordinary number, so the reply echoes what came. */
    public static final int AUTH = -4;
    /** Both forms of renewing watches; some clients use an ordinary number, so the reply echoes what came. */
    public static final int SET_WATCHES = -8;

    private Xid() {}
}
