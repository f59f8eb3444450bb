/** Ensembles for users' tests, on real sockets or in simulated time, and what can go wrong with them. */
package io.pinfold.testing.kit;
