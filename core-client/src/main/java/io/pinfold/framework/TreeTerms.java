package io.pinfold.framework;

import io.pinfold.ZnodePath;

/**
 * Which part of the tree is watched, and how much of it is kept. Immutable.
 *
 * @param root the znode at the top
 * @param maxDepth how many levels below the top
 * @param withData whether data are kept, or only metadata
 */
record TreeTerms(String root, int maxDepth, boolean withData) {
    boolean covers(String path) {
        return depth(path) <= maxDepth;
    }

    boolean coversChildrenOf(String path) {
        return depth(path) < maxDepth;
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
