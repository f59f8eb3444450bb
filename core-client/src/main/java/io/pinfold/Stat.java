package io.pinfold;

/**
 * What the server knows about a znode besides its data. Immutable.
 *
 * <p>The fields and their meaning are those of the Apache ZooKeeper protocol's {@code Stat} record. A zxid orders all
 * changes of one ensemble; zxids of different ensembles cannot be compared.
 *
 * @param czxid zxid of the transaction that created the znode; 0 for the server's own znodes
 * @param mzxid zxid of the creation or of the last change of the data
 * @param ctime time of creation in milliseconds since 1970 by the leader's clock; not fit for ordering
 * @param mtime time of the last change of the data in milliseconds since 1970 by the leader's clock
 * @param version number of changes of the data, starting at 0; wraps at 2<sup>31</sup>
 * @param cversion number of changes of the set of children
 * @param aversion number of changes of the ACL
 * @param ephemeralOwner id of the session that owns an ephemeral znode; 0 for every other kind
 * @param dataLength length of the data in bytes; 0 also when there is no data
 * @param numChildren number of direct children
 * @param pzxid zxid of the last creation or deletion of a direct child; {@code czxid} while there was none
 */
public record Stat(
        long czxid,
        long mzxid,
        long ctime,
        long mtime,
        int version,
        int cversion,
        int aversion,
        long ephemeralOwner,
        int dataLength,
        int numChildren,
        long pzxid) {

    /** {@return whether the znode vanishes with the session that created it} */
    public boolean isEphemeral() {
        return ephemeralOwner != 0;
    }
}
