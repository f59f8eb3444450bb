package io.pinfold.client;

/**
 * Translates between the paths of this client's users and those of the server. The server's own {@code /zookeeper} is
 * the same on both sides. Immutable.
 *
 * @param prefix a path without trailing slash, or empty for none
 */
record Chroot(String prefix) {
    private static final String SYSTEM = "/zookeeper";

    /** {@return what is below one of this one's paths} */
    Chroot below(String path) {
        return path.length() == 1 ? this : new Chroot(prefix + path);
    }

    String toServer(String path) {
        if (prefix.isEmpty() || isSystem(path)) {
            return path;
        }
        return path.length() == 1 ? prefix : prefix + path;
    }

    /** As {@link #toServer}, for the beginning of a path. */
    String prefixToServer(String beginning) {
        return prefix.isEmpty() || isSystem(beginning) ? beginning : prefix + beginning;
    }

    String toUser(String path) {
        if (prefix.isEmpty() || !path.startsWith(prefix)) {
            return path;
        }
        if (path.length() == prefix.length()) {
            return "/";
        }
        return path.charAt(prefix.length()) == '/' ? path.substring(prefix.length()) : path;
    }

    private static boolean isSystem(String path) {
        return path.startsWith(SYSTEM) && (path.length() == SYSTEM.length() || path.charAt(SYSTEM.length()) == '/');
    }
}
