package io.pinfold.server.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Entries whose bytes follow from their zxid, and what a storage gives back. Stateless. */
final class Entries {
    static final StorageOptions SMALL = StorageOptions.defaults()
            .segmentBytes(StorageOptions.MIN_SEGMENT_BYTES)
            .zeroAheadBytes(4096)
            .entropy(bytes -> Arrays.fill(bytes, (byte) 7));

    private Entries() {}

    static LogEntry entry(long zxid) {
        return entry(zxid, (int) (zxid * 37 % 150));
    }

    static LogEntry entry(long zxid, int length) {
        byte[] payload = new byte[length];
        new Random(zxid).nextBytes(payload);
        return new LogEntry(zxid, payload);
    }

    static List<LogEntry> range(long from, long to) {
        List<LogEntry> entries = new ArrayList<>();
        for (long zxid = from; zxid <= to; zxid++) {
            entries.add(entry(zxid));
        }
        return entries;
    }

    static void appendForced(Storage storage, long from, long to) throws IOException {
        for (long zxid = from; zxid <= to; zxid++) {
            storage.append(List.of(entry(zxid)));
            storage.force();
        }
    }

    /** {@return "zxid/hash of the bytes" of every entry after a zxid} */
    static List<String> replayed(Storage storage, long after) throws IOException {
        List<LogEntry> entries = new ArrayList<>();
        storage.replay(after, entries::add);
        return shown(entries);
    }

    static List<String> shown(List<LogEntry> entries) {
        return entries.stream()
                .map(entry -> entry.zxid() + "/" + entry.payload().length + "/" + Arrays.hashCode(entry.payload()))
                .toList();
    }

    /** {@return where the record of an entry begins when zxids 1, 2, 3... stand in the first file} */
    static int offset(long zxid) {
        int offset = SegmentHeader.BYTES;
        for (long before = 1; before < zxid; before++) {
            offset += RecordFormat.recordBytes(entry(before).payload().length);
        }
        return offset;
    }
}
