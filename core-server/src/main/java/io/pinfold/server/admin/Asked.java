package io.pinfold.server.admin;

import io.pinfold.server.engine.Inspection;

/**
 * One question of an operator. Confined to the node loop.
 *
 * @param facts what does not change
 * @param seen the member
 * @param nowNanos the time on the engine's clock
 * @param directory what is on the disk; nothing if the question is not about it
 */
record Asked(MemberFacts facts, Inspection seen, long nowNanos, DirectoryFacts directory) {
    /** {@return whether clients are served, if only with reads} */
    boolean isServing() {
        return seen.status().serving() || seen.readOnly();
    }
}
