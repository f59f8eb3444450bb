package io.pinfold.election;

import io.pinfold.client.Node;
import io.pinfold.framework.Place;
import java.util.Optional;

/**
 * What one look at a place showed. Immutable.
 *
 * @param leader who holds or will hold it; empty when nobody does
 * @param isKnown whether anything can be said; not so of a znode that was gone before anybody could read it
 */
record Sight(Optional<Leader> leader, boolean isKnown) {
    static final Sight NOBODY = new Sight(Optional.empty(), true);
    static final Sight MISSED = new Sight(Optional.empty(), false);

    static Sight of(Node node) {
        return new Sight(Optional.of(leader(node)), true);
    }

    /** {@return somebody of whom nothing but the znode and the zxid of its creation is known} */
    static Sight nameless(String path, long czxid) {
        return new Sight(Optional.of(new Leader("", "", czxid, path, 0)), true);
    }

    static Leader leader(Node node) {
        byte[] data = node.data();
        Announcement says = data == null ? new Announcement("", "") : Announcement.of(data);
        return new Leader(
                says.id(),
                says.metadata(),
                node.stat().czxid(),
                node.path(),
                node.stat().ephemeralOwner());
    }

    static Candidate candidate(Place place) {
        Announcement says = Announcement.of(place.data());
        return new Candidate(
                says.id(),
                says.metadata(),
                place.path(),
                place.stat().ephemeralOwner(),
                place.stat().czxid());
    }
}
