package io.pinfold.testing;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One of the two servers of a scenario with the connections to it. A step is played in two halves, so that both servers
 * work at the same time. Confined to one thread.
 */
final class Side {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PING_XID = -2;
    private static final int AUTH_XID = -4;
    private static final int SET_WATCHES_XID = -8;

    private final int port;
    private final KnownZxids zxids = new KnownZxids();
    private final Map<Long, Integer> sessionNumbers = new HashMap<>();
    private final Decoder decoder = new Decoder(zxids, sessionNumbers);
    private final TreeMap<Integer, RawConnection> connections = new TreeMap<>();
    private final Map<Integer, byte[]> credentials = new HashMap<>();
    private final List<String> outcome = new ArrayList<>();
    private @Nullable RawConnection opening;
    private int xid;

    Side(int port) {
        this.port = port;
    }

    /** Sends what the step says. */
    void begin(Step step) throws IOException {
        outcome.clear();
        if (step instanceof Step.Send send) {
            sendAll(send.session(), send.calls());
        } else if (step instanceof Step.Close close) {
            sendAll(close.session(), withClose(close));
        } else if (step instanceof Step.Open open) {
            connect(new byte[24], open.timeoutMillis(), 0, open.withFlag());
        } else if (step instanceof Step.Resume resume) {
            if (resume.dropFirst()) {
                drop(resume.session());
            }
            connect(credentialsOf(resume.session()), 30_000, 0, true);
        } else if (step instanceof Step.WrongPassword wrong) {
            drop(wrong.session());
            byte[] forged = credentialsOf(wrong.session()).clone();
            forged[10] ^= 1;
            connect(forged, 30_000, 0, true);
        } else if (step instanceof Step.FromTheFuture) {
            connect(new byte[24], 30_000, Long.MAX_VALUE, true);
        } else if (step instanceof Step.Negotiate negotiate) {
            connect(new byte[24], negotiate.timeoutMillis(), 0, true);
        } else if (step instanceof Step.Restart) {
            close();
        }
    }

    /** {@return what the clients saw of the step that was begun, the same for every server that does the same} */
    List<String> finish(Step step) throws IOException {
        if (step instanceof Step.Send send) {
            receiveAll(send.session(), send.calls(), false);
        } else if (step instanceof Step.Close close) {
            receiveAll(close.session(), withClose(close), true);
            expectClosed(close.session());
        } else if (step instanceof Step.Open open) {
            attach(open.session());
        } else if (step instanceof Step.Resume resume) {
            resume(resume.session());
        } else if (!(step instanceof Step.Restart)) {
            finishHandshake();
        }
        return outcome;
    }

    void close() throws IOException {
        for (RawConnection connection : connections.values()) {
            connection.close();
        }
        connections.clear();
    }

    private static List<Call> withClose(Step.Close close) {
        List<Call> calls = new ArrayList<>(close.calls());
        calls.add(Call.bare(Call.CLOSE_SESSION));
        return calls;
    }

    private void sendAll(int session, List<Call> calls) throws IOException {
        RawConnection connection = connections.get(session);
        if (connection == null) {
            return; // happens only in scenarios that were made shorter
        }
        Jute burst = new Jute();
        for (Call call : calls) {
            burst.buffer(call.encode(xidOf(call), zxids::back));
        }
        send(connection, burst.bytes());
    }

    /** If the server has hung up, the attempt to receive will tell. */
    private static void send(RawConnection connection, byte[] bytes) {
        try {
            connection.send(bytes);
        } catch (IOException e) {
            return;
        }
    }

    private int xidOf(Call call) {
        return switch (call.op()) {
            case Call.PING -> PING_XID;
            case Call.AUTH -> AUTH_XID;
            case Call.SET_WATCHES, Call.SET_WATCHES2 -> SET_WATCHES_XID;
            default -> ++xid;
        };
    }

    private void receiveAll(int session, List<Call> calls, boolean anyOrderOfEvents) throws IOException {
        RawConnection connection = connections.get(session);
        if (connection == null) {
            outcome.add("session " + session + " is not connected");
            return;
        }
        List<byte[]> frames = framesUntilReplies(connection, calls.size());
        noteZxids(calls, frames);
        boolean closed = framesAreFewer(frames, calls.size());
        tell(session, calls, frames, anyOrderOfEvents);
        if (closed) {
            outcome.add("session " + session + ": closed");
            drop(session);
        }
        Map<Integer, List<byte[]>> seenByOthers = drainOthers(session);
        seenByOthers.forEach((other, events) -> tell(other, List.of(), events, anyOrderOfEvents));
    }

