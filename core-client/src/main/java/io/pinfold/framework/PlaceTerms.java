package io.pinfold.framework;

import io.pinfold.Acl;
import io.pinfold.ZnodePath;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What kind of place a contender is after. Immutable: each method returns a changed copy.
 *
 * @param directory path of the znode whose children are the queue; made as a container when it is missing
 * @param names how the places are named
 * @param ranking who holds a place
 * @param data what the contender's znode says about it, or {@code null} for nothing
 * @param acl who may do what with the contender's znode
 * @param onDataChanged told when somebody changed the data of the znode of a lease; called in between the contention's
 *     own steps, so it must hand anything slow to another executor
 * @param onPredecessorRead told, while the contender waits, what the znode before it says: once at the beginning and after
 *     each change; called as the other
 */
public record PlaceTerms(
        String directory,
        PlaceNames names,
        Ranking ranking,
        byte @Nullable [] data,
        List<Acl> acl,
        BiConsumer<Lease, byte[]> onDataChanged,
        Consumer<byte[]> onPredecessorRead) {

    /**
     * Checks the path, and keeps its own copy of the list.
     *
     * @param directory path of the znode whose children are the queue
     * @param names how the places are named
     * @param ranking who holds a place
     * @param data what the contender's znode says about it
     * @param acl who may do what with the contender's znode
     * @param onDataChanged told when somebody changed the data of the znode of a lease
     * @param onPredecessorRead told what the znode before the contender's own says
     */
    public PlaceTerms {
        ZnodePath.check(directory);
        acl = List.copyOf(acl);
    }

    /**
     * {@return terms for an exclusive place: the first in the queue holds it}
     *
     * @param directory path of the znode whose children are the queue
     * @param names how the places are named
     */
    public static PlaceTerms exclusive(String directory, PlaceNames names) {
        return new PlaceTerms(directory, names, Ranking.first(names), null, Acl.OPEN, (lease, data) -> {}, data -> {});
    }

    /**
     * {@return the same with another rule of who holds a place}
     *
     * @param rule who holds a place
     */
    public PlaceTerms withRanking(Ranking rule) {
        return new PlaceTerms(directory, names, rule, data, acl, onDataChanged, onPredecessorRead);
    }

    /**
     * {@return the same with other data}
     *
     * @param bytes what the contender's znode says about it
     */
    public PlaceTerms withData(byte @Nullable [] bytes) {
        return new PlaceTerms(directory, names, ranking, bytes, acl, onDataChanged, onPredecessorRead);
    }

    /**
     * {@return the same with another access control list}
     *
     * @param entries who may do what with the contender's znode; contenders must be able to read each other's
     */
    public PlaceTerms withAcl(List<Acl> entries) {
        return new PlaceTerms(directory, names, ranking, data, entries, onDataChanged, onPredecessorRead);
    }

    /**
     * {@return the same with another listener for changes of the data}
     *
     * @param listener told of the lease and the new data
     */
    public PlaceTerms withOnDataChanged(BiConsumer<Lease, byte[]> listener) {
        return new PlaceTerms(directory, names, ranking, data, acl, listener, onPredecessorRead);
    }

    /**
     * {@return the same with another listener for what the contender's predecessor says}
     *
     * @param listener told of the data of the znode before the contender's own
     */
    public PlaceTerms withOnPredecessorRead(Consumer<byte[]> listener) {
        return new PlaceTerms(directory, names, ranking, data, acl, onDataChanged, listener);
    }
}
