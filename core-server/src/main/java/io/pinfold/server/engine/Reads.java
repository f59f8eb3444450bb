package io.pinfold.server.engine;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.ErrorCode;
import io.pinfold.ReadResult;
import io.pinfold.server.tree.Authorizer;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.Znode;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import io.pinfold.wire.Xid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers what needs no log: from the tree, straight into the connection's outbox. Confined to the node loop. */
final class Reads {
    /** The longest reply to a batch of reads; clients of other makes accept a sixteenth of it at most. */
    private static final long MULTI_READ_BYTES = 16L << 20;

    private static final int RESULT_BYTES = 100;
    private static final int CHILD_BYTES = 20;

    private final DataTree tree;
    private final Watches watches;
    private final Outbox outbox;
    private final Authorizer authorizer;
    /** As whom the request is asked that is being answered. */
    private List<AuthId> identities = List.of();

    Reads(DataTree tree, Watches watches, Outbox outbox, Authorizer authorizer) {
        this.tree = tree;
        this.watches = watches;
        this.outbox = outbox;
        this.authorizer = authorizer;
    }

    void answer(Connection connection, List<AuthId> asWhom, int xid, Request request) {
        identities = asWhom;
        switch (request.opCode()) {
            case GET_DATA -> getData(connection, xid, (Request.GetData) request);
            case EXISTS -> exists(connection, xid, (Request.Exists) request);
            case GET_CHILDREN -> {
                Request.GetChildren read = (Request.GetChildren) request;
                getChildren(connection, xid, read.path(), read.watch(), false);
            }
            case GET_CHILDREN2 -> {
                Request.GetChildren2 read = (Request.GetChildren2) request;
                getChildren(connection, xid, read.path(), read.watch(), true);
            }
            case GET_ACL -> getAcl(connection, xid, (Request.GetAcl) request);
            case GET_ALL_CHILDREN_NUMBER -> countDescendants(connection, xid, (Request.GetAllChildrenNumber) request);
            case GET_EPHEMERALS -> getEphemerals(connection, xid, (Request.GetEphemerals) request);
            case MULTI_READ -> multiRead(connection, xid, (Request.MultiRead) request);
            case WHO_AM_I -> whoAmI(connection, xid);
            case PING -> outbox.reply(connection, Xid.PING, ErrorCode.OK);
            case SYNC -> sync(connection, xid, (Request.Sync) request);
            case ADD_WATCH -> watches.add(connection, xid, (Request.AddWatch) request);
            case CHECK_WATCHES -> watches.check(connection, xid, (Request.CheckWatches) request);
            case REMOVE_WATCHES -> watches.remove(connection, xid, (Request.RemoveWatches) request);
            case SET_WATCHES -> watches.restore(connection, xid, (Request.SetWatches) request);
            case SET_WATCHES2 -> watches.restore(connection, xid, (Request.SetWatches2) request);
            default -> throw new IllegalStateException(request.opCode() + " is no read");
        }
    }

    private void getData(Connection connection, int xid, Request.GetData request) {
        Znode node = readable(connection, xid, request.path());
        if (node == null) {
            return;
        }
        if (request.watch()) {
            if (refuseWatch(connection, xid)) {
                return;
            }
            watches.watchData(connection, request.path());
        }
        int mark = outbox.beginReply(connection, xid);
        ReplyBodies.writeData(connection.out, node.data(), node);
        connection.out.endFrame(mark);
    }

    private void exists(Connection connection, int xid, Request.Exists request) {
        if (request.path().indexOf('\0') >= 0) {
            outbox.reply(connection, xid, ErrorCode.BAD_ARGUMENTS);
            return;
        }
        Znode node = tree.get(request.path());
        if (node != null && !isReadable(node)) {
            outbox.reply(connection, xid, ErrorCode.NO_AUTH);
            return;
        }
        if (request.watch()) {
            if (refuseWatch(connection, xid)) {
                return;
            }
            watches.watchData(connection, request.path());
        }
        if (node == null) {
            outbox.reply(connection, xid, ErrorCode.NO_NODE);
            return;
        }
        int mark = outbox.beginReply(connection, xid);
        node.writeStat(connection.out);
        connection.out.endFrame(mark);
    }

    private void getChildren(Connection connection, int xid, String path, boolean watch, boolean withStat) {
        Znode node = readable(connection, xid, path);
        if (node == null) {
            return;
        }
        if (watch) {
            if (refuseWatch(connection, xid)) {
                return;
            }
            watches.watchChildren(connection, path);
        }
        int mark = outbox.beginReply(connection, xid);
        JuteWriter out = connection.out;
        if (withStat) {
            ReplyBodies.writeChildren(out, node, node);
        } else {
            ReplyBodies.writeNames(out, node);
        }
        out.endFrame(mark);
    }

