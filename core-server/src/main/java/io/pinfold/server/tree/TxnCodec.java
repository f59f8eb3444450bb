package io.pinfold.server.tree;

import io.pinfold.Acl;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.Replies;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Transactions as bytes, for the log and for peers. The zxid is not part of them: it stands beside them wherever they
 * are kept. Stateless.
 *
 * <pre>
 * byte format = 1, long timeMillis, long sessionId, int cxid, then one change:
 * 1  create         path, data, acl, byte kind, long parentCreated, [long ttlMillis if the kind is TTL]
 * 2  delete         path
 * 3  setData        path, data, int version
 * 4  setAcl         path, acl, int aversion
 * 5  check          path
 * 6  multi          int count, that many changes of 1 to 5
 * 7  createSession  int timeoutMillis
 * 8  closeSession   int count, that many paths
 * </pre>
 */
public final class TxnCodec {
    static final int FORMAT = 1;
    static final int HEADER_BYTES = 21;

    private static final int CREATE = 1;
    private static final int DELETE = 2;
    private static final int SET_DATA = 3;
    private static final int SET_ACL = 4;
    private static final int CHECK = 5;
    private static final int MULTI = 6;
    private static final int CREATE_SESSION = 7;
    private static final int CLOSE_SESSION = 8;

    private TxnCodec() {}

    /** {@return the bytes of a transaction without its zxid} */
    public static byte[] encode(TxnRecord record) {
        JuteWriter out = new JuteWriter(encodedSize(record.body()));
        write(out, record);
        return out.size() == out.array().length ? out.array() : out.toByteArray();
    }

    /** Appends the bytes of a transaction without its zxid. */
    public static void write(JuteWriter out, TxnRecord record) {
        out.writeByte(FORMAT);
        out.writeLong(record.timeMillis());
        out.writeLong(record.sessionId());
        out.writeInt(record.cxid());
        writeTxn(out, record.body());
    }

    private static void writeTxn(JuteWriter out, Txn txn) {
        if (txn instanceof Txn.SetData set) {
            out.writeByte(SET_DATA);
            out.writeString(set.path());
            out.writeBuffer(set.data());
            out.writeInt(set.version());
        } else if (txn instanceof Txn.Create create) {
            out.writeByte(CREATE);
            out.writeString(create.path());
            out.writeBuffer(create.data());
            writeAcl(out, create.acl());
            out.writeByte(create.kind().number());
            out.writeLong(create.parentCreated());
            if (create.kind() == NodeKind.TTL) {
                out.writeLong(create.ttlMillis());
            }
        } else if (txn instanceof Txn.Delete delete) {
            out.writeByte(DELETE);
            out.writeString(delete.path());
        } else if (txn instanceof Txn.SetAcl set) {
            out.writeByte(SET_ACL);
            out.writeString(set.path());
            writeAcl(out, set.acl());
            out.writeInt(set.aversion());
        } else if (txn instanceof Txn.Check check) {
            out.writeByte(CHECK);
            out.writeString(check.path());
        } else {
            writeWhole(out, txn);
        }
    }

    private static void writeWhole(JuteWriter out, Txn txn) {
        if (txn instanceof Txn.Multi multi) {
            out.writeByte(MULTI);
            out.writeInt(multi.ops().size());
            multi.ops().forEach(op -> writeTxn(out, op));
        } else if (txn instanceof Txn.CreateSession create) {
            out.writeByte(CREATE_SESSION);
            out.writeInt(create.timeoutMillis());
        } else if (txn instanceof Txn.CloseSession close) {
            out.writeByte(CLOSE_SESSION);
            out.writeInt(close.ephemerals().size());
            close.ephemerals().forEach(out::writeString);
        } else {
            throw new IllegalArgumentException("No form for " + txn);
        }
    }

    /**
     * {@return the transaction that {@link #encode} made these bytes of}
     *
     * @throws MalformedFrame if it did not make them
     */
    public static TxnRecord decode(long zxid, byte[] payload) throws MalformedFrame {
        JuteReader in = new JuteReader(payload);
        byte format = in.readByte();
        if (format != FORMAT) {
            throw new MalformedFrame("The transaction has the unknown format " + format);
        }
        long timeMillis = in.readLong();
        long sessionId = in.readLong();
        int cxid = in.readInt();
        Txn body = readTxn(in, true);
        if (in.remaining() != 0) {
            throw new MalformedFrame("The transaction has " + in.remaining() + " bytes behind its end");
        }
        return new TxnRecord(zxid, timeMillis, sessionId, cxid, body);
    }

