package io.pinfold.server.engine;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the leader decided about a request. Immutable.
 *
 * @param zxid if logged, the request's own entry; else the last entry on which the answer may rest
 * @param logged whether the request is an entry of the log now
 * @param refusal why it is not, or OK
 * @param failedMulti the results of a refused multi
 * @param sessionId the session of the request
 * @param bytes what the entry takes
 */
record Decision(
        long zxid,
        boolean logged,
        ErrorCode refusal,
        @Nullable List<OpResult> failedMulti,
        long sessionId,
        int bytes) {
    private static final long LATER = -1;

    /** A decision that is not made yet. */
    static Decision later(long sessionId) {
        return new Decision(LATER, false, ErrorCode.OK, null, sessionId, 0);
    }

    boolean isLater() {
        return zxid == LATER;
    }

    static Decision refused(long zxid, ErrorCode refusal, long sessionId) {
        return new Decision(zxid, false, refusal, null, sessionId, 0);
    }

    void to(PendingRequest pending) {
        pending.decided = true;
        pending.zxid = zxid;
        pending.logged = logged;
        pending.refusal = refusal;
        pending.failedMulti = failedMulti;
        if (sessionId != 0) {
            pending.sessionId = sessionId;
        }
    }
}
