package io.pinfold.testing.sim;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.Vote;
import io.pinfold.server.storage.LogChain;
import io.pinfold.server.storage.LogEntry;
import java.util.ArrayList;
import java.util.List;

/** What a member of an {@link EngineWorld} has made durable. Confined to the world's thread. */
final class EngineDisk {
    final long incarnation;
    final List<LogEntry> log = new ArrayList<>();
    Vote vote = Vote.NONE;
    boolean adopted;
    boolean founder;
    ClusterId cluster;
    byte[] key;

    EngineDisk(long incarnation) {
        this.incarnation = incarnation;
        this.cluster = new ClusterId(incarnation, incarnation);
        this.key = new byte[32];
        this.key[0] = (byte) incarnation;
    }

    long lastZxid() {
        return log.isEmpty() ? 0 : log.get(log.size() - 1).zxid();
    }

    long chainAt(long zxid) {
        long chain = 0;
        for (LogEntry entry : log) {
            if (entry.zxid() > zxid) {
                break;
            }
            chain = LogChain.next(chain, entry);
        }
        return chain;
    }
}
