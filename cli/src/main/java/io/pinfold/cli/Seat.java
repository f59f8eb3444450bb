package io.pinfold.cli;

import io.pinfold.framework.Place;
import io.pinfold.framework.PlaceNames;
import io.pinfold.locks.LockPlace;
import java.time.Instant;

/**
 * Somebody at a recipe's path, as {@code pinfold why} shows it. Immutable.
 *
 * @param role what it is there: holder, waiter, leader, ...
 * @param who what it says about itself; may be empty
 * @param token its fencing token
 * @param since since when, by the clock of the ensemble's leader
 * @param session whose it is; 0 for a znode that no session keeps
 * @param path its znode
 * @param note what else there is to say; may be empty
 */
record Seat(String role, String who, long token, Instant since, long session, String path, String note) {
    static Seat of(String role, LockPlace place) {
        return new Seat(
                role,
                place.owner(),
                place.fencingToken(),
                place.since(),
                place.sessionId(),
                place.path(),
                place.revocationRequested() ? "was asked to give it back" : program(place.name()));
    }

    static Seat of(String role, String who, Place place, String note) {
        return new Seat(
                role,
                who,
                place.stat().czxid(),
                Instant.ofEpochMilli(place.stat().ctime()),
                place.stat().ephemeralOwner(),
                place.path(),
                note.isEmpty() ? program(place.name()) : note);
    }

    /** {@return whether nobody's end will ever remove it} */
    boolean isOrphan() {
        return session == 0;
    }

    private static String program(String name) {
        return PlaceNames.isOurs(name) ? "" : "another library, such as Curator";
    }
}
