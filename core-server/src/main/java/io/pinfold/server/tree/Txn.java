package io.pinfold.server.tree;

import io.pinfold.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change of the replicated state, as it stands in the log: already validated, with absolute values instead of
 * increments. A closed set: whatever can be written can be read and applied. Immutable; arrays must not be changed.
 */
public sealed interface Txn {
    /**
     * A znode comes into being.
     *
     * @param path its full path, with the counter if it is sequential
     * @param parentCreated the parent's number of ever created children, this one included
     * @param ttlMillis the time to live; 0 for every kind but {@link NodeKind#TTL}
     */
    record Create(String path, byte @Nullable [] data, List<Acl> acl, NodeKind kind, long parentCreated, long ttlMillis)
            implements Txn {
        public Create {
            acl = List.copyOf(acl);
        }

        /** A znode without a time to live comes into being. */
        public Create(String path, byte @Nullable [] data, List<Acl> acl, NodeKind kind, long parentCreated) {
            this(path, data, acl, kind, parentCreated, 0);
        }
    }

    /** A znode goes. */
    record Delete(String path) implements Txn {}

    /**
     * A znode's data is replaced.
     *
     * @param version the version after the change
     */
    record SetData(String path, byte @Nullable [] data, int version) implements Txn {}

    /**
     * A znode's access control list is replaced.
     *
     * @param aversion the version of the list after the change
     */
    record SetAcl(String path, List<Acl> acl, int aversion) implements Txn {
        public SetAcl {
            acl = List.copyOf(acl);
        }
    }

    /** Changes nothing; holds the place of a passed check within a {@link Multi}. */
    record Check(String path) implements Txn {}

    /** Several changes under one zxid. Holds neither another {@code Multi} nor a change of sessions. */
    record Multi(List<Txn> ops) implements Txn {
        public Multi {
            ops = List.copyOf(ops);
        }
    }

    /** The session that the record names begins. */
    record CreateSession(int timeoutMillis) implements Txn {}

    /**
     * The session that the record names ends.
     *
     * @param ephemerals the paths of all of its ephemeral znodes, which go with it
     */
    record CloseSession(List<String> ephemerals) implements Txn {
        public CloseSession {
            ephemerals = List.copyOf(ephemerals);
        }
    }
}
