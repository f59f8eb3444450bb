package io.pinfold.server;

/**
 * How much of the memory goes to what clients can make grow; most of it is left for the data. Immutable.
 *
 * @param heldBytes unread replies and unfinished requests of all connections
 * @param outstandingBytes requests and transactions that wait for the disk
 * @param connections connections of clients
 * @param watches watches of all connections
 * @param sessions sessions of the whole cluster
 * @param recentBytes committed transactions kept in memory for peers that are behind; others are read from the disk
 */
record MemoryShares(
        long heldBytes, long outstandingBytes, int connections, int watches, int sessions, long recentBytes) {
    private static final long MIB = 1 << 20;
    private static final long MOST_OUTSTANDING_BYTES = 64 * MIB;
    private static final long MOST_RECENT_BYTES = 32 * MIB;
    private static final int MOST_CONNECTIONS = 10_000_000;
    /** A connection with its session takes less than 3 KiB, and connections may take half of the heap. */
    private static final int HEAP_BYTES_FOR_EACH_CONNECTION = 6 * 1024;

    private static final int MOST_WATCHES = 10_000_000;
    /** A watch takes about 200 bytes, and watches may take two fifths of the heap. */
    private static final int HEAP_BYTES_FOR_EACH_WATCH = 512;

    private static final int MOST_SESSIONS = 10_000_000;
    /** A session takes about 250 bytes, and sessions may take a quarter of the heap. */
    private static final int HEAP_BYTES_FOR_EACH_SESSION = 1024;

    /** {@return the shares of a heap, with another budget for connections if one is set} */
    static MemoryShares of(long heapBytes, long connectionMemory) {
        return new MemoryShares(
                connectionMemory > 0 ? connectionMemory : Math.max(16 * MIB, heapBytes / 4),
                Math.max(8 * MIB, Math.min(MOST_OUTSTANDING_BYTES, heapBytes / 8)),
                (int) Math.min(MOST_CONNECTIONS, heapBytes / HEAP_BYTES_FOR_EACH_CONNECTION),
                (int) Math.min(MOST_WATCHES, heapBytes / HEAP_BYTES_FOR_EACH_WATCH),
                (int) Math.min(MOST_SESSIONS, heapBytes / HEAP_BYTES_FOR_EACH_SESSION),
                Math.max(MIB, Math.min(MOST_RECENT_BYTES, heapBytes / 16)));
    }
}
