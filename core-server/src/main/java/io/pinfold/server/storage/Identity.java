package io.pinfold.server.storage;

import java.util.UUID;

/**
 * Who this data directory belongs to; written once and kept in two checksummed copies. Immutable; the array must not be
 * changed.
 *
 * @param clusterId the cluster whose history this is
 * @param memberId the member's number in its cluster
 * @param incarnation made anew with every new directory, so that a member that lost its data is known for it
 * @param sessionKey 32 secret bytes from which session passwords are derived
 */
public record Identity(UUID clusterId, long memberId, long incarnation, byte[] sessionKey) {
    /** Length of the session key. */
    public static final int SESSION_KEY_BYTES = 32;

    @Override
    public String toString() {
        return "Identity[clusterId=" + clusterId + ", memberId=" + memberId + ", incarnation=" + incarnation + "]";
    }
}
