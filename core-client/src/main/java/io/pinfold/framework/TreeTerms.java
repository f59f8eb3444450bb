package io.pinfold.framework;

import io.pinfold.ZnodePath;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which part of the tree is watched, and how much of it is kept. Immutable.
 *
 * @param root the znode at the top
 * @param maxDepth how many levels below the top
 * @param withData whether data are kept, or only metadata
 * @param leftOut of which paths nothing is kept, nor of what is below them
 */
record TreeTerms(String root, int maxDepth, boolean withData, Predicate<String> leftOut) {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedTree.class);

    boolean covers(String path) {
        return depth(path) <= maxDepth && !isLeftOut(path);
    }

    boolean coversChildrenOf(String path) {
        return depth(path) < maxDepth;
    }

    private boolean isLeftOut(String path) {
        for (String at = path; at.length() > root.length(); at = ZnodePath.parent(at)) {
            if (saysLeftOut(at)) {
                return true;
            }
        }
        return false;
    }

    /** Users' code: if it throws the tree goes on, with the znode rather than without it. */
    private boolean saysLeftOut(String path) {
        try {
            return leftOut.test(path);
        } catch (RuntimeException e) {
            LOG.warn("watched-tree-choice-failed path={}", path, e);
            return false;
        }
    }

    private int depth(String path) {
        if (path.length() == root.length()) {
            return 0;
        }
        int depth = root.equals(ZnodePath.ROOT) ? 1 : 0;
        for (int at = root.length(); at < path.length(); at++) {
            depth += path.charAt(at) == '/' ? 1 : 0;
        }
        return depth;
    }
}
