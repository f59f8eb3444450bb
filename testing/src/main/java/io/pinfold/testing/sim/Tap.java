package io.pinfold.testing.sim;

import io.pinfold.WatchEvent;
import io.pinfold.testing.sim.oracle.Fact;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.ReplyHeader;
import io.pinfold.wire.Requests;
import io.pinfold.wire.WatcherEvent;
import io.pinfold.wire.Xid;
import java.util.Arrays;

/**
 * Listens in on a client's connection and writes down what both sides say, so that nobody's own account of it is needed.
 * Confined to the world's thread.
 */
final class Tap implements Wire, WireListener {
    private final Stage stage;
    private final WireListener listener;
    private final long connection;
    private final Frames outgoing = new Frames();
    private final Frames incoming = new Frames();
    private Wire wire = Wire.NONE;
    private boolean greeted;
    private boolean welcomed;
    private boolean wild;
    private boolean over;

    private Tap(Stage stage, WireListener listener) {
        this.stage = stage;
        this.listener = listener;
        this.connection = stage.nextConnection();
    }

    /** As {@link Stage#connect}, with somebody who listens in. */
    static Wire connect(Stage stage, String actor, int member, WireListener listener) {
        Tap tap = new Tap(stage, listener);
        tap.wire = stage.connect(actor, member, tap);
        return tap;
    }

    // ---- from the client ----

    @Override
    public void send(byte[] bytes, int length) {
        if (over) {
            return;
        }
        outgoing.feed(bytes, length);
        for (byte[] frame = outgoing.next(); frame != null && !wild; frame = outgoing.next()) {
            try {
                asked(new JuteReader(frame));
            } catch (MalformedFrame e) {
                goWild();
            }
        }
        wire.send(bytes, length);
    }

    /** The client is about to send what is no request. */
    void sendWildly(byte[] bytes) {
        goWild();
        send(bytes, bytes.length);
    }

    private void goWild() {
        wild = true;
        if (greeted && !over) {
            stage.tell(new Fact.WentWild(stage.nowNanos(), connection));
        }
    }

    private void asked(JuteReader frame) throws MalformedFrame {
        if (!greeted) {
            ConnectRequest request = ConnectRequest.read(frame);
            greeted = true;
            stage.tell(new Fact.Greeted(stage.nowNanos(), connection, request));
            return;
        }
        int xid = frame.readInt();
        OpCode op = OpCode.of(frame.readInt());
        if (op == null || !op.isRequest()) {
            throw new MalformedFrame("no request of a client");
        }
        stage.tell(new Fact.Asked(stage.nowNanos(), connection, xid, Requests.read(op, frame)));
    }

    @Override
    public void read(boolean wanted) {
        wire.read(wanted);
    }

    @Override
    public void close() {
        hangUp();
        wire.close();
    }

    private void hangUp() {
        if (greeted && !over) {
            stage.tell(new Fact.HungUp(stage.nowNanos(), connection));
        }
        over = true;
    }

    // ---- from the member ----

    @Override
    public void opened() {
        listener.opened();
    }

    @Override
    public void received(byte[] bytes) {
        if (over) {
            return;
        }
        incoming.feed(bytes, bytes.length);
        for (byte[] frame = incoming.next(); frame != null && greeted; frame = incoming.next()) {
            try {
                answered(new JuteReader(frame), frame);
            } catch (MalformedFrame e) {
                throw new IllegalStateException("A member sent what is no reply", e);
            }
        }
        listener.received(bytes);
    }

    private void answered(JuteReader frame, byte[] bytes) throws MalformedFrame {
        if (!welcomed) {
            welcomed = true;
            stage.tell(new Fact.Welcomed(stage.nowNanos(), connection, ConnectResponse.read(frame)));
            return;
        }
        ReplyHeader header = ReplyHeader.read(frame);
        if (header.xid() == Xid.EVENT) {
            WatcherEvent event = WatcherEvent.read(frame);
            WatchEvent.Type type = event.knownType();
            if (type == null) {
                throw new MalformedFrame("an event of type " + event.type());
            }
            stage.tell(new Fact.Told(stage.nowNanos(), connection, header.zxid(), type, event.path()));
        } else {
            byte[] body = Arrays.copyOfRange(bytes, frame.position(), bytes.length);
            stage.tell(new Fact.Answered(stage.nowNanos(), connection, header, body));
        }
    }

    @Override
    public void closed(String reason) {
        hangUp();
        listener.closed(reason);
    }
}
