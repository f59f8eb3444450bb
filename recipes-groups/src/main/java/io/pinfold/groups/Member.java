package io.pinfold.groups;

import io.pinfold.Stat;
import java.util.Optional;

/**
 * A member of a group as it was seen. Immutable.
 *
 * @param id what it is called
 * @param payload what it says about itself; empty if it says nothing, or nothing that the group's codec understands
 * @param joinedAt zxid of its joining: larger than those of all who joined before
 * @param updatedAt zxid of the last change of what it says
 * @param sessionId its client's session; 0 for a member that is no process but was put there by hand
 * @param <T> the type of what members say about themselves
 */
public record Member<T>(String id, Optional<T> payload, long joinedAt, long updatedAt, long sessionId) {
    /** {@return whether this is what the member with such metadata says} */
    boolean isAt(Stat stat) {
        return joinedAt == stat.czxid() && updatedAt == stat.mzxid();
    }
}
