package io.pinfold.client;

import io.pinfold.UnimplementedException;
import io.pinfold.wire.OpCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the servers of this ensemble do not know, because they are older than this client. The protocol has no negotiation: a server
 * refuses what it does not know and closes the connection, at the cost of everything else that was under way. So it is asked once, and
 * then not again for a while, after which it may have been replaced by a newer one. Confined to the client's loop.
 */
final class ServerGaps {
    static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** Since which version of Apache ZooKeeper there is what the oldest servers that this client is made for may lack. */
    private static final Map<OpCode, String> SINCE = Map.of(
            OpCode.CREATE_CONTAINER, "3.5.1",
            OpCode.ADD_WATCH, "3.6.0",
            OpCode.MULTI_READ, "3.6.0",
            OpCode.GET_EPHEMERALS, "3.6.0",
            OpCode.GET_ALL_CHILDREN_NUMBER, "3.6.0",
            OpCode.WHO_AM_I, "3.7.0");

    private final EnumMap<OpCode, Long> refusedNanos = new EnumMap<>(OpCode.class);

    /** A server does not know an operation. */
    void refused(OpCode op, long nowNanos) {
        if (SINCE.containsKey(op)) {
            refusedNanos.put(op, nowNanos);
        }
    }

    /** {@return whether a server said not long ago that it does not know the operation} */
    boolean lacks(OpCode op, long nowNanos) {
        Long refused = refusedNanos.get(op);
        if (refused != null && nowNanos - refused > REMEMBERED_NANOS) {
            refusedNanos.remove(op);
            return false;
        }
        return refused != null;
    }

    /** {@return what whoever asked for the operation is told} */
    static UnimplementedException refusal(OpCode op, String path) {
        String since = SINCE.get(op);
        String why = op == OpCode.CREATE_TTL
                ? "it needs ZooKeeper 3.5.3 with extendedTypesEnabled=true"
                : since == null ? "it is unknown or turned off" : "it needs ZooKeeper " + since;
        return new UnimplementedException(path, "The server does not do " + op + ": " + why);
    }
}
