package io.pinfold.wire;

import io.pinfold.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for, one record per operation. Immutable, as long as nobody changes a byte array that was passed
 * in. Records with byte arrays compare those by identity.
 */
public sealed interface Request {

    /** {@return the operation} */
    OpCode opCode();

    /**
     * Appends this as it stands behind a request's header.
     *
     * @param out where to
     */
    void write(JuteWriter out);

    /** A request that is a header and nothing else. */
    sealed interface Bare extends Request {
        @Override
        default void write(JuteWriter out) {
            // Nothing follows the header.
        }
    }

    /** A request that is a path. */
    sealed interface OnPath extends Request {
        /** {@return the znode} */
        String path();

        @Override
        default void write(JuteWriter out) {
            out.writeString(path());
        }
    }

    /** A read that may leave a watch behind. */
    sealed interface Watching extends Request {
        /** {@return the znode} */
        String path();

        /** {@return whether to watch it} */
        boolean watch();

        @Override
        default void write(JuteWriter out) {
            out.writeString(path());
            out.writeBool(watch());
        }
    }

    /** A path and an expected version. */
    sealed interface Versioned extends Request {
        /** {@return the znode} */
        String path();

        /** {@return the expected version of the data, or −1 for any} */
        int version();

        @Override
        default void write(JuteWriter out) {
            out.writeString(path());
            out.writeInt(version());
        }
    }

