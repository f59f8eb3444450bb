package io.pinfold.wire;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import io.pinfold.WatchEvent;
import java.util.List;

/**
 * The parts that replies consist of, in both directions; {@link ReplyBodies} puts them together. Never writes a null text
 * or list: clients break. Stateless.
 */
public final class Replies {
    /** {@link Acl#OPEN} as it is sent, which nearly all lists are. */
    private static final byte[] OPEN = encode(Acl.OPEN);
    /** Permissions and two lengths. */
    private static final int SMALLEST_ACL = 12;

    private Replies() {}

    /**
     * Appends a reply's header.
     *
     * @param out where to
     * @param xid the number of the request
     * @param zxid the last transaction that the reply reflects
     * @param err the error by number, 0 for success
     */
    public static void writeHeader(JuteWriter out, int xid, long zxid, int err) {
        out.ensure(FrameLimits.REPLY_HEADER_BYTES);
        out.writeInt(xid);
        out.writeLong(zxid);
        out.writeInt(err);
    }

    /**
     * Appends a reply's header.
     *
     * @param out where to
     * @param header the header
     */
    public static void writeHeader(JuteWriter out, ReplyHeader header) {
        writeHeader(out, header.xid(), header.zxid(), header.err());
    }

    /**
     * {@return the header of this reply}
     *
     * @param in stands behind the length
     * @throws MalformedFrame if there are not enough bytes
     */
    public static ReplyHeader readHeader(JuteReader in) throws MalformedFrame {
        return ReplyHeader.read(in);
    }

    /**
     * Appends a whole reply that consists of a header only: every error, and successes without content.
     *
     * @param out where to
     * @param xid the number of the request
     * @param zxid the last transaction that the reply reflects
     * @param code the error, or {@link ErrorCode#OK}
     */
    public static void writeEmptyFrame(JuteWriter out, int xid, long zxid, ErrorCode code) {
        out.ensure(FrameLimits.LENGTH_BYTES + FrameLimits.REPLY_HEADER_BYTES);
        out.writeInt(FrameLimits.REPLY_HEADER_BYTES);
        writeHeader(out, xid, zxid, code.number());
    }

    /**
     * Appends a whole watch event: length, header and record.
     *
     * @param out where to
     * @param type what happened
     * @param path the znode
     * @param zxid the transaction that did it, or −1
     */
    public static void writeEventFrame(JuteWriter out, WatchEvent.Type type, String path, long zxid) {
        int frame = out.beginFrame();
        writeHeader(out, Xid.EVENT, zxid, 0);
        writeEvent(out, type, path);
        out.endFrame(frame);
    }

    /**
     * Appends the record of a watch event.
     *
     * @param out where to
     * @param type what happened
     * @param path the znode
     */
    public static void writeEvent(JuteWriter out, WatchEvent.Type type, String path) {
        out.writeInt(type.number());
        out.writeInt(WatcherEvent.CONNECTED);
        out.writeString(path);
    }

    /**
     * {@return the watch event that follows}
     *
     * @param in stands behind the header
     * @throws MalformedFrame if the bytes are no event
     */
    public static WatcherEvent readEvent(JuteReader in) throws MalformedFrame {
        return WatcherEvent.read(in);
    }

    /**
     * Appends metadata.
     *
     * @param out where to
     * @param stat the metadata
     */
    public static void writeStat(JuteWriter out, Stat stat) {
        out.ensure(FrameLimits.STAT_BYTES);
        out.writeLong(stat.czxid());
        out.writeLong(stat.mzxid());
        out.writeLong(stat.ctime());
        out.writeLong(stat.mtime());
        out.writeInt(stat.version());
        out.writeInt(stat.cversion());
        out.writeInt(stat.aversion());
        out.writeLong(stat.ephemeralOwner());
        out.writeInt(stat.dataLength());
        out.writeInt(stat.numChildren());
        out.writeLong(stat.pzxid());
    }

    /**
     * {@return the metadata that follow}
     *
     * @param in where from
     * @throws MalformedFrame if there are not enough bytes
     */
    public static Stat readStat(JuteReader in) throws MalformedFrame {
        return new Stat(
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                in.readLong());
    }

