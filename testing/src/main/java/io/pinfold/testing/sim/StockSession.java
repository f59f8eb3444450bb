package io.pinfold.testing.sim;

import io.pinfold.ErrorCode;
import io.pinfold.WatchEvent;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.ReplyHeader;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import io.pinfold.wire.WatcherEvent;
import io.pinfold.wire.Xid;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A session as stock clients keep it: requests under way fail when the connection is lost, which is then opened anew to some
 * member; when the session is over, another one begins. For programs of other makes. Confined to the world's thread.
 */
public final class StockSession {
    private static final long MILLI = 1_000_000;
    private static final long RETRY_NANOS = 20 * MILLI;

    /** Hears of the session. */
    public interface Listener {
        /** The connection is lost; requests under way have failed, watches are gone. */
        void disconnected();

        /** A session goes on, or another one began. */
        void connected();

        /**
         * A watch fired.
         *
         * @param type what happened
         * @param path where
         */
        void event(WatchEvent.Type type, String path);
    }

    /** Hears of the outcome of a request. */
    @FunctionalInterface
    public interface Answer {
        /**
         * The answer is there.
         *
         * @param code {@link ErrorCode#CONNECTION_LOSS} if none will come
         * @param body what stands behind the header
         * @throws MalformedFrame if it cannot be read
         */
        void take(ErrorCode code, JuteReader body) throws MalformedFrame;
    }

    private record Sent(long atNanos, Answer answer) {}

    private final Stage stage;
    private final String name;
    private final int wishedMillis;
    private final Listener listener;
    private final ArrayDeque<Sent> underWay = new ArrayDeque<>();
    private final ArrayDeque<Long> pings = new ArrayDeque<>();
    private @Nullable Line line;
    private long session;
    private byte[] password = new byte[16];
    private int timeoutMillis;
    private long lastZxid;
    private int xid;
    private boolean welcomed;
    private boolean dead;
    /** When the ping was sent that was answered last: the session lives for its timeout from then on. */
    private long sureSinceNanos;

    /**
     * Makes a session that is not open yet.
     *
     * @param stage the world
     * @param name whose it is
     * @param timeoutMillis what it wishes for
     * @param listener hears of it
     */
    public StockSession(Stage stage, String name, int timeoutMillis, Listener listener) {
        this.stage = stage;
        this.name = name;
        this.wishedMillis = timeoutMillis;
        this.timeoutMillis = timeoutMillis;
        this.listener = listener;
    }

    /** Begins to connect. */
    public void start() {
        connect();
    }

    /** {@return the number of the present session; 0 for none yet} */
    public long id() {
        return session;
    }

    /** {@return whether it is connected and so lately answered that the session cannot be over} */
    public boolean isSure() {
        return welcomed && stage.nowNanos() - sureSinceNanos < timeoutMillis * MILLI / 10 * 9;
    }

    /** The process dies: its connection breaks, and nobody hears of it again. */
    public void die() {
        dead = true;
        lose();
    }

    /** Closes the session, as far as the connection lets it. */
    public void close() {
        if (welcomed) {
            ask(Request.CloseSession.INSTANCE, (code, body) -> die());
        } else {
            die();
        }
    }

    /**
     * Asks for something.
     *
     * @param request what
     * @param answer hears of the outcome, not before this returns
     */
    public void ask(Request request, Answer answer) {
        if (welcomed && line != null) {
            underWay.add(new Sent(stage.nowNanos(), answer));
            line.send(++xid, request);
        } else {
            stage.after(RETRY_NANOS, () -> tell(answer, ErrorCode.CONNECTION_LOSS, new JuteReader(new byte[0])));
        }
    }

    private void tell(Answer answer, ErrorCode code, JuteReader body) {
        if (dead) {
            return;
        }
        try {
            answer.take(code, body);
        } catch (MalformedFrame e) {
            throw new IllegalStateException("A member sent what is no reply", e);
        }
    }

