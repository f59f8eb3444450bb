package io.pinfold.groups;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of a group between two looks at it. Immutable.
 *
 * @param before the group before
 * @param members the group now
 * @param joined who is there and was not; also who left and joined again in between
 * @param left who was there and is not; also who left and joined again in between
 * @param updated who says something else than before
 * @param <T> the type of what members say about themselves
 */
public record MembersChange<T>(
        Members<T> before, Members<T> members, List<Member<T>> joined, List<Member<T>> left, List<Member<T>> updated) {

    /** {@return the difference between two looks at a group} */
    static <T> MembersChange<T> between(Members<T> before, Members<T> after) {
        List<Member<T>> joined = new ArrayList<>();
        List<Member<T>> left = new ArrayList<>();
        List<Member<T>> updated = new ArrayList<>();
        for (Member<T> was : before.all()) {
            Member<T> is = after.byId().get(was.id());
            if (is == null) {
                left.add(was);
            } else if (is.joinedAt() != was.joinedAt()) {
                left.add(was);
                joined.add(is);
            } else if (is.updatedAt() != was.updatedAt()) {
                updated.add(is);
            }
        }
        for (Member<T> is : after.all()) {
            if (!before.byId().containsKey(is.id())) {
                joined.add(is);
            }
        }
        return new MembersChange<>(before, after, List.copyOf(joined), List.copyOf(left), List.copyOf(updated));
    }

    /** {@return whether nothing became of it} */
    boolean isEmpty() {
        return joined.isEmpty() && left.isEmpty() && updated.isEmpty();
    }
}
