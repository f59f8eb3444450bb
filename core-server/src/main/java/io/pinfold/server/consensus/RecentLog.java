package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogChain;
import io.pinfold.server.storage.LogEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of the log in memory: everything that is not committed, and before that as much as fits. Entries have running
 * numbers, so that a place in it stays the same while its front is let go. Confined to its {@link Replica}.
 */
final class RecentLog {
    private LogEntry[] entries = new LogEntry[256];
    private long[] chains = new long[256];
    /** Number of the first entry that is kept; the slot is its remainder. */
    private long first;
    /** Number behind the last entry. */
    private long end;
    /** The entry before the first that is kept. */
    private long baseZxid;

    private long baseChain;
    private long bytes;

    RecentLog(long baseZxid, long baseChain) {
        this.baseZxid = baseZxid;
        this.baseChain = baseChain;
    }

    long lastZxid() {
        return end == first ? baseZxid : entries[slot(end - 1)].zxid();
    }

    long lastChain() {
        return end == first ? baseChain : chains[slot(end - 1)];
    }

    /** {@return the entry before everything that is kept} */
    long baseZxid() {
        return baseZxid;
    }

    long first() {
        return first;
    }

    long end() {
        return end;
    }

    LogEntry entry(long number) {
        return entries[slot(number)];
    }

    /** {@return the zxid before an entry} */
    long zxidBefore(long number) {
        return number == first ? baseZxid : entries[slot(number - 1)].zxid();
    }

    /** {@return the chain value before an entry} */
    long chainBefore(long number) {
        return number == first ? baseChain : chains[slot(number - 1)];
    }

    void append(LogEntry entry) {
        if (end - first == entries.length) {
            grow();
        }
        long chain = LogChain.next(lastChain(), entry);
        int slot = slot(end);
        entries[slot] = entry;
        chains[slot] = chain;
        end++;
        bytes += size(entry);
    }

    /** {@return the number of the first entry after a zxid; {@link #end} if there is none} */
    long after(long zxid) {
        long low = first;
        long high = end;
        while (low < high) {
            long middle = low + high >>> 1;
            if (entries[slot(middle)].zxid() > zxid) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Takes away everything after a zxid, which must not be before {@link #baseZxid}. */
    void cutAfter(long zxid) {
        long keep = after(zxid);
        while (end > keep) {
            end--;
            bytes -= size(entries[slot(end)]);
            entries[slot(end)] = null;
        }
    }

    /** Lets go of the oldest entries, up to a zxid at most, until no more than so many bytes are kept. */
    void trim(long upToZxid, long maxBytes) {
        while (bytes > maxBytes && first < end && entries[slot(first)].zxid() <= upToZxid) {
            int slot = slot(first);
            baseZxid = entries[slot].zxid();
            baseChain = chains[slot];
            bytes -= size(entries[slot]);
            entries[slot] = null;
            first++;
        }
    }

    /** Forgets everything: the log goes on behind a snapshot. */
    void restart(long zxid, long chain) {
        cutAfter(Long.MIN_VALUE);
        first = end;
        baseZxid = zxid;
        baseChain = chain;
    }

    /** {@return entries from a number on, of so many bytes unless one alone has more} */
    List<LogEntry> slice(long from, int maxBytes) {
        long to = from;
        int size = 0;
        while (to < end && (to == from || size + entries[slot(to)].payload().length <= maxBytes)) {
            size += entries[slot(to)].payload().length;
            to++;
        }
        List<LogEntry> slice = new ArrayList<>((int) (to - from));
        for (long number = from; number < to; number++) {
            slice.add(entries[slot(number)]);
        }
        return slice;
    }

    static long size(LogEntry entry) {
        return entry.payload().length + 64L;
    }

    private int slot(long number) {
        return (int) (number & entries.length - 1);
    }

    private void grow() {
        LogEntry[] moreEntries = new LogEntry[entries.length * 2];
        long[] moreChains = new long[entries.length * 2];
        for (long number = first; number < end; number++) {
            int slot = (int) (number & moreEntries.length - 1);
            moreEntries[slot] = entries[slot(number)];
            moreChains[slot] = chains[slot(number)];
        }
        entries = moreEntries;
        chains = moreChains;
    }
}