    /**
     * Appends an access control list.
     *
     * @param out where to
     * @param acls the list
     */
    public static void writeAcls(JuteWriter out, List<Acl> acls) {
        if (acls == Acl.OPEN) {
            out.writeRaw(OPEN, 0, OPEN.length);
            return;
        }
        out.writeInt(acls.size());
        for (Acl acl : acls) {
            out.writeInt(acl.permissions());
            out.writeString(acl.scheme());
            out.writeString(acl.id());
        }
    }

    /**
     * {@return the access control list that follows; {@link Acl#OPEN} itself if it equals that, empty if it is null}
     *
     * @param in where from
     * @throws MalformedFrame if the bytes are no such list
     */
    public static List<Acl> readAcls(JuteReader in) throws MalformedFrame {
        if (in.accept(OPEN)) {
            return Acl.OPEN;
        }
        Acl[] acls = new Acl[in.readCount(SMALLEST_ACL)];
        for (int i = 0; i < acls.length; i++) {
            acls[i] = new Acl(in.readInt(), in.readText(), in.readText());
        }
        return List.of(acls);
    }

    private static byte[] encode(List<Acl> acls) {
        JuteWriter out = new JuteWriter(64);
        out.writeInt(acls.size());
        for (Acl acl : acls) {
            out.writeInt(acl.permissions());
            out.writeString(acl.scheme());
            out.writeString(acl.id());
        }
        return out.toByteArray();
    }

    /**
     * Appends a list of texts.
     *
     * @param out where to
     * @param texts the list
     */
    public static void writeStrings(JuteWriter out, List<String> texts) {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeString(text);
        }
    }

    /**
     * {@return the list of texts that follows, empty if it is null}
     *
     * @param in where from
     * @throws MalformedFrame if the bytes are no such list, or one of the texts is null
     */
    public static List<String> readStrings(JuteReader in) throws MalformedFrame {
        String[] texts = new String[in.readCount(FrameLimits.LENGTH_BYTES)];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = in.readPath();
        }
        return List.of(texts);
    }

    /**
     * Appends a list of identities.
     *
     * @param out where to
     * @param ids the list
     */
    public static void writeAuthIds(JuteWriter out, List<AuthId> ids) {
        out.writeInt(ids.size());
        for (AuthId id : ids) {
            out.writeString(id.scheme());
            out.writeString(id.id());
        }
    }

    /**
     * {@return the list of identities that follows, empty if it is null}
     *
     * @param in where from
     * @throws MalformedFrame if the bytes are no such list
     */
    public static List<AuthId> readAuthIds(JuteReader in) throws MalformedFrame {
        AuthId[] ids = new AuthId[in.readCount(2 * FrameLimits.LENGTH_BYTES)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = new AuthId(in.readText(), in.readText());
        }
        return List.of(ids);
    }

    /**
     * Appends the results of a transaction.
     *
     * @param out where to
     * @param ops its operations, which decide the form of the results
     * @param results one result for each, in the same order
     */
    public static void writeMultiResults(JuteWriter out, List<Request> ops, List<OpResult> results) {
        MultiResults.write(out, ops, results);
    }

    /**
     * {@return the results of a transaction that follow}
     *
     * @param in where from
     * @throws MalformedFrame if the bytes are no such results
     */
    public static List<OpResult> readMultiResults(JuteReader in) throws MalformedFrame {
        return MultiResults.read(in);
    }

    /**
     * Appends the results of a batch of reads.
     *
     * @param out where to
     * @param results the results in the order of the reads
     */
    public static void writeReadResults(JuteWriter out, List<ReadResult> results) {
        MultiResults.writeReads(out, results);
    }

    /**
     * {@return the results of a batch of reads that follow}
     *
     * @param in where from
     * @throws MalformedFrame if the bytes are no such results
     */
    public static List<ReadResult> readReadResults(JuteReader in) throws MalformedFrame {
        return MultiResults.readReads(in);
    }
}
