package io.pinfold.server.storage;

import java.io.IOException;

/** Receives the entries of the log in order. Called on the thread that replays. */
@FunctionalInterface
public interface EntryConsumer {
    /** Takes one entry; a failure ends the replay and reaches its caller. */
    void accept(LogEntry entry) throws IOException;
}
