package io.pinfold.server.consensus;

/**
 * Which cluster's history this is. Immutable.
 *
 * @param high the upper half of a UUID
 * @param low the lower half of a UUID
 */
public record ClusterId(long high, long low) {}
