package io.pinfold.locks;

import io.pinfold.framework.Place;
import java.time.Instant;

/**
 * A place in the queue of a lock, as an onlooker sees it. Immutable.
 *
 * @param path the znode that stands for it
 * @param name the last element of the path
 * @param sequence the number in the name, by which the queue is ordered; wraps around after 2<sup>31</sup>
 * @param owner what the owner says about itself; empty once a revocation was requested, and for foreign programs that
 *     say nothing
 * @param sessionId the session that owns it
 * @param fencingToken the token of the lease that this place is, or becomes
 * @param since when it joined the queue, by the clock of the ensemble's leader; not fit for ordering
 * @param revocationRequested whether somebody asked the owner to give the lock back
 */
public record LockPlace(
        String path,
        String name,
        int sequence,
        String owner,
        long sessionId,
        long fencingToken,
        Instant since,
        boolean revocationRequested) {

    static LockPlace of(Place place) {
        boolean revoked = Care.isRevocation(place.data());
        return new LockPlace(
                place.path(),
                place.name(),
                place.sequence(),
                revoked ? "" : place.text(),
                place.stat().ephemeralOwner(),
                place.stat().czxid(),
                Instant.ofEpochMilli(place.stat().ctime()),
                revoked);
    }
}
