/** Meters of elections for Micrometer, which whoever uses them brings along. */
package io.pinfold.election.micrometer;