    private void connect() {
        if (dead) {
            return;
        }
        Line next = new Line();
        line = next;
        int member = stage.members()
                .get(stage.below(name + ".member", stage.members().size()));
        next.wire = Tap.connect(stage, name, member, next);
        stage.after(timeoutMillis * MILLI / 3, () -> {
            if (line == next && !welcomed) {
                lost();
            }
        });
    }

    private void lose() {
        Line losing = line;
        line = null;
        welcomed = false;
        pings.clear();
        if (losing != null) {
            losing.wire.close();
        }
    }

    private void lost() {
        boolean wasWelcomed = welcomed;
        lose();
        while (!underWay.isEmpty()) {
            tell(underWay.remove().answer(), ErrorCode.CONNECTION_LOSS, new JuteReader(new byte[0]));
        }
        if (wasWelcomed && !dead) {
            listener.disconnected();
        }
        stage.after(stage.below(name + ".again", 3) * RETRY_NANOS, () -> {
            if (line == null) {
                connect();
            }
        });
    }

    /** One connection. */
    private final class Line implements WireListener {
        private final Frames frames = new Frames();
        private Wire wire = Wire.NONE;
        private long greetedNanos;
        private long heardNanos;

        private boolean isCurrent() {
            return line == this;
        }

        void send(int number, Request request) {
            JuteWriter out = new JuteWriter();
            Requests.writeFrame(out, number, request);
            wire.send(out.array(), out.size());
        }

        @Override
        public void opened() {
            if (isCurrent()) {
                greetedNanos = stage.nowNanos();
                JuteWriter out = new JuteWriter();
                int frame = out.beginFrame();
                new ConnectRequest(0, lastZxid, timeoutMillis, session, password, false, true).write(out);
                out.endFrame(frame);
                wire.send(out.array(), out.size());
            }
        }

        @Override
        public void closed(String reason) {
            if (isCurrent()) {
                lost();
            }
        }

        @Override
        public void received(byte[] bytes) {
            frames.feed(bytes, bytes.length);
            for (byte[] frame = frames.next(); frame != null && isCurrent(); frame = frames.next()) {
                heardNanos = stage.nowNanos();
                try {
                    take(new JuteReader(frame));
                } catch (MalformedFrame e) {
                    throw new IllegalStateException("A member sent what is no reply", e);
                }
            }
        }

        private void take(JuteReader frame) throws MalformedFrame {
            if (!welcomed) {
                welcome(ConnectResponse.read(frame));
                return;
            }
            ReplyHeader header = ReplyHeader.read(frame);
            if (header.zxid() > lastZxid) {
                lastZxid = header.zxid();
            }
            if (header.xid() == Xid.EVENT) {
                WatcherEvent event = WatcherEvent.read(frame);
                WatchEvent.Type type = event.knownType();
                if (type != null) {
                    listener.event(type, event.path());
                }
                return;
            }
            if (header.xid() == Xid.PING) {
                sureSinceNanos = Math.max(sureSinceNanos, pings.remove());
            } else {
                tell(underWay.remove().answer(), header.code(), frame);
            }
        }

        private void welcome(ConnectResponse response) {
            if (response.sessionId() == 0) {
                session = 0;
                password = new byte[16];
                timeoutMillis = wishedMillis;
                lastZxid = 0;
                lost();
                return;
            }
            welcomed = true;
            session = response.sessionId();
            password = response.password();
            timeoutMillis = response.timeoutMillis();
            sureSinceNanos = greetedNanos;
            tick();
            listener.connected();
        }

        private void tick() {
            if (!isCurrent()) {
                return;
            }
            long timeout = timeoutMillis * MILLI;
            if (stage.nowNanos() - heardNanos > timeout * 2 / 3) {
                lost();
                return;
            }
            pings.add(stage.nowNanos());
            send(Xid.PING, Request.Ping.INSTANCE);
            stage.after(timeout / 4, this::tick);
        }
    }
}
