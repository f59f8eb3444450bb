package io.pinfold.wire;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of a transaction or of a batch of reads: each behind a small header, ended by a header that says so.
 * Stateless.
 */
final class MultiResults {
    private MultiResults() {}

    static void write(JuteWriter out, List<Request> ops, List<OpResult> results) {
        if (ops.size() != results.size()) {
            throw new IllegalArgumentException(results.size() + " results for " + ops.size() + " operations");
        }
        for (int i = 0; i < results.size(); i++) {
            writeOne(out, ops.get(i).opCode(), results.get(i));
        }
        MultiOps.writeEnd(out);
    }

    private static void writeOne(JuteWriter out, OpCode op, OpResult result) {
        if (result instanceof OpResult.Failed failed) {
            writeError(out, failed.code());
        } else if (result instanceof OpResult.Created created) {
            writeCreated(out, op, created);
        } else if (result instanceof OpResult.DataSet dataSet) {
            MultiOps.writeHeader(out, OpCode.SET_DATA.number(), false, 0);
            Replies.writeStat(out, dataSet.stat());
        } else {
            OpCode type = result instanceof OpResult.Deleted ? OpCode.DELETE : OpCode.CHECK;
            MultiOps.writeHeader(out, type.number(), false, 0);
        }
    }

    /** The plain form goes to those who asked for it: their clients know no other. */
    private static void writeCreated(JuteWriter out, OpCode op, OpResult.Created created) {
        if (op == OpCode.CREATE) {
            MultiOps.writeHeader(out, OpCode.CREATE.number(), false, 0);
            ReplyBodies.writePath(out, created.path());
            return;
        }
        Stat stat = created.stat();
        if (stat == null) {
            throw new IllegalArgumentException("The result of " + op + " needs metadata");
        }
        MultiOps.writeHeader(out, OpCode.CREATE2.number(), false, 0);
        ReplyBodies.writeCreated(out, created.path(), stat);
    }

    private static void writeError(JuteWriter out, ErrorCode code) {
        MultiOps.writeHeader(out, MultiOps.NO_TYPE, false, code.number());
        out.writeInt(code.number());
    }

    static List<OpResult> read(JuteReader in) throws MalformedFrame {
        List<OpResult> results = new ArrayList<>(4);
        while (true) {
            int type = in.readInt();
            boolean done = in.readBool();
            in.readInt();
            if (done) {
                return List.copyOf(results);
            }
            results.add(readOne(type, in));
        }
    }

    private static OpResult readOne(int type, JuteReader in) throws MalformedFrame {
        OpCode op = OpCode.of(type);
        if (op == OpCode.ERROR) {
            return new OpResult.Failed(ErrorCode.ofNumber(in.readInt()));
        } else if (op == OpCode.CREATE) {
            return new OpResult.Created(ReplyBodies.readPath(in), null);
        } else if (op == OpCode.CREATE2) {
            return ReplyBodies.readCreated(in, OpResult.Created::new);
        } else if (op == OpCode.SET_DATA) {
            return new OpResult.DataSet(Replies.readStat(in));
        } else if (op == OpCode.DELETE) {
            return new OpResult.Deleted();
        } else if (op == OpCode.CHECK) {
            return new OpResult.Checked();
        }
        throw new MalformedFrame("A result of type " + type + " in a transaction");
    }

    static void writeReads(JuteWriter out, List<ReadResult> results) {
        for (ReadResult result : results) {
            if (result instanceof ReadResult.Failed failed) {
                writeError(out, failed.code());
            } else if (result instanceof ReadResult.Data data) {
                MultiOps.writeHeader(out, OpCode.GET_DATA.number(), false, 0);
                ReplyBodies.writeData(out, data.data(), to -> Replies.writeStat(to, data.stat()));
            } else if (result instanceof ReadResult.Children children) {
                MultiOps.writeHeader(out, OpCode.GET_CHILDREN.number(), false, 0);
                Replies.writeStrings(out, children.names());
            }
        }
        MultiOps.writeEnd(out);
    }

    static List<ReadResult> readReads(JuteReader in) throws MalformedFrame {
        List<ReadResult> results = new ArrayList<>(4);
        while (true) {
            int type = in.readInt();
            boolean done = in.readBool();
            in.readInt();
            if (done) {
                return List.copyOf(results);
            }
            results.add(readOneRead(type, in));
        }
    }

    private static ReadResult readOneRead(int type, JuteReader in) throws MalformedFrame {
        OpCode op = OpCode.of(type);
        if (op == OpCode.ERROR) {
            return new ReadResult.Failed(ErrorCode.ofNumber(in.readInt()));
        } else if (op == OpCode.GET_DATA) {
            return ReplyBodies.readData(in, ReadResult.Data::new);
        } else if (op == OpCode.GET_CHILDREN) {
            return new ReadResult.Children(ReplyBodies.readNames(in));
        }
        throw new MalformedFrame("A result of type " + type + " in a batch of reads");
    }
}
