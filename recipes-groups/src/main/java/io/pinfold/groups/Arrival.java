package io.pinfold.groups;

/**
 * A passage through a {@link DistributedCyclicBarrier}. Immutable.
 *
 * @param round the number of the round, from 0; the same for all who passed together
 */
public record Arrival(long round) {}
