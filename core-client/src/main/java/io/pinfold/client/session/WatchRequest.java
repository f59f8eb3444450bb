package io.pinfold.client.session;

/**
 * A watch that comes into being if the call that carries it succeeds. Immutable.
 *
 * @param kind what is watched
 * @param path the znode, as the server calls it
 * @param target who is told
 */
public record WatchRequest(Kind kind, String path, WatchTarget target) {
    /** The kinds of watches, as calls set them. */
    public enum Kind {
        /** One-shot, on a znode that was read. */
        DATA,
        /** One-shot, on a znode that may not exist; set by asking for its metadata. */
        EXISTS,
        /** One-shot, on a set of children. */
        CHILDREN,
        /** Lasting, on one znode. */
        PERSISTENT,
        /** Lasting, on a znode and everything below it. */
        RECURSIVE;

        boolean isLasting() {
            return this == PERSISTENT || this == RECURSIVE;
        }
    }
}
