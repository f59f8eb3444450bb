package io.pinfold.testing.sim.oracle;

import io.pinfold.server.storage.LogChain;
import io.pinfold.server.storage.LogEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The same zxid means the same history, on every member. */
final class LogMatching implements Invariant {
    private static final long UNKNOWN = 0;

    /** The chain value behind each zxid that anybody ever had. */
    private final Map<Long, Long> chains = new HashMap<>();
    /** The zxids in each member's log. */
    private final Map<Integer, TreeMap<Long, Long>> logs = new HashMap<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Appended appended) {
            append(log(appended.member()), appended.member(), appended.entry());
        } else if (fact instanceof Fact.Cut cut) {
            log(cut.member()).tailMap(cut.zxid(), false).clear();
        } else if (fact instanceof Fact.Restarted restarted) {
            log(restarted.member()).tailMap(restarted.lastZxid(), false).clear();
        } else if (fact instanceof Fact.Installed installed) {
            TreeMap<Long, Long> log = log(installed.member());
            log.clear();
            log.put(installed.zxid(), chains.getOrDefault(installed.zxid(), UNKNOWN));
        }
    }

    private TreeMap<Long, Long> log(int member) {
        return logs.computeIfAbsent(member, m -> new TreeMap<>());
    }

    private void append(TreeMap<Long, Long> log, int member, LogEntry entry) {
        long before = log.isEmpty() ? 0 : log.lastEntry().getValue();
        if (!log.isEmpty() && log.lastKey() >= entry.zxid()) {
            throw broken("member " + member + " appended 0x" + Long.toHexString(entry.zxid()) + " behind 0x"
                    + Long.toHexString(log.lastKey()));
        }
        long chain = LogChain.next(before, entry);
        Long known = chains.putIfAbsent(entry.zxid(), chain);
        if (known != null && known != chain) {
            throw broken("member " + member + " has another history up to 0x" + Long.toHexString(entry.zxid()));
        }
        log.put(entry.zxid(), chain);
    }
}
