package io.pinfold.locks;

import io.pinfold.Acl;
import io.pinfold.client.Children;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.PlaceTerms;
import java.util.List;

/** Where a semaphore is and how it is used: Apache Curator's layout. Immutable. */
record SemaphoreTerms(String path, SemaphoreSize size, byte[] owner, List<Acl> acl) {
    static final PlaceNames QUEUE_NAMES = new PlaceNames("lock-");
    static final PlaceNames LEASE_NAMES = new PlaceNames("lease-");

    /** {@return the directory of those who want permits} */
    String locks() {
        return path + "/locks";
    }

    /** {@return the directory of the permits that are given out} */
    String leases() {
        return path + "/leases";
    }

    /** {@return how many permits are given out, by the children of {@link #leases()}; strangers take none} */
    static int given(Children children) {
        return (int) children.names().stream()
                .filter(name -> LEASE_NAMES.sequence(name).isPresent())
                .count();
    }

    PlaceTerms queue() {
        return PlaceTerms.exclusive(locks(), QUEUE_NAMES).withData(owner).withAcl(acl);
    }
}
