package io.pinfold.server.tree;

import io.pinfold.ZnodePath;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which subtrees have a quota. A quota of {@code /a/b} is the data of
 * {@code /zookeeper/quota/a/b/zookeeper_limits}, and what is used of it that of {@code zookeeper_stats} beside it; clients
 * make both with ordinary requests. A znode counts for the nearest quota at or above it, and for no other. Belongs to the
 * {@link DataTree}.
 */
final class Quotas {
    private static final String PREFIX = DataTree.SYSTEM_QUOTA + "/";
    private static final String LIMITS = "/zookeeper_limits";
    private static final String STATS = "/zookeeper_stats";

    /** Looked up by the path of the subtree only, never iterated. */
    private final HashMap<String, Quota> byPath = new HashMap<>();

    /** The quota of one subtree. */
    static final class Quota {
        final String path;
        final Znode limits;
        /** What is used; without it, nothing is counted and nothing binds. */
        @Nullable
        Znode stats;

        Quota(String path, Znode limits, @Nullable Znode stats) {
            this.path = path;
            this.limits = limits;
            this.stats = stats;
        }
    }

    /** What a change does to a quota. */
    enum Verdict {
        WITHIN,
        BEYOND_SOFT,
        BEYOND_HARD
    }

    boolean isEmpty() {
        return byPath.isEmpty();
    }

    private static @Nullable String subtree(String path, String name) {
        boolean named =
                path.length() >= PREFIX.length() + name.length() && path.startsWith(PREFIX) && path.endsWith(name);
        return named ? path.substring(PREFIX.length() - 1, path.length() - name.length()) : null;
    }

    /** A znode came into being. */
    void created(Znode node, DataTree tree) {
        if (node.path().startsWith(PREFIX)) {
            add(node, tree);
            String counted = subtree(node.path(), STATS);
            if (counted != null) {
                countAll(counted, node, tree);
            }
        }
        count(node, 1, node.dataLength(), tree);
    }

    /** A znode may be one that makes a quota. */
    void add(Znode node, DataTree tree) {
        String limited = subtree(node.path(), LIMITS);
        if (limited != null) {
            byPath.put(limited, new Quota(limited, node, tree.get(DataTree.SYSTEM_QUOTA + limited + STATS)));
        }
        Quota counting = ofStats(node);
        if (counting != null) {
            counting.stats = node;
        }
    }

    /** A znode goes; it still knows its parent. */
    void deleted(Znode node, DataTree tree) {
        if (node.path().startsWith(PREFIX)) {
            remove(node);
        }
        count(node, -1, -node.dataLength(), tree);
    }

    private void remove(Znode node) {
        String limited = subtree(node.path(), LIMITS);
        if (limited != null) {
            byPath.remove(limited);
        }
        Quota counting = ofStats(node);
        if (counting != null) {
            counting.stats = null;
        }
    }

    /** A change counts for the quota of its znode, if it has one. */
    void count(Znode node, int count, int bytes, DataTree tree) {
        Quota quota = byPath.isEmpty() ? null : of(node);
        Znode stats = quota == null ? null : quota.stats;
        if (stats != null) {
            tree.keep(stats, used(amount(stats.data, "count") + count, amount(stats.data, "bytes") + bytes));
        }
    }

    /** Writes down what a subtree uses; later changes are added to that. */
    private static void countAll(String path, Znode stats, DataTree tree) {
        long count = 0;
        long bytes = 0;
        Znode top = tree.get(path);
        Znode end = top == null ? null : top.nextOutside();
        for (Znode node = top; node != null && node != end; node = node.nextInPreOrder()) {
            count++;
            bytes += node.dataLength();
        }
        tree.keep(stats, used(count, bytes));
    }

    private @Nullable Quota ofStats(Znode node) {
        String counted = subtree(node.path(), STATS);
        return counted == null ? null : byPath.get(counted);
    }

    /** The quota for which a znode counts. */
    @Nullable
    Quota of(Znode node) {
        for (Znode at = node; at != null; at = at.parent) {
            Quota quota = byPath.get(at.path());
            if (quota != null) {
                return quota;
            }
        }
        return null;
    }

    /** The quota for which a znode with this path would count. */
    @Nullable
    Quota of(String path) {
        for (String at = path; at.length() > 1; at = ZnodePath.parent(at)) {
            Quota quota = byPath.get(at);
            if (quota != null) {
                return quota;
            }
        }
        return null;
    }

    /**
     * What a change would do.
     *
     * @param count by how many znodes it and what is in flight before it change what is used
     * @param bytes by how many bytes
     * @param changesCount whether the change itself is one of the number of znodes
     * @param changesBytes whether the change itself is one of the bytes
     */
    static Verdict judge(Quota quota, long count, long bytes, boolean changesCount, boolean changesBytes) {
        Znode stats = quota.stats;
        if (stats == null) {
            return Verdict.WITHIN;
        }
        byte[] limits = quota.limits.data;
        Verdict ofCount = changesCount
                ? judge(amount(stats.data, "count") + count, amount(limits, "count"), amount(limits, "countHardLimit"))
                : Verdict.WITHIN;
        Verdict ofBytes = changesBytes
                ? judge(amount(stats.data, "bytes") + bytes, amount(limits, "bytes"), amount(limits, "byteHardLimit"))
                : Verdict.WITHIN;
        return ofCount.compareTo(ofBytes) >= 0 ? ofCount : ofBytes;
    }

    /** Only the hard limit counts where there is one; −1 is none. */
    private static Verdict judge(long used, long soft, long hard) {
        if (hard > -1) {
            return used > hard ? Verdict.BEYOND_HARD : Verdict.WITHIN;
        }
        return soft > -1 && used > soft ? Verdict.BEYOND_SOFT : Verdict.WITHIN;
    }

    /** What is used, as clients read it. */
    static byte[] used(long count, long bytes) {
        return ("count=" + count + ",bytes=" + bytes).getBytes(StandardCharsets.US_ASCII);
    }

    /** The number behind a name in a text like {@code count=5,bytes=-1=;byteHardLimit=7}; −1 if there is none. */
    static long amount(byte @Nullable [] text, String name) {
        if (text == null) {
            return -1;
        }
        for (String pair : new String(text, StandardCharsets.UTF_8).split("[,;]")) {
            String[] parts = pair.split("=", 3);
            if (parts.length > 1 && parts[0].equals(name)) {
                return number(parts[1]);
            }
        }
        return -1;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1; // a client wrote it; what cannot be read does not bind
        }
    }
}
