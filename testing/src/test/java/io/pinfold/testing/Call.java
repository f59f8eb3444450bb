package io.pinfold.testing;

import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.jspecify.annotations.Nullable;

/**
 * One request in the protocol's own terms, legal or not. Immutable.
 *
 * @param op number of the operation
 * @param text what it is, for the reader of a failure
 * @param body writes what stands behind the header
 */
record Call(int op, String text, Body body) {
    /** What {@code alice:pw} and {@code bob:pw} authenticate as. */
    static final String ALICE_DIGEST = digest("alice");

    static final String BOB_DIGEST = digest("bob");

    static final int CREATE = 1;
    static final int DELETE = 2;
    static final int EXISTS = 3;
    static final int GET_DATA = 4;
    static final int SET_DATA = 5;
    static final int GET_ACL = 6;
    static final int SET_ACL = 7;
    static final int GET_CHILDREN = 8;
    static final int SYNC = 9;
    static final int PING = 11;
    static final int GET_CHILDREN2 = 12;
    static final int CHECK = 13;
    static final int MULTI = 14;
    static final int CREATE2 = 15;
    static final int CHECK_WATCHES = 17;
    static final int REMOVE_WATCHES = 18;
    static final int AUTH = 100;
    static final int CREATE_CONTAINER = 19;
    static final int CREATE_TTL = 21;
    static final int MULTI_READ = 22;
    static final int SET_WATCHES = 101;
    static final int GET_EPHEMERALS = 103;
    static final int GET_ALL_CHILDREN_NUMBER = 104;
    static final int SET_WATCHES2 = 105;
    static final int ADD_WATCH = 106;
    static final int WHO_AM_I = 107;
    static final int CLOSE_SESSION = -11;

    /** Writes a request's record; zxids differ from server to server and are given by their rank. */
    interface Body {
        void write(Jute out, IntToLongFunction zxidOfRank);
    }

    /** The access control lists that calls use, legal or not; each entry is permissions, scheme and id. */
    enum AclKind {
        OPEN("31 world anyone"),
        OPEN_TWICE("31 world anyone", "31 world anyone"),
        EMPTY,
        NULL,
        UNKNOWN_SCHEME("31 nonesuch anyone"),
        ALICE("31 digest " + ALICE_DIGEST),
        ALICE_AND_READERS("31 digest " + ALICE_DIGEST, "1 world anyone"),
        ALICE_ADMIN_BOB_USES("16 digest " + ALICE_DIGEST, "15 digest " + BOB_DIGEST),
        NO_DELETE("23 world anyone"),
        WRITE_ONLY("2 world anyone"),
        WHOEVER_AUTHENTICATED("31 auth "),
        AUTHENTICATED_READ_WRITE("3 auth whatever", "16 world anyone"),
        THIS_MACHINE("31 ip 127.0.0.1"),
        THIS_NETWORK("29 ip 127.0.0.0/8"),
        ANOTHER_MACHINE("31 ip 10.1.2.3"),
        WRONG_ADDRESS("31 ip 10.1.2.300"),
        WRONG_BITS("31 ip 10.1.2.3/33"),
        DIGEST_WITHOUT_COLON("31 digest alice"),
        DIGEST_WITH_TWO_COLONS("31 digest a:b:c"),
        WRONG_WORLD("31 world somebody"),
        NO_PERMISSIONS("0 world anyone"),
        ODD_PERMISSIONS("-1 world anyone");

        private final List<String[]> entries;

        AclKind(String... entries) {
            this.entries =
                    Arrays.stream(entries).map(entry -> entry.split(" ", -1)).toList();
        }

        void write(Jute out) {
            out.int32(this == NULL ? -1 : entries.size());
            for (String[] entry : entries) {
                out.int32(Integer.parseInt(entry[0])).text(entry[1]).text(entry[2]);
            }
        }
    }

    /** {@return the whole frame's body} */
    byte[] encode(int xid, IntToLongFunction zxidOfRank) {
        Jute out = new Jute().int32(xid).int32(op);
        body.write(out, zxidOfRank);
        return out.bytes();
    }

    static Call create(int op, @Nullable String path, byte @Nullable [] data, AclKind acl, int flags, long ttl) {
        String text = "create(op " + op + ", " + show(path) + ", " + show(data) + ", flags " + flags
                + (acl == AclKind.OPEN ? "" : ", acl " + acl) + (op == CREATE_TTL ? ", ttl " + ttl : "") + ")";
        return new Call(op, text, (out, zxids) -> {
            out.text(path).buffer(data);
            acl.write(out);
            out.int32(flags);
            if (op == CREATE_TTL) {
                out.int64(ttl);
            }
        });
    }

    static Call create(String path, int flags) {
        return create(CREATE2, path, new byte[0], AclKind.OPEN, flags, -1);
    }

    static Call delete(@Nullable String path, int version) {
        return new Call(
                DELETE,
                "delete(" + show(path) + ", " + version + ")",
                (out, zxids) -> out.text(path).int32(version));
    }

