package io.pinfold.framework;

import io.pinfold.ZnodePath;
import io.pinfold.client.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A subtree as it was at one moment of the ensemble's history. Immutable; shares what did not change with the snapshots
 * before and after it.
 *
 * <p>The metadata of a znode are those of its last reading, which is the last change of its data or its parent's last
 * resync: {@code cversion}, {@code pzxid} and {@code numChildren} may be older than the snapshot. Ask for the
 * {@linkplain #children children} instead.
 */
public final class TreeSnapshot {
    private final String root;
    private final long zxid;
    private final boolean exact;
    private final @Nullable SortedTree<Node> nodes;

    TreeSnapshot(String root, long zxid, boolean exact, @Nullable SortedTree<Node> nodes) {
        this.root = root;
        this.zxid = zxid;
        this.exact = exact;
        this.nodes = nodes;
    }

    /** {@return the path of the znode at the top} */
    public String root() {
        return root;
    }

    /** {@return the zxid of the last change that this snapshot shows; 0 if there was none} */
    public long zxid() {
        return zxid;
    }

    /**
     * {@return whether the subtree looked exactly like this when {@link #zxid()} had happened}
     *
     * <p>Always, except while changes come in so fast for a second or more that the reading of one is overtaken by the
     * next, again and again: then some znodes may be shown in a later state than others.
     */
    public boolean exact() {
        return exact;
    }

    /** {@return how many znodes there are, the one at the top included} */
    public int size() {
        return SortedTree.size(nodes);
    }

    /**
     * {@return the znode at a path, if there is one}
     *
     * @param path a whole path, not one relative to the top
     */
    public Optional<Node> get(String path) {
        return Optional.ofNullable(find(path));
    }

    /**
     * {@return the names of the znode's children, sorted}
     *
     * @param path a whole path
     */
    public List<String> children(String path) {
        String prefix = prefix(path);
        List<String> names = new ArrayList<>();
        String at = SortedTree.ceiling(nodes, prefix);
        while (at != null && at.startsWith(prefix)) {
            int end = at.indexOf('/', prefix.length());
            if (end < 0 && at.length() > prefix.length()) {
                names.add(at.substring(prefix.length()));
            }
            // The descendants of a child do not follow at once: "a-b" stands between "a" and "a/b".
            at = SortedTree.ceiling(nodes, end < 0 ? at + '\0' : after(at.substring(0, end + 1)));
        }
        return names;
    }

    /** {@return all znodes in the order of their paths, the one at the top first} */
    public List<Node> nodes() {
        List<Node> all = new ArrayList<>(size());
        SortedTree.forEach(nodes, "", "\uffff", all::add);
        return all;
    }

    /**
     * {@return all znodes below another one, in the order of their paths}
     *
     * @param path a whole path
     */
    public List<Node> below(String path) {
        List<Node> found = new ArrayList<>();
        String prefix = prefix(path);
        SortedTree.forEach(nodes, prefix, after(prefix), node -> {
            if (node.path().length() > prefix.length()) {
                found.add(node);
            }
        });
        return found;
    }

    @Override
    public String toString() {
        return "TreeSnapshot[" + root + ", zxid 0x" + Long.toHexString(zxid) + ", " + size() + " znodes]";
    }

    @Nullable
    Node find(String path) {
        return SortedTree.get(nodes, path);
    }

    static String prefix(String path) {
        return path.equals(ZnodePath.ROOT) ? path : path + '/';
    }

    /** {@return the first text behind all that begin with a prefix} */
    static String after(String prefix) {
        return prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1);
    }
}
