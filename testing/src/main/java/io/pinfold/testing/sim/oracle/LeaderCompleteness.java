package io.pinfold.testing.sim.oracle;

import io.pinfold.server.storage.LogEntry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whoever leads has every entry that was committed in earlier epochs. Who is elected while a later epoch has begun can commit
 * nothing, and need not have what that has. That what was committed stays is the model's own promise.
 */
final class LeaderCompleteness implements Invariant {
    /** A member's log: what it appended, behind a snapshot. */
    private static final class Log {
        final TreeMap<Long, LogEntry> entries = new TreeMap<>();
        long snapshotZxid;
    }

    private final Map<Integer, Log> logs = new HashMap<>();
    private final TreeMap<Long, LogEntry> committed = new TreeMap<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Committed one && scene.newStep() != null) {
            committed.put(one.entry().zxid(), one.entry());
        } else if (fact instanceof Fact.Appended appended) {
            log(appended.member()).entries.put(appended.entry().zxid(), appended.entry());
        } else if (fact instanceof Fact.Cut cut) {
            log(cut.member()).entries.tailMap(cut.zxid(), false).clear();
        } else if (fact instanceof Fact.Restarted restarted) {
            log(restarted.member()).entries.tailMap(restarted.lastZxid(), false).clear();
        } else if (fact instanceof Fact.Installed installed) {
            Log log = log(installed.member());
            log.entries.clear();
            log.snapshotZxid = installed.zxid();
        } else if (fact instanceof Fact.Led led) {
            requireAll(led);
        }
    }

    private Log log(int member) {
        return logs.computeIfAbsent(member, m -> new Log());
    }

    private void requireAll(Fact.Led led) {
        Log log = log(led.member());
        long end = led.epoch() << 32;
        for (LogEntry entry : committed.tailMap(log.snapshotZxid, false).values()) {
            if (entry.zxid() >= end) {
                return;
            }
            LogEntry own = log.entries.get(entry.zxid());
            if (own == null || !Arrays.equals(own.payload(), entry.payload())) {
                throw broken("member " + led.member() + " leads epoch " + led.epoch() + " without 0x"
                        + Long.toHexString(entry.zxid()) + ", which was committed");
            }
        }
    }
}
