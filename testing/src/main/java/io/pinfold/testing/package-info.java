/** Servers, faults and foreign programs for tests of code that uses Pinfold. */
package io.pinfold.testing;
