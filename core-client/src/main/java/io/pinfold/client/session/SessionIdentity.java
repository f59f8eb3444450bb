package io.pinfold.client.session;

import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.FrameLimits;
import io.pinfold.wire.MalformedFrame;

/**
 * By what a server knows our session again: id and password, the agreed timeout, and the last zxid seen, which keeps us
 * off servers that are behind. Confined to the client's loop.
 */
final class SessionIdentity {
    private static final byte[] NO_PASSWORD = new byte[FrameLimits.PASSWORD_BYTES];

    private final int wishedTimeoutMillis;
    private final boolean mayBeReadOnly;
    private long id;
    private byte[] password = NO_PASSWORD;
    private int timeoutMillis;
    private long lastZxid;
    private boolean readOnly;
    /** The session is known to one server only, and ends with the connection to that. */
    private boolean local;

    SessionIdentity(int wishedTimeoutMillis, boolean mayBeReadOnly) {
        this.wishedTimeoutMillis = wishedTimeoutMillis;
        this.mayBeReadOnly = mayBeReadOnly;
        forget();
    }

    boolean exists() {
        return id != 0;
    }

    long id() {
        return id;
    }

    /** {@return the agreed timeout, or the wished one as long as there is no session} */
    int timeoutMillis() {
        return timeoutMillis;
    }

    long lastZxid() {
        return lastZxid;
    }

    void seen(long zxid) {
        if (zxid > lastZxid) {
            lastZxid = zxid;
        }
    }

    ConnectRequest request() {
        return new ConnectRequest(0, lastZxid, wishedTimeoutMillis, id, password, mayBeReadOnly, true);
    }

    /** {@return whether the answer means the session that was asked for, or a new one if none was} */
    boolean accept(ConnectResponse response) throws MalformedFrame {
        if (!response.isAccepted()) {
            return false;
        }
        if (response.sessionId() == 0 || response.password().length != FrameLimits.PASSWORD_BYTES) {
            throw new MalformedFrame("A session was accepted without an id or with a password of "
                    + response.password().length + " bytes");
        }
        if (exists() && response.sessionId() != id) {
            return false;
        }
        readOnly = response.readOnly();
        local = readOnly && !exists();
        id = response.sessionId();
        password = response.password();
        timeoutMillis = response.timeoutMillis();
        return true;
    }

    /** {@return whether the server that accepted answers reads only} */
    boolean isReadOnly() {
        return readOnly;
    }

    /** {@return whether the session has ended with the connection, which it does if a server without quorum made it up} */
    boolean endWithConnection() {
        if (!local) {
            return false;
        }
        long seen = lastZxid;
        forget();
        lastZxid = seen; // the tree is the same one
        return true;
    }

    /**
     * The session is over. The next one does not insist on the last zxid: a server that was set up anew would otherwise
     * be refused for ever.
     */
    void forget() {
        id = 0;
        password = NO_PASSWORD;
        timeoutMillis = wishedTimeoutMillis;
        lastZxid = 0;
        readOnly = false;
        local = false;
    }
}
