package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogChain;
import io.pinfold.server.storage.LogEntry;
import java.util.ArrayList;
import java.util.List;

/** What one replica of a {@link SmallCluster} has made durable: a log that continues a snapshot, and a vote. */
final class SmallDisk {
    final ClusterId cluster;
    final long incarnation;
    boolean adopted;
    boolean founder;
    ClusterId adoptedCluster;
    Vote vote = Vote.NONE;
    long snapshotZxid;
    long snapshotChain;
    List<LogEntry> snapshotHistory = List.of();
    Membership snapshotMembership;
    /** The highest zxid of which the disk knows that it was durable, though it may be damaged since. */
    long durableOnce;
    /** What was durable and is damaged. */
    final List<LogEntry> damaged = new ArrayList<>();

    final List<LogEntry> log = new ArrayList<>();

    SmallDisk(long number) {
        cluster = new ClusterId(number, number);
        incarnation = number;
        adoptedCluster = cluster;
    }

    long chainAt(long zxid) {
        long chain = snapshotChain;
        for (LogEntry entry : log) {
            if (entry.zxid() > zxid) {
                break;
            }
            chain = LogChain.next(chain, entry);
        }
        return chain;
    }

    void cutAfter(long zxid) {
        log.removeIf(entry -> entry.zxid() > zxid);
    }

    /** Makes unreadable what follows on so many entries. */
    void damageAfter(int kept) {
        List<LogEntry> lost = log.subList(kept, log.size());
        if (!lost.isEmpty()) {
            durableOnce = Math.max(durableOnce, log.get(log.size() - 1).zxid());
            damaged.addAll(lost);
            lost.clear();
        }
    }

    /** {@return whether this member's votes mean anything} */
    boolean isVoting() {
        return founder || snapshotMembership != null;
    }

    boolean isDamaged() {
        return durableOnce
                > (log.isEmpty() ? snapshotZxid : log.get(log.size() - 1).zxid());
    }

    void compact(long zxid, List<LogEntry> history, Membership membership) {
        snapshotChain = chainAt(zxid);
        snapshotZxid = zxid;
        snapshotHistory = List.copyOf(history);
        snapshotMembership = membership;
        log.removeIf(entry -> entry.zxid() <= zxid);
    }
}
