package io.pinfold.server.storage;

import java.util.List;

/**
 * A piece of the log. Immutable.
 *
 * @param previousZxid the entry before the first of these
 * @param previousChain the chain value after that entry
 * @param entries what follows; none at the end of the log
 */
public record LogSlice(long previousZxid, long previousChain, List<LogEntry> entries) {}
