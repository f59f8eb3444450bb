package io.pinfold.testing.sim;

import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.WatchEvent;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.ReplyHeader;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import io.pinfold.wire.WatcherEvent;
import io.pinfold.wire.Xid;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A client of some other make, on the wire: pipelines, moves from member to member, renews its watches, reads slowly, or
 * sends rubbish, as its {@link Habits} say. It trusts what it is told; whether that is true others judge.
 *
 * <p>Confined to the world's thread.
 */
public final class RawClient {
    private static final long MILLI = 1_000_000;
    private static final long RETRY_NANOS = 20 * MILLI;

    private record Sent(int xid, Request request) {}

    private final Stage stage;
    private final String name;
    private final Habits habits;
    private final Grammar grammar;
    private final RawWatches watches = new RawWatches();
    private final ArrayDeque<Sent> underWay = new ArrayDeque<>();

    private @Nullable Line line;
    private long session;
    private byte[] password = new byte[16];
    private int timeoutMillis;
    private long lastZxid;
    private int xid;
    private int left;
    private boolean stopped;

    /**
     * Makes a client that does nothing yet.
     *
     * @param stage the world
     * @param name who it is
     * @param habits how it behaves
     */
    public RawClient(Stage stage, String name, Habits habits) {
        this.stage = stage;
        this.name = name;
        this.habits = habits;
        this.grammar = new Grammar(stage, name, habits.grammar());
        this.timeoutMillis = habits.timeoutMillis();
        this.left = habits.requests();
    }

    /** Begins to connect and to ask. */
    public void start() {
        connect();
    }

    /** Asks for nothing new any more, but keeps its session alive. */
    public void calm() {
        stopped = true;
    }

    /** Dies: its connections break, and nobody hears of it again. */
    public void die() {
        stopped = true;
        Line dying = line;
        line = null;
        if (dying != null) {
            dying.wire.close();
        }
    }

    /** {@return how many requests wait for an answer} */
    public int underWay() {
        return underWay.size();
    }

    private void connect() {
        Line next = new Line();
        line = next;
        int member = stage.members()
                .get(stage.below(name + ".member", stage.members().size()));
        next.wire = Tap.connect(stage, name, member, next);
        stage.after(timeoutMillis * MILLI / 3, () -> next.requireWelcome());
    }

    private void reconnectLater() {
        line = null;
        underWay.clear();
        if (habits.xidsRestart()) {
            xid = 0;
        }
        // Often at once, while what was sent last is still on its way.
        stage.after(stage.below(name + ".again", 2) * RETRY_NANOS, () -> {
            if (line == null) {
                connect();
            }
        });
    }

    private void startOver() {
        session = 0;
        password = new byte[16];
        timeoutMillis = habits.timeoutMillis();
        lastZxid = 0;
        watches.clear();
    }

    /** One connection. */
    private final class Line implements WireListener {
        private final Frames frames = new Frames();
        private Wire wire = Wire.NONE;
        private boolean welcomed;
        private boolean closing;
        private boolean asleep;
        private long heardNanos = stage.nowNanos();

        private boolean isCurrent() {
            return line == this;
        }

        private void giveUp() {
            wire.close();
            reconnectLater();
        }

        void requireWelcome() {
            if (isCurrent() && !welcomed) {
                giveUp();
            }
        }

        @Override
        public void opened() {
            if (!isCurrent()) {
                return;
            }
            JuteWriter out = new JuteWriter();
            int frame = out.beginFrame();
            new ConnectRequest(0, lastZxid, timeoutMillis, session, password, false, true).write(out);
            out.endFrame(frame);
            wire.send(out.array(), out.size());
        }

        @Override
        public void closed(String reason) {
            if (isCurrent()) {
                if (closing) {
                    startOver();
                }
                reconnectLater();
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
                    watches.fired(type, event.path());
                }
            } else if (header.xid() != Xid.PING) {
                answered(header, frame);
            }
        }

