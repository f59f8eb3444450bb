package io.pinfold.election;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a candidate so far. Immutable.
 *
 * @param terms how many terms it began to lead
 * @param led for how long it led in all the terms that have ended
 * @param ends how many of its terms ended for which reason; reasons that never occurred are not in here
 * @param last its last term that has ended
 */
public record TermStats(long terms, Duration led, Map<TermEnd.Reason, Long> ends, Optional<TermEnd> last) {
    /**
     * Keeps its own copy of the map.
     *
     * @param terms how many terms it began to lead
     * @param led for how long it led
     * @param ends how many of its terms ended for which reason
     * @param last its last term that has ended
     */
    public TermStats {
        ends = Map.copyOf(ends);
    }
}
