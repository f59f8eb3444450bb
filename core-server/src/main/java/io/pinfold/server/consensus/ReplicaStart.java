package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import java.util.List;

/**
 * What the disk knew at the start. Immutable.
 *
 * @param cluster the cluster of the directory; of a new directory the one that it would found
 * @param adopted whether the directory belongs to that cluster
 * @param founder whether this member's votes mean something: it was there when its cluster began, or was taken in since
 * @param vote the last vote
 * @param membership the last one that the snapshot knows, or the configured one
 * @param membershipLogged whether the membership is from the snapshot
 * @param snapshotZxid the last entry that the restored state contains
 * @param snapshotChain the chain value after it
 * @param tail the entries of the log behind it, known to be durable, not known to be committed
 * @param forcedOnceZxid the highest zxid that was ever durable here, which damage may have taken away since
 */
public record ReplicaStart(
        ClusterId cluster,
        boolean adopted,
        boolean founder,
        Vote vote,
        Membership membership,
        boolean membershipLogged,
        long snapshotZxid,
        long snapshotChain,
        List<LogEntry> tail,
        long forcedOnceZxid) {}
