package io.pinfold.server.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The requests whose replies must wait, how many bytes they hold, and the connections that are not read because of that.
 * Confined to the node loop.
 */
final class Backlog {
    private final EngineOptions options;
    /** What waits for the log, in the order of preparation. */
    private final ArrayDeque<PendingRequest> forLog = new ArrayDeque<>();

    private final ArrayList<Connection> paused = new ArrayList<>();
    private long bytes;

    Backlog(EngineOptions options) {
        this.options = options;
    }

    /** {@return whether nothing waits for the log} */
    boolean isEmpty() {
        return forLog.isEmpty();
    }

    /** Takes what waits for the log. */
    void add(PendingRequest pending) {
        forLog.add(pending);
        park(pending);
    }

    /** Puts a request behind the earlier ones of its connection, which is not read on when that is too much. */
    void park(PendingRequest pending) {
        bytes += pending.bytes;
        Connection connection = pending.connection;
        if (connection == null) {
            return;
        }
        connection.waiting.add(pending);
        if (!connection.paused
                && (connection.waiting.size() >= options.maxOutstandingPerConnection() || overloaded())) {
            connection.paused = true;
            paused.add(connection);
            connection.link.read(false);
        }
    }

    private boolean overloaded() {
        return forLog.size() >= options.maxOutstanding() || bytes >= options.maxOutstandingBytes();
    }

    /** {@return the first request whose time has come now that the log is durable up to this zxid, or null} */
    @Nullable
    PendingRequest poll(long forcedZxid) {
        PendingRequest first = forLog.peekFirst();
        if (first == null || first.zxid > forcedZxid) {
            return null;
        }
        bytes -= first.bytes;
        return forLog.pollFirst();
    }

    /** {@return the next request of a connection if it only waited for its turn and that has come, or null} */
    @Nullable
    PendingRequest pollParked(Connection connection) {
        PendingRequest next = connection.waiting.peekFirst();
        if (next == null || next.ordered) {
            return null;
        }
        bytes -= next.bytes;
        return connection.waiting.pollFirst();
    }

    /** Lets go of what only a connection waited for that is gone. */
    void forget(Connection connection) {
        for (PendingRequest pending : connection.waiting) {
            if (!pending.ordered) {
                bytes -= pending.bytes;
            }
        }
        connection.waiting.clear();
        paused.remove(connection);
    }

    /** Reads on from those that have caught up, unless there is still too much in all. */
    void resume() {
        if (paused.isEmpty() || overloaded()) {
            return;
        }
        for (int i = paused.size() - 1; i >= 0; i--) {
            Connection connection = paused.get(i);
            if (connection.waiting.size() <= options.maxOutstandingPerConnection() / 2) {
                connection.paused = false;
                paused.remove(i);
                connection.link.read(true);
            }
        }
    }

    @Override
    public String toString() {
        return "waiting=" + forLog.size() + " bytes=" + bytes + " paused=" + paused.size();
    }
}
