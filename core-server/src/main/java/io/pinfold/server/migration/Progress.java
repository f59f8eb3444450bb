package io.pinfold.server.migration;

/** Is told how far the work is. Called in the thread that does it. */
@FunctionalInterface
public interface Progress {
    /** Nobody who wants to know. */
    Progress NONE = bytes -> {};

    /**
     * More was read, or written.
     *
     * @param bytes how much more
     */
    void moved(long bytes);
}
