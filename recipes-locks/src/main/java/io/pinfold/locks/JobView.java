package io.pinfold.locks;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a job stands, as an onlooker sees it. Immutable.
 *
 * @param lastSlot the last slot that is done with, if there is one
 * @param lastOwner what the process that had it said about itself; empty without one
 * @param lastFencingToken the token of its run; 0 without one
 * @param running who runs the job now, if somebody does
 */
public record JobView(OptionalLong lastSlot, String lastOwner, long lastFencingToken, Optional<LockPlace> running) {
    static JobView of(Optional<JobRecord> last, LockView lock) {
        return new JobView(
                last.map(record -> OptionalLong.of(record.slot())).orElse(OptionalLong.empty()),
                last.map(JobRecord::owner).orElse(""),
                last.map(JobRecord::fencingToken).orElse(0L),
                lock.holder());
    }
}
