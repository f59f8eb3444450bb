/** Distributed locks whose leases carry fencing tokens and tell when they are lost. */
package io.pinfold.locks;