    /**
     * Creates a znode.
     *
     * @param opCode one of the four operations that create: it decides the form of the reply, and whether
     *     {@code ttlMillis} is part of the request
     * @param path the znode, or the beginning of its path if it is sequential
     * @param data the data
     * @param acl who may do what; as it came, possibly empty
     * @param flags the kind of znode by number, as it came
     * @param ttlMillis the time to live; −1 for operations without one
     */
    record Create(OpCode opCode, String path, byte @Nullable [] data, List<Acl> acl, int flags, long ttlMillis)
            implements Request {
        /**
         * Keeps its own copy of the list.
         *
         * @param opCode one of the four operations that create
         * @param path the znode
         * @param data the data
         * @param acl who may do what
         * @param flags the kind of znode by number
         * @param ttlMillis the time to live
         */
        public Create {
            if (!opCode.isCreate()) {
                throw new IllegalArgumentException(opCode + " creates nothing");
            }
            acl = List.copyOf(acl);
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path);
            out.writeBuffer(data);
            Replies.writeAcls(out, acl);
            out.writeInt(flags);
            if (opCode == OpCode.CREATE_TTL) {
                out.writeLong(ttlMillis);
            }
        }
    }

    /**
     * Deletes a znode.
     *
     * @param path the znode
     * @param version the expected version of the data, or −1
     */
    record Delete(String path, int version) implements Versioned {
        @Override
        public OpCode opCode() {
            return OpCode.DELETE;
        }
    }

    /**
     * Reads the metadata.
     *
     * @param path the znode
     * @param watch whether to watch it, present or not
     */
    record Exists(String path, boolean watch) implements Watching {
        @Override
        public OpCode opCode() {
            return OpCode.EXISTS;
        }
    }

    /**
     * Reads data and metadata.
     *
     * @param path the znode
     * @param watch whether to watch it
     */
    record GetData(String path, boolean watch) implements Watching {
        @Override
        public OpCode opCode() {
            return OpCode.GET_DATA;
        }
    }

    /**
     * Sets the data.
     *
     * @param path the znode
     * @param data the new data
     * @param version the expected version of the data, or −1
     */
    record SetData(String path, byte @Nullable [] data, int version) implements Request {
        @Override
        public OpCode opCode() {
            return OpCode.SET_DATA;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path);
            out.writeBuffer(data);
            out.writeInt(version);
        }
    }

    /**
     * Reads the access control list.
     *
     * @param path the znode
     */
    record GetAcl(String path) implements OnPath {
        @Override
        public OpCode opCode() {
            return OpCode.GET_ACL;
        }
    }

    /**
     * Sets the access control list.
     *
     * @param path the znode
     * @param acl who may do what; as it came, possibly empty
     * @param version the expected version of the list (not of the data), or −1
     */
    record SetAcl(String path, List<Acl> acl, int version) implements Request {
        /**
         * Keeps its own copy of the list.
         *
         * @param path the znode
         * @param acl who may do what
         * @param version the expected version of the list (not of the data)
         */
        public SetAcl {
            acl = List.copyOf(acl);
        }

        @Override
        public OpCode opCode() {
            return OpCode.SET_ACL;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path);
            Replies.writeAcls(out, acl);
            out.writeInt(version);
        }
    }

    /**
     * Lists the children.
     *
     * @param path the znode
     * @param watch whether to watch the set of children
     */
    record GetChildren(String path, boolean watch) implements Watching {
        @Override
        public OpCode opCode() {
            return OpCode.GET_CHILDREN;
        }
    }

    /**
     * Lists the children and reads the metadata.
     *
     * @param path the znode
     * @param watch whether to watch the set of children
     */
    record GetChildren2(String path, boolean watch) implements Watching {
        @Override
        public OpCode opCode() {
            return OpCode.GET_CHILDREN2;
        }
    }

    /**
     * Catches up with the leader.
     *
     * @param path comes back in the reply and has no other meaning
     */
    record Sync(String path) implements OnPath {
        @Override
        public OpCode opCode() {
            return OpCode.SYNC;
        }
    }

    /** Says that the session lives. */
    record Ping() implements Bare {
        /** The only one that is needed. */
        public static final Ping INSTANCE = new Ping();

        @Override
        public OpCode opCode() {
            return OpCode.PING;
        }
    }

    /** Closes the session. */
    record CloseSession() implements Bare {
        /** The only one that is needed. */
        public static final CloseSession INSTANCE = new CloseSession();

        @Override
        public OpCode opCode() {
            return OpCode.CLOSE_SESSION;
        }
    }

    /** Lists the connection's identities. */
    record WhoAmI() implements Bare {
        /** The only one that is needed. */
        public static final WhoAmI INSTANCE = new WhoAmI();

        @Override
        public OpCode opCode() {
            return OpCode.WHO_AM_I;
        }
    }

    /**
     * Checks a version; only inside of a transaction.
     *
     * @param path the znode
     * @param version the expected version of the data, or −1 for "exists"
     */
    record Check(String path, int version) implements Versioned {
        @Override
        public OpCode opCode() {
            return OpCode.CHECK;
        }
    }

    /**
     * A transaction.
     *
     * @param ops what to do, in order: {@link Create}, {@link Delete}, {@link SetData} and {@link Check} only; may be
     *     empty
     */
    record Multi(List<Request> ops) implements Request {
        /**
         * Keeps its own copy of the list.
         *
         * @param ops what to do
         */
        public Multi {
            ops = MultiOps.copyOfWrites(ops);
        }

        @Override
        public OpCode opCode() {
            return OpCode.MULTI;
        }

        @Override
        public void write(JuteWriter out) {
            MultiOps.write(out, ops);
        }
    }

    /**
     * A batch of reads.
     *
     * @param ops what to read, in order: {@link GetData} and {@link GetChildren} only; may be empty
     */
    record MultiRead(List<Request> ops) implements Request {
        /**
         * Keeps its own copy of the list.
         *
         * @param ops what to read
         */
        public MultiRead {
            ops = MultiOps.copyOfReads(ops);
        }

        @Override
        public OpCode opCode() {
            return OpCode.MULTI_READ;
        }

        @Override
        public void write(JuteWriter out) {
            MultiOps.write(out, ops);
        }
    }

    /**
     * Changes the membership, either by what joins and leaves or by the whole new list.
     *
     * @param joining the servers that join, or null
     * @param leaving the ids of the servers that leave, or null
     * @param newMembers all servers, or null
     * @param fromConfig the expected version of the configuration, or −1
     */
    record Reconfig(
            @Nullable String joining,
            @Nullable String leaving,
            @Nullable String newMembers,
            long fromConfig) implements Request {
        @Override
        public OpCode opCode() {
            return OpCode.RECONFIG;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(joining);
            out.writeString(leaving);
            out.writeString(newMembers);
            out.writeLong(fromConfig);
        }
    }

    /**
     * Asks whether a watch exists.
     *
     * @param path the znode
     * @param type the kind of watch by number, as it came
     */
    record CheckWatches(String path, int type) implements Request {
        @Override
        public OpCode opCode() {
            return OpCode.CHECK_WATCHES;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path);
            out.writeInt(type);
        }
    }

    /**
     * Removes watches.
     *
     * @param path the znode
     * @param type the kind of watch by number, as it came
     */
    record RemoveWatches(String path, int type) implements Request {
        @Override
        public OpCode opCode() {
            return OpCode.REMOVE_WATCHES;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path);
            out.writeInt(type);
        }
    }

    /**
     * Brings credentials.
     *
     * @param type always 0
     * @param scheme how to read {@code auth}
     * @param auth the credentials; secret
     */
    record Auth(int type, String scheme, byte[] auth) implements Request {
        @Override
        public OpCode opCode() {
            return OpCode.AUTH;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeInt(type);
            out.writeString(scheme);
            out.writeBuffer(auth);
        }
    }

    /**
     * One step of a SASL exchange.
     *
     * @param token what the mechanism says; secret
     */
    record Sasl(byte[] token) implements Request {
        @Override
        public OpCode opCode() {
            return OpCode.SASL;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeBuffer(token);
        }
    }

    /**
     * Renews one-shot watches on a new connection; the server at once sends the events that were missed.
     *
     * @param relativeZxid what the client has seen; later changes were missed
     * @param data paths of watches on data
     * @param exist paths of watches on znodes that did not exist
     * @param child paths of watches on children
     */
    record SetWatches(long relativeZxid, List<String> data, List<String> exist, List<String> child) implements Request {
        /**
         * Keeps its own copies of the lists.
         *
         * @param relativeZxid what the client has seen
         * @param data paths of watches on data
         * @param exist paths of watches on znodes that did not exist
         * @param child paths of watches on children
         */
        public SetWatches {
            data = List.copyOf(data);
            exist = List.copyOf(exist);
            child = List.copyOf(child);
        }

        @Override
        public OpCode opCode() {
            return OpCode.SET_WATCHES;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeLong(relativeZxid);
            Replies.writeStrings(out, data);
            Replies.writeStrings(out, exist);
            Replies.writeStrings(out, child);
        }
    }

    /**
     * Renews watches of every kind on a new connection; the server at once sends the one-shot events that were missed.
     *
     * @param relativeZxid what the client has seen; later changes were missed
     * @param data paths of watches on data
     * @param exist paths of watches on znodes that did not exist
     * @param child paths of watches on children
     * @param persistent paths of lasting watches
     * @param persistentRecursive paths of lasting watches on whole subtrees
     */
    record SetWatches2(
            long relativeZxid,
            List<String> data,
            List<String> exist,
            List<String> child,
            List<String> persistent,
            List<String> persistentRecursive)
            implements Request {
        /**
         * Keeps its own copies of the lists.
         *
         * @param relativeZxid what the client has seen
         * @param data paths of watches on data
         * @param exist paths of watches on znodes that did not exist
         * @param child paths of watches on children
         * @param persistent paths of lasting watches
         * @param persistentRecursive paths of lasting watches on whole subtrees
         */
        public SetWatches2 {
            data = List.copyOf(data);
            exist = List.copyOf(exist);
            child = List.copyOf(child);
            persistent = List.copyOf(persistent);
            persistentRecursive = List.copyOf(persistentRecursive);
        }

        @Override
        public OpCode opCode() {
            return OpCode.SET_WATCHES2;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeLong(relativeZxid);
            Replies.writeStrings(out, data);
            Replies.writeStrings(out, exist);
            Replies.writeStrings(out, child);
            Replies.writeStrings(out, persistent);
            Replies.writeStrings(out, persistentRecursive);
        }
    }

    /**
     * Lists the session's ephemeral znodes.
     *
     * @param prefix the beginning of their paths; empty for all
     */
    record GetEphemerals(String prefix) implements Request {
        @Override
        public OpCode opCode() {
            return OpCode.GET_EPHEMERALS;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(prefix);
        }
    }

    /**
     * Counts all descendants.
     *
     * @param path the znode
     */
    record GetAllChildrenNumber(String path) implements OnPath {
        @Override
        public OpCode opCode() {
            return OpCode.GET_ALL_CHILDREN_NUMBER;
        }
    }

    /**
     * Adds a lasting watch.
     *
     * @param path the znode
     * @param mode the kind of watch by number, as it came
     */
    record AddWatch(String path, int mode) implements Request {
        @Override
        public OpCode opCode() {
            return OpCode.ADD_WATCH;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path);
            out.writeInt(mode);
        }
    }
}
