package io.pinfold.server.engine;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.Znode;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers writes after they were applied, or refused. Confined to the node loop. */
final class WriteReplies {
    private final Outbox outbox;
    private final DataTree tree;

    WriteReplies(Outbox outbox, DataTree tree) {
        this.outbox = outbox;
        this.tree = tree;
    }

    void done(Connection connection, int xid, Request request, List<OpResult> results) {
        int mark = outbox.beginReply(connection, xid);
        JuteWriter out = connection.out;
        if (request instanceof Request.Multi multi) {
            Replies.writeMultiResults(out, multi.ops(), results);
        } else if (request instanceof Request.Reconfig) {
            Znode config = tree.get("/zookeeper/config");
            if (config != null) {
                ReplyBodies.writeData(out, config.data(), config);
            }
        } else if (!results.isEmpty()) {
            writeResult(out, request.opCode(), results.get(0));
        }
        out.endFrame(mark);
    }

    private static void writeResult(JuteWriter out, OpCode op, OpResult result) {
        if (result instanceof OpResult.Created created) {
            if (op != OpCode.CREATE && created.stat() != null) {
                ReplyBodies.writeCreated(out, created.path(), created.stat());
            } else {
                ReplyBodies.writePath(out, created.path());
            }
        } else if (result instanceof OpResult.DataSet set) {
            Replies.writeStat(out, set.stat());
        }
    }

    /** A refused transaction is a success whose results are all errors; everything else refused is an error. */
    void refused(
            Connection connection, int xid, Request request, ErrorCode refusal, @Nullable List<OpResult> failedMulti) {
        if (request instanceof Request.Multi multi && failedMulti != null) {
            int mark = outbox.beginReply(connection, xid);
            Replies.writeMultiResults(connection.out, multi.ops(), failedMulti);
            connection.out.endFrame(mark);
        } else {
            outbox.reply(connection, xid, refusal);
        }
    }
}
