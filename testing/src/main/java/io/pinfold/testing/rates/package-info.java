/** Measures recipes beside Curator's, on this server and on Apache ZooKeeper's; for the tests of this project. */
package io.pinfold.testing.rates;
