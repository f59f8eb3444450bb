package io.pinfold.client;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import java.time.Duration;
import java.util.List;

/**
 * How to create a znode. Immutable: each method returns a changed copy.
 *
 * @param mode the kind of znode
 * @param acl who may do what
 * @param ttl idle time after which the server deletes it; zero for modes without TTL
 * @param parents whether missing parents are created as container znodes
 * @param guarded whether the name gets a unique prefix ({@code _c_GUID-}, Apache Curator's layout), by which the client
 *     finds out after a lost reply whether the znode was created; the call then never fails with
 *     {@link io.pinfold.OutcomeUnknownException} while the session lives. If that cannot be found out before the call's
 *     deadline, the call fails with {@link io.pinfold.OperationTimeoutException} and the znode, should it exist, is
 *     deleted in the background
 */
public record CreateOptions(CreateMode mode, List<Acl> acl, Duration ttl, boolean parents, boolean guarded) {
    /** Persistent, open to everybody. */
    public static final CreateOptions PERSISTENT = of(CreateMode.PERSISTENT);
    /** Ephemeral, open to everybody. */
    public static final CreateOptions EPHEMERAL = of(CreateMode.EPHEMERAL);
    /** Ephemeral and sequential, open to everybody. */
    public static final CreateOptions EPHEMERAL_SEQUENTIAL = of(CreateMode.EPHEMERAL_SEQUENTIAL);

    /**
     * Keeps its own copy of the list.
     *
     * @param mode the kind of znode
     * @param acl who may do what
     * @param ttl idle time after which the server deletes it
     * @param parents whether missing parents are created
     * @param guarded whether the name gets a unique prefix
     */
    public CreateOptions {
        acl = List.copyOf(acl);
    }

    /**
     * {@return options for a kind of znode, open to everybody}
     *
     * @param mode the kind of znode
     */
    public static CreateOptions of(CreateMode mode) {
        return new CreateOptions(mode, Acl.OPEN, Duration.ZERO, false, false);
    }

    /**
     * {@return the same with another access control list}
     *
     * @param entries who may do what
     */
    public CreateOptions withAcl(List<Acl> entries) {
        return new CreateOptions(mode, entries, ttl, parents, guarded);
    }

    /**
     * {@return the same with a time to live, for the modes that have one}
     *
     * @param idle idle time after which the server deletes the znode
     */
    public CreateOptions withTtl(Duration idle) {
        return new CreateOptions(mode, acl, idle, parents, guarded);
    }

    /** {@return the same, creating missing parents as container znodes} */
    public CreateOptions withParents() {
        return new CreateOptions(mode, acl, ttl, true, guarded);
    }

    /** {@return the same with the unique name prefix that settles lost replies} */
    public CreateOptions withGuard() {
        return new CreateOptions(mode, acl, ttl, parents, true);
    }
}
