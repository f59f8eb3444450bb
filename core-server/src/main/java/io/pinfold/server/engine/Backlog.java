package io.pinfold.server.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests whose replies must wait, how many bytes they hold, and the connections that are not read because of that.
 * Confined to the node loop.
 */
final class Backlog {
    private final EngineOptions options;
    /** What was decided and waits for the log, in the order of the decisions. */
    private final ArrayDeque<PendingRequest> forLog = new ArrayDeque<>();

    private final ArrayList<Connection> paused = new ArrayList<>();
    private int ordered;
    private long bytes;

    Backlog(EngineOptions options) {
        this.options = options;
    }

    /** Takes what was decided and waits for the log. */
    void await(PendingRequest pending) {
        forLog.add(pending);
    }

    /** Puts a request behind the earlier ones of its connection, which is not read on when that is too much. */
    void park(PendingRequest pending) {
        bytes += pending.bytes;
        if (pending.kind.isDecided()) {
            ordered++;
        }
        Connection connection = pending.connection;
        connection.waiting.add(pending);
        pauseIfTooMuch(connection);
    }

    private void pauseIfTooMuch(Connection connection) {
        if (!connection.paused
                && (connection.waiting.size() >= options.maxOutstandingPerConnection() || overloaded())) {
            connection.paused = true;
            paused.add(connection);
            connection.link.read(false);
        }
    }

    /** The transaction of a request is kept as well. */
    void grow(PendingRequest pending, int more) {
        pending.bytes += more;
        bytes += more;
        pauseIfTooMuch(pending.connection);
    }

    private boolean overloaded() {
        return ordered >= options.maxOutstanding() || bytes >= options.maxOutstandingBytes();
    }

    /** {@return the first decided request whose time has come when everything up to this zxid is applied, or null} */
    @Nullable
    PendingRequest poll(long appliedZxid) {
        PendingRequest first = forLog.peekFirst();
        return first == null || first.zxid > appliedZxid ? null : forLog.pollFirst();
    }

    /** {@return what was decided but did not come through the log} It is not waited for any more. */
    List<PendingRequest> takeUndone() {
        List<PendingRequest> undone = new ArrayList<>(forLog);
        forLog.clear();
        return undone;
    }

    /** A request has its answer; it is the first of its connection, or a ping. */
    void release(PendingRequest pending) {
        if (pending.connection.waiting.peekFirst() == pending) {
            pending.connection.waiting.pollFirst();
        } else {
            pending.connection.waiting.remove(pending);
        }
        forget(pending);
    }

    private void forget(PendingRequest pending) {
        bytes -= pending.bytes;
        if (pending.kind.isDecided()) {
            ordered--;
        }
    }

    /** Lets go of what only a connection waited for that is gone. */
    void forget(Connection connection) {
        connection.waiting.forEach(this::forget);
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

    int ordered() {
        return ordered;
    }

    /** {@return the connections that are not read because too much waits} */
    List<Connection> paused() {
        return paused;
    }

    @Override
    public String toString() {
        return "waiting=" + ordered + " bytes=" + bytes + " paused=" + paused.size();
    }
}
