package io.pinfold.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * The list of operations inside a transaction or a batch of reads: each behind a small header, ended by a header that
 * says so. Neither nests, so nothing here recurses. Stateless.
 */
final class MultiOps {
    /** The type in the header of an error and of the end. */
    static final int NO_TYPE = -1;

    private MultiOps() {}

    static List<Request> copyOfWrites(List<Request> ops) {
        List<Request> copy = List.copyOf(ops);
        for (Request op : copy) {
            if (!isPartOfMulti(op.opCode())) {
                throw new IllegalArgumentException(op.opCode() + " cannot be part of a transaction");
            }
        }
        return copy;
    }

    static List<Request> copyOfReads(List<Request> ops) {
        List<Request> copy = List.copyOf(ops);
        for (Request op : copy) {
            if (!isPartOfMultiRead(op.opCode())) {
                throw new IllegalArgumentException(op.opCode() + " cannot be part of a batch of reads");
            }
        }
        return copy;
    }

    static void write(JuteWriter out, List<Request> ops) {
        for (Request op : ops) {
            writeHeader(out, op.opCode().number(), false, -1);
            op.write(out);
        }
        writeEnd(out);
    }

    static Request.Multi readMulti(JuteReader in) throws MalformedFrame {
        List<Request> ops = new ArrayList<>(4);
        for (OpCode op = nextOp(in); op != OpCode.ERROR; op = nextOp(in)) {
            if (!isPartOfMulti(op)) {
                throw new MalformedFrame(op + " cannot be part of a transaction");
            }
            ops.add(Requests.read(op, in));
        }
        return new Request.Multi(ops);
    }

    static Request.MultiRead readMultiRead(JuteReader in) throws MalformedFrame {
        List<Request> ops = new ArrayList<>(4);
        for (OpCode op = nextOp(in); op != OpCode.ERROR; op = nextOp(in)) {
            if (!isPartOfMultiRead(op)) {
                throw new MalformedFrame(op + " cannot be part of a batch of reads");
            }
            ops.add(Requests.read(op, in));
        }
        return new Request.MultiRead(ops);
    }

    /** Reads the next header: an operation, or {@link OpCode#ERROR} for the end, whose header has that type. */
    private static OpCode nextOp(JuteReader in) throws MalformedFrame {
        int type = in.readInt();
        boolean done = in.readBool();
        in.readInt();
        if (done) {
            return OpCode.ERROR;
        }
        OpCode op = OpCode.of(type);
        if (op == null || op == OpCode.ERROR) {
            throw new MalformedFrame("Operation " + type + " cannot be part of a list");
        }
        return op;
    }

    static void writeHeader(JuteWriter out, int type, boolean done, int error) {
        out.writeInt(type);
        out.writeBool(done);
        out.writeInt(error);
    }

    static void writeEnd(JuteWriter out) {
        writeHeader(out, NO_TYPE, true, -1);
    }

    private static boolean isPartOfMulti(OpCode op) {
        return op.isCreate() || op == OpCode.DELETE || op == OpCode.SET_DATA || op == OpCode.CHECK;
    }

    private static boolean isPartOfMultiRead(OpCode op) {
        return op == OpCode.GET_DATA || op == OpCode.GET_CHILDREN;
    }
}
