package io.pinfold.testing;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Turns replies and events of one server into text that is the same for another server that did the same: times are
 * left out, zxids and sessions have names, lists without an order are sorted. Confined to one thread.
 */
final class Decoder {
    private final KnownZxids zxids;
    private final Map<Long, Integer> sessionNumbers;

    Decoder(KnownZxids zxids, Map<Long, Integer> sessionNumbers) {
        this.zxids = zxids;
        this.sessionNumbers = sessionNumbers;
    }

    String event(byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        int xid = in.getInt();
        String zxid = zxids.nameOf(in.getLong());
        int err = in.getInt();
        String text = "event xid " + xid + " zxid " + zxid + " err " + err + " type " + in.getInt() + " state "
                + in.getInt() + " " + text(in);
        return text + rest(in);
    }

    String reply(Call call, byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        int xid = in.getInt();
        long zxid = in.getLong();
        int err = in.getInt();
        String header = call.text() + "\n        -> xid " + xid + " state " + zxids.nameOfState(zxid) + " err " + err;
        try {
            return header + (in.hasRemaining() ? " " + body(call.op(), in) : "") + rest(in);
        } catch (BufferUnderflowException e) {
            return header + " and a body that ends too early: " + Arrays.toString(frame);
        }
    }

    /** {@return whether this is the reply to a write that took a zxid on every server} */
    static boolean changedSomething(Call call, byte[] frame) {
        if (ByteBuffer.wrap(frame).getInt(12) != 0) {
            return false;
        }
        return switch (call.op()) {
            case Call.CREATE,
                    Call.CREATE2,
                    Call.CREATE_CONTAINER,
                    Call.CREATE_TTL,
                    Call.DELETE,
                    Call.SET_DATA,
                    Call.SET_ACL,
                    Call.CLOSE_SESSION -> true;
            case Call.MULTI -> {
                int firstResult = ByteBuffer.wrap(frame, 16, frame.length - 16).getInt();
                yield firstResult != -1 && hasChange(frame);
            }
            default -> false;
        };
    }

    /** A transaction of checks alone may be a change or not. */
    private static boolean hasChange(byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        in.position(16);
        boolean change = false;
        for (int type = in.getInt(); in.get() == 0; type = in.getInt()) {
            in.getInt();
            change |= type != Call.CHECK;
            switch (type) {
                case Call.CREATE -> skipText(in);
                case Call.CREATE2 -> skipText(in).position(in.position() + 68);
                case Call.SET_DATA -> in.position(in.position() + 68);
                default -> {}
            }
        }
        return change;
    }

    private static ByteBuffer skipText(ByteBuffer in) {
        int length = in.getInt();
        return in.position(in.position() + length);
    }

    private String body(int op, ByteBuffer in) {
        return switch (op) {
            case Call.CREATE, Call.SYNC -> text(in);
            case Call.CREATE2, Call.CREATE_CONTAINER, Call.CREATE_TTL -> text(in) + " " + stat(in);
            case Call.EXISTS, Call.SET_DATA, Call.SET_ACL -> stat(in);
            case Call.GET_DATA -> data(in) + " " + stat(in);
            case Call.GET_ACL -> acls(in) + " " + stat(in);
            case Call.GET_CHILDREN, Call.GET_EPHEMERALS -> texts(in).toString();
            case Call.GET_CHILDREN2 -> texts(in) + " " + stat(in);
            case Call.GET_ALL_CHILDREN_NUMBER, Call.ADD_WATCH -> Integer.toString(in.getInt());
            case Call.MULTI, Call.MULTI_READ -> results(in);
            case Call.WHO_AM_I -> clients(in);
            default -> "";
        };
    }

    private String results(ByteBuffer in) {
        StringJoiner results = new StringJoiner("; ", "[", "]");
        while (true) {
            int type = in.getInt();
            boolean done = in.get() != 0;
            int err = in.getInt();
            String head = type + (done ? " done " : " ") + err;
            if (done) {
                return results.add(head).toString();
            }
            results.add(head + " " + (type == -1 ? Integer.toString(in.getInt()) : body(type, in)));
        }
    }

    private String stat(ByteBuffer in) {
        String czxid = zxids.nameOf(in.getLong());
        String mzxid = zxids.nameOf(in.getLong());
        in.getLong(); // ctime and mtime are what they are
        in.getLong();
        String versions = in.getInt() + "/" + in.getInt() + "/" + in.getInt();
        long owner = in.getLong();
        int length = in.getInt();
        int children = in.getInt();
        return "{c " + czxid + ", m " + mzxid + ", p " + zxids.nameOf(in.getLong()) + ", versions " + versions
                + ", owner " + (owner == 0 ? "none" : sessionNumbers.get(owner)) + ", length " + length + ", children "
                + children + "}";
    }

    /** Apache ZooKeeper has no order for the identities that take the place of {@code auth}. */
    private static String acls(ByteBuffer in) {
        List<String> acls = new ArrayList<>();
        for (int count = in.getInt(); count > 0; count--) {
            acls.add(in.getInt() + ":" + text(in) + ":" + text(in));
        }
        Collections.sort(acls);
        return acls.toString();
    }

    private static String clients(ByteBuffer in) {
        List<String> clients = new ArrayList<>();
        for (int count = in.getInt(); count > 0; count--) {
            clients.add(text(in) + ":" + text(in));
        }
        Collections.sort(clients);
        return clients.toString();
    }

    private static List<String> texts(ByteBuffer in) {
        List<String> texts = new ArrayList<>();
        for (int count = in.getInt(); count > 0; count--) {
            texts.add(text(in));
        }
        Collections.sort(texts);
        return texts;
    }

    private static String data(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0) {
            return "null";
        }
        byte[] data = new byte[length];
        in.get(data);
        return length + " bytes " + Arrays.hashCode(data);
    }

    private static String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0) {
            return "null";
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String rest(ByteBuffer in) {
        return in.hasRemaining() ? " and " + in.remaining() + " bytes more" : "";
    }
}
