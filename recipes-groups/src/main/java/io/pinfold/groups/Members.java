package io.pinfold.groups;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A group as it was after some transaction. Immutable.
 *
 * @param byId the members, sorted by their ids
 * @param zxid zxid of the last change that is shown
 * @param exact whether the group looked exactly like this when that had happened: always, except while changes come in so fast
 *     for a second or more that the reading of one is overtaken by the next, again and again; then some members may be shown in a
 *     later state than others
 * @param <T> the type of what members say about themselves
 */
public record Members<T>(SortedMap<String, Member<T>> byId, long zxid, boolean exact) {
    /**
     * Keeps its own copy of the map.
     *
     * @param byId the members
     * @param zxid zxid of the last change that is shown
     * @param exact whether the group looked exactly like this then
     */
    public Members {
        byId = Collections.unmodifiableSortedMap(new TreeMap<>(byId));
    }

    /** {@return how many there are} */
    public int size() {
        return byId.size();
    }

    /** {@return their ids, sorted} */
    public Set<String> ids() {
        return byId.keySet();
    }

    /** {@return the members, sorted by their ids} */
    public List<Member<T>> all() {
        return List.copyOf(byId.values());
    }

    /**
     * {@return the members that say something of which a condition holds, sorted by their ids}
     *
     * @param what the condition, for example that they have some role
     */
    public List<Member<T>> where(Predicate<? super T> what) {
        return byId.values().stream()
                .filter(member -> member.payload().filter(what).isPresent())
                .toList();
    }

    /**
     * {@return the member with an id, if it is there}
     *
     * @param id what it is called
     */
    public Optional<Member<T>> get(String id) {
        return Optional.ofNullable(byId.get(id));
    }
}
