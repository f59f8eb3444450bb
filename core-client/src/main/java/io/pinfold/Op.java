package io.pinfold;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a transaction ({@code multi}): all of a transaction's operations happen, under one zxid, or none
 * does. Immutable; the data array must not be changed after it was passed in.
 */
public sealed interface Op {
    /** {@return the znode that this operation is about, for a sequential create without the counter} */
    String path();

    /**
     * Creates a znode.
     *
     * @param path the znode; for sequential modes the server appends the counter
     * @param data the data, or {@code null} for none
     * @param acl who may do what
     * @param mode the kind of znode
     * @param ttlMillis idle time in milliseconds after which the server deletes it, for modes with TTL; −1 otherwise
     */
    record Create(String path, byte @Nullable [] data, List<Acl> acl, CreateMode mode, long ttlMillis) implements Op {
        /**
         * Keeps its own copy of the list.
         *
         * @param path the znode
         * @param data the data, or {@code null} for none
         * @param acl who may do what
         * @param mode the kind of znode
         * @param ttlMillis idle time in milliseconds, or −1
         */
        public Create {
            acl = List.copyOf(acl);
        }
    }

    /**
     * Deletes a znode without children.
     *
     * @param path the znode
     * @param version the expected version of the data, or −1 for any
     */
    record Delete(String path, int version) implements Op {}

    /**
     * Sets the data of a znode.
     *
     * @param path the znode
     * @param data the data, or {@code null} for none
     * @param version the expected version of the data, or −1 for any
     */
    record SetData(String path, byte @Nullable [] data, int version) implements Op {}

    /**
     * Changes nothing, and fails the transaction if the znode is missing or has another version.
     *
     * @param path the znode
     * @param version the expected version of the data, or −1 for "exists"
     */
    record Check(String path, int version) implements Op {}

    /**
     * {@return a creation of a persistent znode that everybody may use}
     *
     * @param path the znode
     * @param data the data
     */
    static Op create(String path, byte[] data) {
        return create(path, data, CreateMode.PERSISTENT);
    }

    /**
     * {@return a creation of a znode that everybody may use}
     *
     * @param path the znode
     * @param data the data
     * @param mode the kind of znode, not one with TTL
     */
    static Op create(String path, byte[] data, CreateMode mode) {
        return new Create(path, data, Acl.OPEN, mode, -1);
    }

    /**
     * {@return a deletion whatever the version}
     *
     * @param path the znode
     */
    static Op delete(String path) {
        return new Delete(path, -1);
    }

    /**
     * {@return a deletion of exactly this version}
     *
     * @param path the znode
     * @param version the expected version
     */
    static Op delete(String path, int version) {
        return new Delete(path, version);
    }

    /**
     * {@return a change of the data whatever the version}
     *
     * @param path the znode
     * @param data the new data
     */
    static Op set(String path, byte[] data) {
        return new SetData(path, data, -1);
    }

    /**
     * {@return a change of the data of exactly this version}
     *
     * @param path the znode
     * @param data the new data
     * @param version the expected version
     */
    static Op set(String path, byte[] data, int version) {
        return new SetData(path, data, version);
    }

    /**
     * {@return a check that the znode exists}
     *
     * @param path the znode
     */
    static Op check(String path) {
        return new Check(path, -1);
    }

    /**
     * {@return a check that the znode exists in this version}
     *
     * @param path the znode
     * @param version the expected version
     */
    static Op check(String path, int version) {
        return new Check(path, version);
    }
}
