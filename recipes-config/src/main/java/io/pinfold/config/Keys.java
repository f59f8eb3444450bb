package io.pinfold.config;

import io.pinfold.ZnodePath;

/** Keys below a root, and the paths that they stand for. Immutable. */
record Keys(String root) {
    Keys {
        ZnodePath.check(root);
    }

    /** {@return the path of a key; refuses what is no path} */
    String path(String key) {
        return key.isEmpty() ? root : ZnodePath.check(root.equals(ZnodePath.ROOT) ? '/' + key : root + '/' + key);
    }

    /** {@return the key of a path below the root; the empty one for the root itself} */
    String key(String path) {
        return path.length() == root.length()
                ? ""
                : path.substring(root.equals(ZnodePath.ROOT) ? 1 : root.length() + 1);
    }
}