    /** Reads until there are so many replies or the server hangs up. */
    private static List<byte[]> framesUntilReplies(RawConnection connection, int replies) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        for (int missing = replies; missing > 0; ) {
            try {
                byte[] frame = connection.receive(PATIENCE);
                frames.add(frame);
                missing -= isEvent(frame) ? 0 : 1;
            } catch (EOFException e) {
                return frames;
            }
        }
        return frames;
    }

    private static boolean framesAreFewer(List<byte[]> frames, int calls) {
        return frames.stream().filter(frame -> !isEvent(frame)).count() < calls;
    }

    private void noteZxids(List<Call> calls, List<byte[]> frames) {
        int next = 0;
        for (byte[] frame : frames) {
            if (!isEvent(frame) && Decoder.changedSomething(calls.get(next++), frame)) {
                zxids.add(ByteBuffer.wrap(frame).getLong(4));
            }
        }
    }

    private void tell(int session, List<Call> calls, List<byte[]> frames, boolean anyOrderOfEvents) {
        List<String> events = new ArrayList<>();
        int next = 0;
        for (byte[] frame : frames) {
            if (isEvent(frame)) {
                (anyOrderOfEvents ? events : outcome).add("session " + session + ": " + decoder.event(frame));
            } else {
                outcome.add("session " + session + ": " + decoder.reply(calls.get(next++), frame));
            }
        }
        Collections.sort(events);
        outcome.addAll(events);
    }

    /** A reply to a ping says that all events of what was replied to before have arrived. */
    private Map<Integer, List<byte[]>> drainOthers(int session) throws IOException {
        byte[] ping = new Jute()
                .buffer(Call.bare(Call.PING).encode(PING_XID, zxids::back))
                .bytes();
        TreeMap<Integer, RawConnection> others = new TreeMap<>(connections);
        others.remove(session);
        others.values().forEach(other -> send(other, ping));
        Map<Integer, List<byte[]>> seen = new TreeMap<>();
        for (Map.Entry<Integer, RawConnection> other : others.entrySet()) {
            List<byte[]> frames = framesUntilReplies(other.getValue(), 1);
            if (!frames.removeIf(frame -> !isEvent(frame))) {
                outcome.add("session " + other.getKey() + ": closed by the way");
                drop(other.getKey());
            }
            seen.put(other.getKey(), frames);
        }
        return seen;
    }

    private void connect(byte[] idAndPassword, int timeoutMillis, long lastZxidSeen, boolean withFlag)
            throws IOException {
        ByteBuffer credential = ByteBuffer.wrap(idAndPassword);
        byte[] password = new byte[16];
        long id = credential.getLong();
        credential.get(password);
        Jute request = new Jute()
                .int32(0)
                .int64(lastZxidSeen)
                .int32(timeoutMillis)
                .int64(id)
                .buffer(password);
        opening = RawConnection.open(port);
        opening.sendFrame((withFlag ? request.bool(false) : request).bytes());
    }

    private void attach(int session) throws IOException {
        RawConnection connection = opening;
        byte[] response = connection.receive(PATIENCE);
        describe(session, response);
        byte[] credential = new byte[24];
        System.arraycopy(response, 8, credential, 0, 8);
        System.arraycopy(response, 20, credential, 8, 16);
        credentials.put(session, credential);
        sessionNumbers.put(ByteBuffer.wrap(credential).getLong(), session);
        drop(session);
        connections.put(session, connection);
    }

    private void resume(int session) throws IOException {
        RawConnection connection = opening;
        byte[] response = connection.receive(PATIENCE);
        describe(session, response);
        if (ByteBuffer.wrap(response).getInt(4) <= 0) {
            outcome.add(connection.awaitClose(PATIENCE) ? "closed" : "not closed");
            connection.close();
            return;
        }
        drop(session); // Apache ZooKeeper closes an older connection too, but not always
        connections.put(session, connection);
    }

    /** A handshake that is not meant to give a session to work with. */
    private void finishHandshake() throws IOException {
        try (RawConnection connection = opening) {
            byte[] response = connection.receive(PATIENCE);
            describe(-1, response);
            if (ByteBuffer.wrap(response).getInt(4) <= 0) {
                outcome.add(connection.awaitClose(PATIENCE) ? "closed" : "not closed");
            } else {
                connection.sendFrame(Call.bare(Call.CLOSE_SESSION).encode(1, zxids::back));
                outcome.add(decoder.reply(Call.bare(Call.CLOSE_SESSION), connection.receive(PATIENCE)));
            }
        } catch (EOFException e) {
            outcome.add("closed without an answer");
        }
    }

    private void describe(int session, byte[] response) {
        ByteBuffer in = ByteBuffer.wrap(response);
        outcome.add("session " + session + ": handshake of " + response.length + " bytes, version " + in.getInt()
                + ", timeout " + in.getInt() + (in.getLong() == 0 ? ", no session" : ", a session")
                + ", password of " + in.getInt() + " bytes");
    }

    private void expectClosed(int session) throws IOException {
        RawConnection connection = connections.get(session);
        if (connection != null) {
            outcome.add(connection.awaitClose(PATIENCE) ? "closed" : "not closed");
            drop(session);
        }
    }

    private byte[] credentialsOf(int session) {
        return credentials.getOrDefault(
                session, new byte[] {0, 1, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    }

    private void drop(int session) throws IOException {
        RawConnection connection = connections.remove(session);
        if (connection != null) {
            connection.close();
        }
    }

    private static boolean isEvent(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt() == -1;
    }
}
