package io.pinfold.locks;

import io.pinfold.framework.Lease;

/**
 * Permits of a semaphore, which are held, lost and given back together. Thread-safe.
 *
 * <p>The fencing token identifies them and is larger than those of permits that were given out before; it does not order
 * holders, because several hold permits at the same time. {@link #check()} looks at one of the permits' znodes.
 */
public interface Permits extends Lease {
    /** {@return how many} */
    int count();
}
