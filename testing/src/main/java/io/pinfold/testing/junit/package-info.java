/** Ensembles in JUnit 5 and 6: annotations, and the extensions behind them. Needs {@code junit-jupiter-api}. */
package io.pinfold.testing.junit;
