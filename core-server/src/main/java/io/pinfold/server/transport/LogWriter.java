package io.pinfold.server.transport;

import io.pinfold.server.storage.LogEntry;
import java.util.List;

/**
 * Makes transactions durable, in order, without making the node loop wait. Confined to the node loop, except for closing,
 * which any thread may do.
 */
public interface LogWriter extends AutoCloseable {
    /** Who is told that transactions are durable; called on any thread. */
    interface Listener {
        void onForced(long zxid);

        void onFailed(String reason, Throwable cause);
    }

    /** Starts; must be called once before anything is appended. */
    void start(Listener listener);

    /** Takes transactions over; called on the node loop. */
    void append(List<LogEntry> entries);

    /** Makes durable what was taken over, then stops. */
    @Override
    void close();

    /** {@return a writer that keeps nothing, for servers that live in memory} */
    static LogWriter none() {
        return new LogWriter() {
            private Listener listener = new Listener() {
                @Override
                public void onForced(long zxid) {}

                @Override
                public void onFailed(String reason, Throwable cause) {}
            };

            @Override
            public void start(Listener told) {
                listener = told;
            }

            @Override
            public void append(List<LogEntry> entries) {
                listener.onForced(entries.get(entries.size() - 1).zxid());
            }

            @Override
            public void close() {}
        };
    }
}
