package io.pinfold.server.engine;

import io.pinfold.server.tree.AccessControl;
import io.pinfold.server.tree.Authorizer;

/**
 * What clients may do. Immutable. All members of an ensemble have the same.
 *
 * @param aclsEnforced whether access control lists protect anything
 * @param superDigest the {@code digest} identity of the super user, {@code user:hash}; empty for none
 */
public record Policy(boolean aclsEnforced, String superDigest) {
    /** Lists are enforced, and nobody is the super user. */
    public static final Policy DEFAULT = new Policy(true, "");

    private static final Authorizer ENFORCED = new AccessControl();

    Authorizer authorizer() {
        return aclsEnforced ? ENFORCED : Authorizer.OPEN;
    }
}