    static Call setData(@Nullable String path, byte @Nullable [] data, int version) {
        String text = "setData(" + show(path) + ", " + show(data) + ", " + version + ")";
        return new Call(
                SET_DATA, text, (out, zxids) -> out.text(path).buffer(data).int32(version));
    }

    static Call check(@Nullable String path, int version) {
        return new Call(
                CHECK,
                "check(" + show(path) + ", " + version + ")",
                (out, zxids) -> out.text(path).int32(version));
    }

    static Call setAcl(@Nullable String path, AclKind acl, int version) {
        return new Call(SET_ACL, "setACL(" + show(path) + ", " + acl + ", " + version + ")", (out, zxids) -> {
            acl.write(out.text(path));
            out.int32(version);
        });
    }

    /** The reads that take a path and a watch flag. */
    static Call read(int op, @Nullable String path, boolean watch) {
        return new Call(
                op,
                name(op) + "(" + show(path) + (watch ? ", watch)" : ")"),
                (out, zxids) -> out.text(path).bool(watch));
    }

    /** The operations that take a path alone. */
    static Call plain(int op, @Nullable String path) {
        return new Call(op, name(op) + "(" + show(path) + ")", (out, zxids) -> out.text(path));
    }

    /** The operations that take a path and a number: addWatch, checkWatches, removeWatches. */
    static Call watches(int op, @Nullable String path, int number) {
        return new Call(
                op,
                name(op) + "(" + show(path) + ", " + number + ")",
                (out, zxids) -> out.text(path).int32(number));
    }

    /** Credentials; they go alone, since Apache ZooKeeper answers them before earlier requests. */
    static Call auth(String scheme, String credentials) {
        return new Call(
                AUTH,
                "auth(" + scheme + ", " + credentials + ")",
                (out, zxids) -> out.int32(0).text(scheme).buffer(credentials.getBytes(StandardCharsets.UTF_8)));
    }

    static String digest(String user) {
        try {
            return DigestAuthenticationProvider.generateDigest(user + ":pw");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** The operations that take nothing. */
    static Call bare(int op) {
        return new Call(op, name(op) + "()", (out, zxids) -> {});
    }

    /** A record that ends too early, or has bytes that no record has. */
    static Call malformed(int op, byte[] body) {
        return new Call(op, "malformed " + name(op) + " " + show(body), (out, zxids) -> out.raw(body));
    }

    /** The same with bytes behind it that no record has. */
    static Call longer(Call call, int bytes) {
        return new Call(call.op, call.text + " and " + bytes + " bytes more", (out, zxids) -> {
            call.body.write(out, zxids);
            out.raw(new byte[bytes]);
        });
    }

    /** setWatches with three lists, or setWatches2 with five; the zxid is given by its rank. */
    static Call setWatches(int op, int zxidRank, List<List<String>> lists) {
        return new Call(op, name(op) + "(since #" + zxidRank + ", " + lists + ")", (out, zxids) -> {
            out.int64(zxids.applyAsLong(zxidRank));
            lists.forEach(out::texts);
        });
    }

    /** multi or multiRead, with whatever inside. */
    static Call multi(int op, List<Call> calls) {
        String text = name(op) + calls.stream().map(Call::text).toList();
        return new Call(op, text, (out, zxids) -> {
            for (Call call : calls) {
                out.int32(call.op).bool(false).int32(-1);
                call.body.write(out, zxids);
            }
            out.int32(-1).bool(true).int32(-1);
        });
    }

    static String name(int op) {
        return switch (op) {
            case EXISTS -> "exists";
            case GET_DATA -> "getData";
            case GET_ACL -> "getACL";
            case GET_CHILDREN -> "getChildren";
            case SYNC -> "sync";
            case PING -> "ping";
            case GET_CHILDREN2 -> "getChildren2";
            case MULTI -> "multi";
            case CHECK_WATCHES -> "checkWatches";
            case REMOVE_WATCHES -> "removeWatches";
            case MULTI_READ -> "multiRead";
            case SET_WATCHES -> "setWatches";
            case GET_EPHEMERALS -> "getEphemerals";
            case GET_ALL_CHILDREN_NUMBER -> "getAllChildrenNumber";
            case SET_WATCHES2 -> "setWatches2";
            case ADD_WATCH -> "addWatch";
            case WHO_AM_I -> "whoAmI";
            case CLOSE_SESSION -> "closeSession";
            default -> "op " + op;
        };
    }

    private static String show(@Nullable String path) {
        if (path == null) {
            return "null";
        }
        StringBuilder shown = new StringBuilder("\"");
        path.chars().forEach(c -> shown.append(c < ' ' || c > '~' ? String.format("\\u%04x", c) : "" + (char) c));
        return shown.append('"').toString();
    }

    private static String show(byte @Nullable [] data) {
        return data == null ? "null" : data.length > 8 ? data.length + " bytes" : Arrays.toString(data);
    }
}
