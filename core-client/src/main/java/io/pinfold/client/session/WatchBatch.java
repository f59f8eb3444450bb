package io.pinfold.client.session;

import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches that are set anew by one request. Large sets are split, because a server closes connections with requests that
 * are too long. Immutable.
 *
 * @param request what is sent
 * @param persistent the paths of lasting watches on single znodes in it
 * @param recursive the paths of lasting watches on subtrees in it
 */
record WatchBatch(Request request, List<String> persistent, List<String> recursive) {
    static final int DATA = 0;
    static final int ABSENT = 1;
    static final int CHILDREN = 2;
    static final int PERSISTENT = 3;
    static final int RECURSIVE = 4;
    static final int MAX_BYTES = 128 << 10;

    /** Fills one batch after the other. Confined to the call that made it. */
    static final class Packer {
        private static final int MAX_BYTES_PER_CHAR = 3;

        private final long lastZxid;
        private final List<WatchBatch> batches = new ArrayList<>();
        private final List<List<String>> lists = new ArrayList<>();
        private long bytes;

        Packer(long lastZxid) {
            this.lastZxid = lastZxid;
            begin();
        }

        private void begin() {
            lists.clear();
            for (int kind = DATA; kind <= RECURSIVE; kind++) {
                lists.add(new ArrayList<>());
            }
            bytes = 0;
        }

        void add(int kind, String path) {
            long size = 4 + (long) path.length() * MAX_BYTES_PER_CHAR;
            if (bytes > 0 && bytes + size > MAX_BYTES) {
                flush();
            }
            lists.get(kind).add(path);
            bytes += size;
        }

        List<WatchBatch> finish() {
            if (bytes > 0) {
                flush();
            }
            return batches;
        }

        private void flush() {
            List<String> persistent = lists.get(PERSISTENT);
            List<String> recursive = lists.get(RECURSIVE);
            List<String> data = lists.get(DATA);
            List<String> absent = lists.get(ABSENT);
            List<String> children = lists.get(CHILDREN);
            // Servers before 3.6 know only the older form, which is enough for one-shot watches.
            Request request = persistent.isEmpty() && recursive.isEmpty()
                    ? new Request.SetWatches(lastZxid, data, absent, children)
                    : new Request.SetWatches2(lastZxid, data, absent, children, persistent, recursive);
            batches.add(new WatchBatch(request, List.copyOf(persistent), List.copyOf(recursive)));
            begin();
        }
    }
}
