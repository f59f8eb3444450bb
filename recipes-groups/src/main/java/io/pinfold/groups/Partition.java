package io.pinfold.groups;

import io.pinfold.framework.Lease;

/**
 * A resource that this process owns for now. Immutable.
 *
 * @param resource the name of the resource
 * @param lease the right to it; closing it is the partitioner's business
 */
public record Partition(String resource, Lease lease) {
    /** {@return a number that is larger than that of every earlier owner of the resource} */
    public long fencingToken() {
        return lease.fencingToken();
    }
}
