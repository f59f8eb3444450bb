/** A world in which members, clients, networks and disks are simulated: one thread, virtual time, everything by seed. */
package io.pinfold.testing.sim;
