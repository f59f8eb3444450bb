package io.pinfold.server.migration;

import io.pinfold.Acl;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One record in a log of Apache ZooKeeper. Stateless. */
final class ForeignTxn {
    private static final int CREATE = 1;
    private static final int DELETE = 2;
    private static final int SET_DATA = 5;
    private static final int SET_ACL = 7;
    private static final int CHECK = 13;
    private static final int MULTI = 14;
    private static final int CREATE2 = 15;
    private static final int RECONFIG = 16;
    private static final int CREATE_CONTAINER = 19;
    private static final int DELETE_CONTAINER = 20;
    private static final int CREATE_TTL = 21;
    private static final int CREATE_SESSION = -10;
    private static final int CLOSE_SESSION = -11;
    private static final int ERROR = -1;
    private static final int DIGEST_VERSION = 2;
    private static final int DIGEST_BYTES = 12;

    private ForeignTxn() {}

    /**
     * What every record begins with.
     *
     * @param session that asked for it
     * @param zxid its place
     * @param timeMillis the leader's clock, in milliseconds since 1970
     * @param type what it does
     */
    record Header(long session, long zxid, long timeMillis, int type) {}

    static Header readHeader(JuteReader in) throws MalformedFrame {
        long session = in.readLong();
        in.readInt(); // the client's number for the request
        return new Header(session, in.readLong(), in.readLong(), in.readInt());
    }

    /** Applies what follows on a header. {@return the digest that the tree must have now; null if the record has none} */
    static @Nullable Long apply(Header header, JuteReader in, ForeignTree tree) throws MalformedFrame {
        apply(header, header.type, in, tree);
        tree.at(Math.max(tree.lastZxid(), header.zxid));
        if (in.remaining() < DIGEST_BYTES) {
            return null;
        }
        int version = in.readInt();
        long digest = in.readLong();
        return version == DIGEST_VERSION ? digest : null;
    }

    private static void apply(Header header, int type, JuteReader in, ForeignTree tree) throws MalformedFrame {
        switch (type) {
            case CREATE, CREATE2 -> create(header, type, in, tree);
            case CREATE_CONTAINER -> {
                String path = in.readText();
                tree.create(header, path, in.readBuffer(), acl(in), ForeignNode.containerOwner(), in.readInt());
            }
            case CREATE_TTL -> createTtl(header, in, tree);
            case DELETE, DELETE_CONTAINER -> tree.delete(header.zxid, in.readText());
            case SET_DATA, RECONFIG -> tree.setData(header, in.readText(), in.readBuffer(), in.readInt());
            case SET_ACL -> tree.setAcl(in.readText(), acl(in), in.readInt());
            case CHECK -> {
                in.readText();
                in.readInt();
            }
            case MULTI -> multi(header, in, tree);
            case CREATE_SESSION -> tree.sessions.put(header.session, in.readInt());
            case CLOSE_SESSION -> {
                skipPaths(in);
                tree.closeSession(header);
            }
            case ERROR -> in.readInt();
            default -> throw new MalformedFrame("a transaction of the unknown type " + type);
        }
    }

    /** The oldest records of the kind lack the number of children ever created. */
    private static void create(Header header, int type, JuteReader in, ForeignTree tree) throws MalformedFrame {
        String path = in.readText();
        byte[] data = in.readBuffer();
        List<Acl> acl = acl(in);
        long owner = in.readBool() ? header.session : 0;
        boolean counted = in.remaining() >= 4 && (type == CREATE2 || in.remaining() != DIGEST_BYTES);
        tree.create(header, path, data, acl, owner, counted ? in.readInt() : -1);
    }

    private static void createTtl(Header header, JuteReader in, ForeignTree tree) throws MalformedFrame {
        String path = in.readText();
        byte[] data = in.readBuffer();
        List<Acl> acl = acl(in);
        int created = in.readInt();
        tree.create(header, path, data, acl, ForeignNode.ttlOwner(in.readLong()), created);
    }

    /** A failed transaction is in the log, too, with an error among its parts; nothing of it counts. */
    private static void multi(Header header, JuteReader in, ForeignTree tree) throws MalformedFrame {
        int count = in.readCount(8);
        int[] types = new int[count];
        List<byte[]> parts = new ArrayList<>(count);
        boolean failed = false;
        for (int i = 0; i < count; i++) {
            types[i] = in.readInt();
            parts.add(in.readBytes());
            failed |= types[i] == ERROR;
        }
        for (int i = 0; i < count && !failed; i++) {
            apply(header, types[i], new JuteReader(parts.get(i)), tree);
        }
    }

    /** Servers before 3.6 name no paths, and end the record here. */
    private static void skipPaths(JuteReader in) throws MalformedFrame {
        if (in.remaining() == 0) {
            return;
        }
        for (int count = in.readCount(4); count > 0; count--) {
            in.readString();
        }
    }

    static List<Acl> acl(JuteReader in) throws MalformedFrame {
        List<Acl> acl = new ArrayList<>();
        for (int count = in.readCount(12); count > 0; count--) {
            int permissions = in.readInt();
            acl.add(new Acl(permissions, in.readText(), in.readText()));
        }
        return acl;
    }
}
