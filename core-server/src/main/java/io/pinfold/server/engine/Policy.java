package io.pinfold.server.engine;

import io.pinfold.server.tree.AccessControl;
import io.pinfold.server.tree.Authorizer;
import io.pinfold.server.tree.PreparerOptions;
import java.util.function.Consumer;

/**
 * What clients may do, and what the server does by itself. Immutable. All members of an ensemble have the same.
 *
 * @param aclsEnforced whether access control lists protect anything
 * @param superDigest the {@code digest} identity of the super user, {@code user:hash}; empty for none
 * @param extendedTypes whether znodes may have a time to live
 * @param quotasEnforced whether hard quotas refuse what goes beyond them
 * @param reconfigEnabled whether clients may change who belongs to the ensemble
 * @param readOnlyMode whether clients that ask for it are served reads while there is no quorum
 * @param removal how the leader deletes containers and znodes whose time to live is over
 */
public record Policy(
        boolean aclsEnforced,
        String superDigest,
        boolean extendedTypes,
        boolean quotasEnforced,
        boolean reconfigEnabled,
        boolean readOnlyMode,
        Removal removal) {
    /** Lists are enforced, nobody is the super user, no znode has a time to live, and no quota binds. */
    public static final Policy DEFAULT = new Policy(true, "", false, false, new Removal(60_000, 10_000, 0));

    /** Makes a policy under which the members stay as they are. */
    public Policy(
            boolean aclsEnforced, String superDigest, boolean extendedTypes, boolean quotasEnforced, Removal removal) {
        this(aclsEnforced, superDigest, extendedTypes, quotasEnforced, false, removal);
    }

    /** Makes a policy under which nobody is served without a quorum. */
    public Policy(
            boolean aclsEnforced,
            String superDigest,
            boolean extendedTypes,
            boolean quotasEnforced,
            boolean reconfigEnabled,
            Removal removal) {
        this(aclsEnforced, superDigest, extendedTypes, quotasEnforced, reconfigEnabled, false, removal);
    }

    private static final Authorizer ENFORCED = new AccessControl();

    /**
     * How the leader deletes znodes by itself. Immutable.
     *
     * @param intervalMillis how long it waits between two looks at all of them
     * @param perMinute how many it deletes in a minute at most
     * @param neverUsedMillis after what time a container goes that never had children; 0 for never
     */
    public record Removal(int intervalMillis, int perMinute, long neverUsedMillis) {}

    Authorizer authorizer() {
        return aclsEnforced ? ENFORCED : Authorizer.OPEN;
    }

    PreparerOptions preparerOptions(int maxTxnBytes, Consumer<String> softQuota) {
        return new PreparerOptions(authorizer(), maxTxnBytes, extendedTypes, quotasEnforced, softQuota);
    }
}
