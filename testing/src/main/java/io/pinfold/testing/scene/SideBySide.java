package io.pinfold.testing.scene;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints how Curator and Pinfold took the same trouble, in one line of the log of the tests. Stateless. */
public final class SideBySide {
    private static final Logger LOG = LoggerFactory.getLogger("comparison");

    private SideBySide() {}

    /**
     * Prints what became of a trouble.
     *
     * @param trouble what happened to both
     * @param curators what Curator made of it
     * @param ours what Pinfold made of it
     */
    public static void print(String trouble, Object curators, Object ours) {
        LOG.info("{}\n    Curator: {}\n    Pinfold: {}", trouble, curators, ours);
    }
}