    /** The znode that a client asks about; null, and the request refused, if there is none or not for it. */
    private @Nullable Znode readable(Connection connection, int xid, String path) {
        Znode node = tree.get(path);
        if (node != null && isReadable(node)) {
            return node;
        }
        outbox.reply(connection, xid, node == null ? ErrorCode.NO_NODE : ErrorCode.NO_AUTH);
        return null;
    }

    private boolean isReadable(Znode node) {
        return authorizer.permits(node.acl(), Acl.READ, identities);
    }

    private boolean refuseWatch(Connection connection, int xid) {
        if (watches.full()) {
            outbox.reply(connection, xid, ErrorCode.QUOTA_EXCEEDED);
            return true;
        }
        return false;
    }

    private void getAcl(Connection connection, int xid, Request.GetAcl request) {
        Znode node = tree.get(request.path());
        if (node == null) {
            outbox.reply(connection, xid, ErrorCode.NO_NODE);
            return;
        }
        if (!authorizer.permits(node.acl(), Acl.READ | Acl.ADMIN, identities)) {
            outbox.reply(connection, xid, ErrorCode.NO_AUTH);
            return;
        }
        boolean whole = authorizer.permits(node.acl(), Acl.ADMIN, identities);
        int mark = outbox.beginReply(connection, xid);
        ReplyBodies.writeAcl(connection.out, whole ? node.acl() : masked(node.acl()), node);
        connection.out.endFrame(mark);
    }

    /** Who may read but not change a list does not see the hashes of passwords in it. */
    private static List<Acl> masked(List<Acl> acl) {
        List<Acl> masked = new ArrayList<>(acl.size());
        for (Acl entry : acl) {
            int colon = entry.scheme().equals("digest") ? entry.id().indexOf(':') : -1;
            masked.add(
                    colon < 0
                            ? entry
                            : new Acl(entry.permissions(), "digest", entry.id().substring(0, colon) + ":x"));
        }
        return masked;
    }

    private void countDescendants(Connection connection, int xid, Request.GetAllChildrenNumber request) {
        if (readable(connection, xid, request.path()) == null) {
            return;
        }
        int mark = outbox.beginReply(connection, xid);
        ReplyBodies.writeCount(connection.out, tree.countDescendants(request.path()));
        connection.out.endFrame(mark);
    }

    private void getEphemerals(Connection connection, int xid, Request.GetEphemerals request) {
        int mark = outbox.beginReply(connection, xid);
        Replies.writeStrings(connection.out, tree.ephemerals(connection.sessionId, request.prefix()));
        connection.out.endFrame(mark);
    }

    private void multiRead(Connection connection, int xid, Request.MultiRead request) {
        if (replyBytes(request) > MULTI_READ_BYTES) {
            outbox.reply(connection, xid, ErrorCode.QUOTA_EXCEEDED);
            return;
        }
        List<ReadResult> results = new ArrayList<>(request.ops().size());
        for (Request op : request.ops()) {
            results.add(read(op));
        }
        int mark = outbox.beginReply(connection, xid);
        Replies.writeReadResults(connection.out, results);
        connection.out.endFrame(mark);
    }

    /** {@return about how long the reply will be: a small request may name a large znode very often} */
    private long replyBytes(Request.MultiRead request) {
        long bytes = 0;
        for (Request op : request.ops()) {
            if (op instanceof Request.GetData get) {
                Znode node = tree.get(get.path());
                byte[] data = node == null ? null : node.data();
                bytes += RESULT_BYTES + (data == null ? 0 : data.length);
            } else if (op instanceof Request.GetChildren list) {
                Znode node = tree.get(list.path());
                bytes += RESULT_BYTES + (node == null ? 0 : (long) node.childCount() * CHILD_BYTES);
            }
        }
        return bytes;
    }

    private ReadResult read(Request op) {
        boolean data = op instanceof Request.GetData;
        String path = data ? ((Request.GetData) op).path() : ((Request.GetChildren) op).path();
        Znode node = tree.get(path);
        if (node == null) {
            return new ReadResult.Failed(ErrorCode.NO_NODE);
        }
        if (!isReadable(node)) {
            return new ReadResult.Failed(ErrorCode.NO_AUTH);
        }
        if (data) {
            return new ReadResult.Data(node.data(), node.stat());
        }
        List<String> names = new ArrayList<>(node.childCount());
        node.forEachChild(names::add);
        return new ReadResult.Children(names);
    }

    private void whoAmI(Connection connection, int xid) {
        int mark = outbox.beginReply(connection, xid);
        Replies.writeAuthIds(connection.out, Authentication.shown(identities));
        connection.out.endFrame(mark);
    }

    private void sync(Connection connection, int xid, Request.Sync request) {
        int mark = outbox.beginReply(connection, xid);
        ReplyBodies.writePath(connection.out, request.path());
        connection.out.endFrame(mark);
    }
}
