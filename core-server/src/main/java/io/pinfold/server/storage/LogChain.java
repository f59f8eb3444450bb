package io.pinfold.server.storage;

/** The value that stands for a whole history: equal values, equal entries. Stateless. */
public final class LogChain {
    private LogChain() {}

    /** {@return the chain value after an entry, made of the value before it and of its content} */
    public static long next(long previous, LogEntry entry) {
        return Checksums.chain(previous, entry.zxid(), Checksums.content(entry.zxid(), entry.payload()));
    }
}
