package io.pinfold.client;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Just enough of a server to create, read and delete znodes, with faults on demand. One session at a time; a fault fires
 * once, for the first request it applies to.
 */
final class TinyServer {
    /** What happens to a request. */
    enum Fault {
        /** The connection breaks before the request is carried out. */
        LOSE_REQUEST,
        /** The request is carried out, and the connection breaks before the reply. */
        LOSE_REPLY,
        /** The request is carried out, the connection breaks, and the session is over. */
        LOSE_SESSION,
        /** The request is carried out, and nothing is heard of it any more. */
        SWALLOW_REPLY
    }

    /** The way back to the client. */
    interface Wire {
        void answer(byte[] frame);

        void hangUp();
    }

    private record Planned(Predicate<Request> when, Fault fault) {}

    final TreeMap<String, Stat> znodes = new TreeMap<>();
    final List<Request> requests = new ArrayList<>();
    private final List<Planned> plan = new ArrayList<>();
    boolean down;
    /** It is an old server, which refuses these and closes the connection. */
    final EnumSet<OpCode> unknown = EnumSet.noneOf(OpCode.class);

    boolean reapsContainers;
    long sessionId;
    private long zxid = 1;
    private int counter;

    TinyServer() {
        znodes.put("/", stat(0));
    }

    void plan(Fault fault, Predicate<Request> when) {
        plan.add(new Planned(when, fault));
    }

    void expire() {
        znodes.values().removeIf(stat -> stat.ephemeralOwner() == sessionId && sessionId != 0);
        sessionId = 0;
    }