    private static Txn readTxn(JuteReader in, boolean whole) throws MalformedFrame {
        byte type = in.readByte();
        if (!whole && type > CHECK) {
            throw new MalformedFrame("A transaction of type " + type + " within another one");
        }
        return switch (type) {
            case CREATE -> readCreate(in);
            case DELETE -> new Txn.Delete(readPath(in));
            case SET_DATA -> new Txn.SetData(readPath(in), in.readBuffer(), in.readInt());
            case SET_ACL -> new Txn.SetAcl(readPath(in), readAcl(in), in.readInt());
            case CHECK -> new Txn.Check(readPath(in));
            case MULTI -> new Txn.Multi(readOperations(in));
            case CREATE_SESSION -> new Txn.CreateSession(in.readInt());
            case CLOSE_SESSION -> new Txn.CloseSession(readPaths(in));
            default -> throw new MalformedFrame("A transaction of the unknown type " + type);
        };
    }

    private static Txn readCreate(JuteReader in) throws MalformedFrame {
        String path = readPath(in);
        byte[] data = in.readBuffer();
        List<Acl> acl = readAcl(in);
        NodeKind kind = readKind(in);
        return new Txn.Create(path, data, acl, kind, in.readLong(), kind == NodeKind.TTL ? in.readLong() : 0);
    }

    private static List<Txn> readOperations(JuteReader in) throws MalformedFrame {
        int count = in.readCount(5);
        List<Txn> ops = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ops.add(readTxn(in, false));
        }
        return ops;
    }

    private static List<String> readPaths(JuteReader in) throws MalformedFrame {
        int count = in.readCount(4);
        List<String> paths = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            paths.add(readPath(in));
        }
        return paths;
    }

    static String readPath(JuteReader in) throws MalformedFrame {
        String path = in.readPath();
        if (!path.startsWith("/")) {
            throw new MalformedFrame("\"" + path + "\" is not a path");
        }
        return path;
    }

    static void writeAcl(JuteWriter out, List<Acl> acl) {
        Replies.writeAcls(out, acl);
    }

    static List<Acl> readAcl(JuteReader in) throws MalformedFrame {
        return Replies.readAcls(in);
    }

    static NodeKind readKind(JuteReader in) throws MalformedFrame {
        byte number = in.readByte();
        NodeKind kind = NodeKind.of(number);
        if (kind == null) {
            throw new MalformedFrame("A znode of the unknown kind " + number);
        }
        return kind;
    }

    /** {@return how many bytes {@link #encode} makes of a record with this body} */
    static int encodedSize(Txn body) {
        long size = HEADER_BYTES + size(body);
        return (int) Math.min(Integer.MAX_VALUE, size);
    }

    /** How many bytes one change takes, its type included. */
    static long size(Txn txn) {
        if (txn instanceof Txn.SetData set) {
            return 1 + size(set.path()) + size(set.data()) + 4;
        }
        if (txn instanceof Txn.Create create) {
            return 1
                    + size(create.path())
                    + size(create.data())
                    + aclSize(create.acl())
                    + 1
                    + 8
                    + ttlSize(create.kind());
        }
        if (txn instanceof Txn.Delete delete) {
            return 1 + size(delete.path());
        }
        if (txn instanceof Txn.SetAcl set) {
            return 1 + size(set.path()) + aclSize(set.acl()) + 4;
        }
        if (txn instanceof Txn.Check check) {
            return 1 + size(check.path());
        }
        if (txn instanceof Txn.Multi multi) {
            return 5 + sum(multi.ops(), op -> (int) size(op));
        }
        if (txn instanceof Txn.CloseSession close) {
            return 5 + sum(close.ephemerals(), TxnCodec::size);
        }
        return 5;
    }

    private static int ttlSize(NodeKind kind) {
        return kind == NodeKind.TTL ? 8 : 0;
    }

    private static <T> long sum(List<T> list, ToIntFunction<T> size) {
        long sum = 0;
        for (T element : list) {
            sum += size.applyAsInt(element);
        }
        return sum;
    }

    private static int size(byte @Nullable [] data) {
        return data == null ? 4 : 4 + data.length;
    }

    private static long aclSize(List<Acl> acl) {
        return 4 + sum(acl, entry -> 4 + size(entry.scheme()) + size(entry.id()));
    }

    /** How many bytes a text takes, the length in front included. */
    static int size(String text) {
        int size = 4 + text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // A pair of surrogates becomes four bytes: two for each of its halves.
                size += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return size;
    }
}
