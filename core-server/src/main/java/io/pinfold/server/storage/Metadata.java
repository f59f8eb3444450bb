package io.pinfold.server.storage;

import java.util.Arrays;
import java.util.UUID;

/**
 * What a member must not forget besides its log: which cluster it belongs to, and its last vote. Immutable; the array must
 * not be changed.
 *
 * @param epoch the last epoch in which this member voted
 * @param votedFor for whom; 0 for nobody
 * @param adopted whether the directory belongs to a cluster yet
 * @param founder whether this member's votes mean something: it was there when that cluster began, or was taken in since
 * @param clusterId the cluster; before adoption the one that this member would found
 * @param sessionKey 32 secret bytes, shared by the cluster, from which session passwords are derived
 */
public record Metadata(long epoch, int votedFor, boolean adopted, boolean founder, UUID clusterId, byte[] sessionKey) {

    /** {@return this with another vote} */
    public Metadata vote(long inEpoch, int candidate) {
        return new Metadata(inEpoch, candidate, adopted, founder, clusterId, sessionKey);
    }

    /** {@return this as a member of a cluster} */
    public Metadata adopted(UUID cluster, byte[] key, boolean asFounder) {
        return new Metadata(epoch, votedFor, true, asFounder, cluster, key);
    }

    boolean isSameAs(Metadata other) {
        return epoch == other.epoch
                && votedFor == other.votedFor
                && adopted == other.adopted
                && founder == other.founder
                && clusterId.equals(other.clusterId)
                && Arrays.equals(sessionKey, other.sessionKey);
    }

    @Override
    public String toString() {
        return "Metadata[epoch=" + epoch + ", votedFor=" + votedFor + ", adopted=" + adopted + ", founder=" + founder
                + ", clusterId=" + clusterId + "]";
    }
}