    void handshake(byte[] frame, Wire wire) {
        try {
            ConnectRequest request = ConnectRequest.read(new JuteReader(frame));
            boolean over = request.sessionId() != 0 && request.sessionId() != sessionId;
            if (request.sessionId() == 0) {
                sessionId = 0x1000 + zxid++;
            }
            ConnectResponse response = over
                    ? ConnectResponse.refuse(request)
                    : ConnectResponse.accept(request, request.timeoutMillis(), sessionId, new byte[16]);
            JuteWriter out = new JuteWriter();
            int mark = out.beginFrame();
            response.write(out);
            out.endFrame(mark);
            wire.answer(out.toByteArray());
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }

    void request(byte[] frame, Wire wire) {
        try {
            JuteReader in = new JuteReader(frame);
            int xid = in.readInt();
            Request request = Requests.read(Objects.requireNonNull(OpCode.of(in.readInt())), in);
            if (!(request instanceof Request.Ping)) {
                requests.add(request);
            }
            Fault fault = faultFor(request);
            if (fault == Fault.LOSE_REQUEST) {
                wire.hangUp();
                return;
            }
            if (unknown.contains(request.opCode())) {
                wire.answer(reply(xid, -6, out -> {}));
                wire.hangUp();
                return;
            }
            byte[] reply = carryOut(xid, request);
            if (fault == Fault.LOSE_SESSION) {
                expire();
            }
            if (fault == Fault.LOSE_REPLY || fault == Fault.LOSE_SESSION) {
                wire.hangUp();
            } else if (fault == null) {
                wire.answer(reply);
            }
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }

    private Fault faultFor(Request request) {
        for (Planned planned : plan) {
            if (planned.when.test(request)) {
                plan.remove(planned);
                return planned.fault;
            }
        }
        return null;
    }

    private byte[] carryOut(int xid, Request request) {
        if (request instanceof Request.Create create) {
            return create(xid, create);
        }
        if (request instanceof Request.Delete delete) {
            boolean there = znodes.remove(delete.path()) != null;
            return reply(xid, there ? 0 : -101, out -> {});
        }
        if (request instanceof Request.Exists exists) {
            return onZnode(xid, exists.path(), (out, stat) -> Replies.writeStat(out, stat));
        }
        if (request instanceof Request.GetData get) {
            return onZnode(
                    xid,
                    get.path(),
                    (out, stat) -> ReplyBodies.writeData(out, new byte[] {1}, to -> Replies.writeStat(to, stat)));
        }
        if (request instanceof Request.SetData set) {
            return onZnode(xid, set.path(), (out, stat) -> Replies.writeStat(out, stat));
        }
        if (request instanceof Request.GetChildren list) {
            return onZnode(xid, list.path(), (out, stat) -> Replies.writeStrings(out, children(list.path())));
        }
        if (request instanceof Request.GetChildren2 list) {
            return onZnode(xid, list.path(), (out, stat) -> {
                Replies.writeStrings(out, children(list.path()));
                Replies.writeStat(out, stat);
            });
        }
        if (request instanceof Request.Sync sync) {
            return reply(xid, 0, out -> ReplyBodies.writePath(out, sync.path()));
        }
        if (request instanceof Request.Multi multi) {
            return multi(xid, multi.ops());
        }
        if (request instanceof Request.AddWatch) {
            return reply(xid, 0, ReplyBodies::writeWatchAdded);
        }
        return reply(xid, 0, out -> {});
    }

    /** All or nothing; an operation that the server has no state for does nothing. */
    private byte[] multi(int xid, List<Request> ops) {
        TreeMap<String, Stat> before = new TreeMap<>(znodes);
        List<OpResult> results = new ArrayList<>();
        ErrorCode failed = ErrorCode.OK;
        for (Request op : ops) {
            ErrorCode code = failed == ErrorCode.OK ? part(op, results) : ErrorCode.RUNTIME_INCONSISTENCY;
            if (code != ErrorCode.OK) {
                if (failed == ErrorCode.OK) {
                    failed = code;
                    results.replaceAll(done -> new OpResult.Failed(ErrorCode.OK));
                }
                results.add(new OpResult.Failed(code));
            }
        }
        if (failed != ErrorCode.OK) {
            znodes.clear();
            znodes.putAll(before);
        }
        return reply(xid, 0, out -> Replies.writeMultiResults(out, ops, results));
    }

    private ErrorCode part(Request op, List<OpResult> results) {
        if (op instanceof Request.Create create) {
            if (!znodes.containsKey(ZnodePath.parent(create.path()))) {
                return ErrorCode.NO_NODE;
            }
            if (znodes.containsKey(create.path())) {
                return ErrorCode.NODE_EXISTS;
            }
            znodes.put(create.path(), stat(create.flags() == 1 ? sessionId : 0));
            results.add(new OpResult.Created(create.path(), znodes.get(create.path())));
        } else if (op instanceof Request.SetData set) {
            Stat was = znodes.get(set.path());
            if (was == null) {
                return ErrorCode.NO_NODE;
            }
            zxid++;
            Stat now =
                    new Stat(was.czxid(), zxid, 0, 0, was.version() + 1, 0, 0, was.ephemeralOwner(), 0, 0, was.pzxid());
            znodes.put(set.path(), now);
            results.add(new OpResult.DataSet(now));
        }
        return ErrorCode.OK;
    }

    private byte[] create(int xid, Request.Create create) {
        String path = create.path();
        if (!znodes.containsKey(ZnodePath.parent(path))) {
            return reply(xid, -101, out -> {});
        }
        if ((create.flags() & 2) != 0 && create.flags() < 4) {
            path += String.format(java.util.Locale.ROOT, "%010d", counter++);
        }
        if (znodes.containsKey(path)) {
            return reply(xid, -110, out -> {});
        }
        Stat stat = stat((create.flags() & 1) != 0 && create.flags() < 4 ? sessionId : 0);
        znodes.put(path, stat);
        String created = path;
        if (reapsContainers && create.opCode() == OpCode.CREATE_CONTAINER && path.endsWith("/last")) {
            znodes.remove(path);
            reapsContainers = false;
        }
        return reply(xid, 0, out -> ReplyBodies.writeCreated(out, created, stat));
    }

    private interface Body {
        void write(JuteWriter out, Stat stat);
    }

    private byte[] onZnode(int xid, String path, Body body) {
        Stat stat = znodes.get(path);
        return stat == null ? reply(xid, -101, out -> {}) : reply(xid, 0, out -> body.write(out, stat));
    }

    List<String> children(String parent) {
        List<String> names = new ArrayList<>();
        for (String path : znodes.keySet()) {
            if (path.length() > 1 && ZnodePath.parent(path).equals(parent)) {
                names.add(ZnodePath.name(path));
            }
        }
        return names;
    }

    private Stat stat(long owner) {
        zxid++;
        return new Stat(zxid, zxid, 0, 0, 0, 0, 0, owner, 0, 0, zxid);
    }

    private byte[] reply(int xid, int err, Consumer<JuteWriter> body) {
        JuteWriter out = new JuteWriter();
        int frame = out.beginFrame();
        Replies.writeHeader(out, xid, zxid, err);
        body.accept(out);
        out.endFrame(frame);
        return out.toByteArray();
    }
}
