package io.pinfold.framework;

/** How a lease stands, as far as this process can know. */
public enum LeaseState {
    /** Ours: the server cannot have given the place to another. */
    HELD,
    /** The connection is lost or silent. Still ours for {@link Lease#remaining()}, but do not begin anything long. */
    UNCERTAIN,
    /** Another process may hold the place by now, or soon. Final. */
    LOST,
    /** Given back by closing the lease. Final. */
    RELEASED
}
