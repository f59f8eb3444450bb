package io.pinfold;

/**
 * One delivery to a watch: something happened to a znode. Immutable.
 *
 * <p>An event arrives before the reply of any read of the same client that shows the change. It says that something
 * changed, not what the new value is: read again.
 *
 * @param type what happened
 * @param path the znode
 * @param zxid zxid of the change, or −1 if the server did not say (servers before 3.9, and changes that were noticed
 *     when a connection was replaced)
 */
public record WatchEvent(Type type, String path, long zxid) {

    /** What happened. */
    public enum Type {
        /** The znode came into being. */
        NODE_CREATED(1),
        /** The znode is gone. */
        NODE_DELETED(2),
        /** The data was set, perhaps to an equal value. */
        NODE_DATA_CHANGED(3),
        /** A direct child was created or deleted. */
        NODE_CHILDREN_CHANGED(4),
        /**
         * Made by the client for lasting watches: the connection was replaced, and changes in between may not have been
         * delivered. Read again.
         */
        RESYNC(0),
        /** Made by the client: the session is over and this watch with it. Nothing more will be delivered. */
        WATCH_LOST(-1);

        private static final Type[] BY_NUMBER = {NODE_CREATED, NODE_DELETED, NODE_DATA_CHANGED, NODE_CHILDREN_CHANGED};

        private final int number;

        Type(int number) {
            this.number = number;
        }

        /** {@return the number of this type on the wire; 0 and below are never sent} */
        public int number() {
            return number;
        }

        /**
         * {@return the type with this number, or {@code null} if there is none}
         *
         * @param number a number from the wire
         */
        public static @org.jspecify.annotations.Nullable Type ofNumber(int number) {
            return number >= 1 && number <= BY_NUMBER.length ? BY_NUMBER[number - 1] : null;
        }
    }
}
