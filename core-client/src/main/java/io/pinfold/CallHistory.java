package io.pinfold;

import java.io.Serializable;
import java.time.Duration;

/**
 * How a call fared that failed in the end. Immutable.
 *
 * @param sessionId the client's session at the end of the call; 0 if it had none yet
 * @param setbacks how often the call was set back: a connection that was lost under way, or a round over all servers without one
 *     that could be reached
 * @param elapsed from the call to its failure
 */
public record CallHistory(long sessionId, int setbacks, Duration elapsed) implements Serializable {}