        private void welcome(ConnectResponse response) {
            welcomed = true;
            if (response.sessionId() == 0) {
                startOver();
                giveUp();
                return;
            }
            session = response.sessionId();
            password = response.password();
            timeoutMillis = response.timeoutMillis();
            if (!watches.isEmpty()) {
                ask(Xid.SET_WATCHES, watches.renewal(lastZxid));
            }
            tick();
            stage.after(0, this::burst);
        }

        private void answered(ReplyHeader header, JuteReader body) throws MalformedFrame {
            Sent sent = underWay.poll();
            if (sent == null) {
                return;
            }
            if (sent.request().opCode() == OpCode.CLOSE_SESSION) {
                startOver();
                giveUp();
                return;
            }
            if (header.err() == 0 && sent.request() instanceof Request.Create create && isNumbered(create)) {
                grammar.created(ReplyBodies.readPath(body));
            }
            boolean absent = header.code() == ErrorCode.NO_NODE;
            if (header.err() == 0 || absent) {
                watches.answered(sent.request(), absent);
            }
            if (underWay.isEmpty()) {
                long mean = habits.thinkNanos();
                stage.after(mean / 2 + stage.below(name + ".think", (int) mean), this::burst);
            }
        }

        private static boolean isNumbered(Request.Create create) {
            CreateMode mode = CreateMode.ofFlag(create.flags());
            return mode != null && mode.isSequential();
        }

        private void burst() {
            if (!isCurrent() || stopped || left <= 0 || !underWay.isEmpty()) {
                return;
            }
            if (oneIn("close", habits.closeOneIn())) {
                closing = true;
                ask(++xid, Request.CloseSession.INSTANCE);
                return;
            }
            if (oneIn("wild", habits.wildOneIn())) {
                rave();
                return;
            }
            int count = 1 + stage.below(name + ".burst", habits.depth());
            left -= count;
            for (int i = 0; i < count; i++) {
                ask(++xid, grammar.next());
            }
            if (oneIn("move", habits.moveOneIn())) {
                giveUp(); // what was sent may happen or not
            } else if (oneIn("sleep", habits.sleepOneIn())) {
                sleep();
            } else if (habits.slowNanos() > 0 && oneIn("slow", 10)) {
                wire.read(false);
                stage.after(habits.slowNanos(), () -> wire.read(true));
            }
        }

        /** For as long as the session lives, or a little shorter or longer. */
        private void sleep() {
            asleep = true;
            wire.read(false);
            long timeout = timeoutMillis * MILLI;
            stage.after(timeout / 2 + stage.below(name + ".sleep", (int) timeout), () -> {
                asleep = false;
                heardNanos = stage.nowNanos();
                wire.read(true);
            });
        }

        private void rave() {
            byte[] rubbish = new byte[4 + stage.below(name + ".rubbish", 60)];
            for (int i = 0; i < rubbish.length; i++) {
                rubbish[i] = (byte) stage.draw(name + ".rubbish");
            }
            if (wire instanceof Tap tap) {
                tap.sendWildly(rubbish);
            }
            stage.after(habits.thinkNanos(), () -> {
                if (isCurrent()) {
                    giveUp();
                }
            });
        }

        private boolean oneIn(String what, int bound) {
            return bound > 0 && stage.below(name + '.' + what, bound) == 0;
        }

        private void ask(int number, Request request) {
            underWay.add(new Sent(number, request));
            sendFrame(number, request);
        }

        private void sendFrame(int number, Request request) {
            JuteWriter out = new JuteWriter();
            Requests.writeFrame(out, number, request);
            wire.send(out.array(), out.size());
        }

        /** Pings often enough, and goes elsewhere when nothing is heard. */
        private void tick() {
            if (!isCurrent()) {
                return;
            }
            long timeout = timeoutMillis * MILLI;
            if (!asleep && stage.nowNanos() - heardNanos > timeout * 2 / 3) {
                giveUp();
                return;
            }
            if (!asleep) {
                sendFrame(Xid.PING, Request.Ping.INSTANCE);
            }
            stage.after(timeout / 4, this::tick);
        }
    }
}
