/**
 * What must hold whatever fails: a plain model of the service, and one class for each promise. They hear of everything that
 * clients see and members do, as {@link io.pinfold.testing.sim.oracle.Fact facts}, and trust nobody's own account of it.
 */
package io.pinfold.testing.sim.oracle;
