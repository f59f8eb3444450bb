package io.pinfold.wire;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.Op;
import io.pinfold.ReadOp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads requests, and makes them from what callers ask for. Stateless. */
public final class Requests {
    private Requests() {}

    /**
     * {@return the request that follows}
     *
     * <p>Bytes behind it are not looked at: that is how later versions of the protocol append fields.
     *
     * @param op the operation that the header named
     * @param in stands behind the header
     * @throws MalformedFrame if the bytes are no such request, or the operation is never a request
     */
    public static Request read(OpCode op, JuteReader in) throws MalformedFrame {
        return switch (op) {
            case GET_DATA -> new Request.GetData(in.readPath(), in.readBool());
            case EXISTS -> new Request.Exists(in.readPath(), in.readBool());
            case SET_DATA -> new Request.SetData(in.readPath(), in.readBuffer(), in.readInt());
            case CREATE, CREATE2, CREATE_CONTAINER, CREATE_TTL -> readCreate(op, in);
            case DELETE -> new Request.Delete(in.readPath(), in.readInt());
            case GET_CHILDREN -> new Request.GetChildren(in.readPath(), in.readBool());
            case GET_CHILDREN2 -> new Request.GetChildren2(in.readPath(), in.readBool());
            case PING -> Request.Ping.INSTANCE;
            case CHECK -> new Request.Check(in.readPath(), in.readInt());
            case MULTI -> MultiOps.readMulti(in);
            case MULTI_READ -> MultiOps.readMultiRead(in);
            case SYNC -> new Request.Sync(in.readPath());
            case GET_ACL -> new Request.GetAcl(in.readPath());
            case SET_ACL -> new Request.SetAcl(in.readPath(), Replies.readAcls(in), in.readInt());
            case ADD_WATCH -> new Request.AddWatch(in.readPath(), in.readInt());
            case CHECK_WATCHES -> new Request.CheckWatches(in.readPath(), in.readInt());
            case REMOVE_WATCHES -> new Request.RemoveWatches(in.readPath(), in.readInt());
            case SET_WATCHES -> readSetWatches(in);
            case SET_WATCHES2 -> readSetWatches2(in);
            case AUTH -> new Request.Auth(in.readInt(), in.readText(), in.readBytes());
            case SASL -> new Request.Sasl(in.readBytes());
            case GET_EPHEMERALS -> new Request.GetEphemerals(in.readText());
            case GET_ALL_CHILDREN_NUMBER -> new Request.GetAllChildrenNumber(in.readPath());
            case RECONFIG -> new Request.Reconfig(in.readString(), in.readString(), in.readString(), in.readLong());
            case WHO_AM_I -> Request.WhoAmI.INSTANCE;
            case CLOSE_SESSION -> Request.CloseSession.INSTANCE;
            case NOTIFICATION, DELETE_CONTAINER, ERROR, CREATE_SESSION ->
                throw new MalformedFrame(op + " is not a request");
        };
    }

    private static Request.Create readCreate(OpCode op, JuteReader in) throws MalformedFrame {
        return new Request.Create(
                op,
                in.readPath(),
                in.readBuffer(),
                Replies.readAcls(in),
                in.readInt(),
                op == OpCode.CREATE_TTL ? in.readLong() : -1);
    }

    private static Request.SetWatches readSetWatches(JuteReader in) throws MalformedFrame {
        return new Request.SetWatches(
                in.readLong(), Replies.readStrings(in), Replies.readStrings(in), Replies.readStrings(in));
    }

    private static Request.SetWatches2 readSetWatches2(JuteReader in) throws MalformedFrame {
        return new Request.SetWatches2(
                in.readLong(),
                Replies.readStrings(in),
                Replies.readStrings(in),
                Replies.readStrings(in),
                Replies.readStrings(in),
                Replies.readStrings(in));
    }

    /**
     * Appends a whole request: length, header and record.
     *
     * @param out where to
     * @param xid the request's number
     * @param request the request
     */
    public static void writeFrame(JuteWriter out, int xid, Request request) {
        int frame = out.beginFrame();
        out.writeInt(xid);
        out.writeInt(request.opCode().number());
        request.write(out);
        out.endFrame(frame);
    }

    /**
     * {@return the request that creates a znode, by the operation that its mode asks for}
     *
     * @param path the znode
     * @param data the data
     * @param acl who may do what
     * @param mode the kind of znode
     * @param ttlMillis the time to live, for modes that have one
     */
    public static Request.Create create(
            String path, byte @Nullable [] data, List<Acl> acl, CreateMode mode, long ttlMillis) {
        OpCode op = mode.hasTtl()
                ? OpCode.CREATE_TTL
                : mode == CreateMode.CONTAINER ? OpCode.CREATE_CONTAINER : OpCode.CREATE2;
        return new Request.Create(op, path, data, acl, mode.flag(), mode.hasTtl() ? ttlMillis : -1);
    }

    /**
     * {@return the request for one operation of a transaction}
     *
     * @param op the operation
     */
    public static Request of(Op op) {
        if (op instanceof Op.Create create) {
            return create(create.path(), create.data(), create.acl(), create.mode(), create.ttlMillis());
        }
        if (op instanceof Op.Delete delete) {
            return new Request.Delete(delete.path(), delete.version());
        }
        if (op instanceof Op.SetData setData) {
            return new Request.SetData(setData.path(), setData.data(), setData.version());
        }
        Op.Check check = (Op.Check) op;
        return new Request.Check(check.path(), check.version());
    }

    /**
     * {@return the request for one read of a batch}
     *
     * @param op the read
     */
    public static Request of(ReadOp op) {
        return op instanceof ReadOp.GetData
                ? new Request.GetData(op.path(), false)
                : new Request.GetChildren(op.path(), false);
    }
}
