package io.pinfold.testing.sim.oracle;

/**
 * What sessions are promised in time. Immutable.
 *
 * @param slackPerMille how much the clocks of two machines may differ in speed, in thousandths
 * @param lateNanos how much later than its timeout a silent session may be ended while a leader serves
 */
public record Timing(int slackPerMille, long lateNanos) {}
