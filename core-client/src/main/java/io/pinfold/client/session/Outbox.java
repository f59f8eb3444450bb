package io.pinfold.client.session;

import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.FrameLimits;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;

/** Gathers what one turn of the loop sends, so that it leaves in one piece. Confined to the client's loop. */
final class Outbox {
    private static final int FIRST_BYTES = 1 << 14;
    private static final int KEPT_BYTES = 1 << 20;

    private JuteWriter out = new JuteWriter(FIRST_BYTES);

    void add(ConnectRequest handshake) {
        int frame = out.beginFrame();
        handshake.write(out);
        out.endFrame(frame);
    }

    void add(int xid, Request request) {
        Requests.writeFrame(out, xid, request);
    }

    /** Adds a frame that was made before its xid was known. */
    void add(int xid, byte[] frame) {
        int at = out.size();
        out.writeRaw(frame, 0, frame.length);
        out.setInt(at + FrameLimits.LENGTH_BYTES, xid);
    }

    void send(SessionEffects effects, int connection) {
        if (out.size() > 0) {
            effects.send(connection, out.array(), out.size());
            discard();
        }
    }

    /** Forgets what was gathered, and memory that only an unusual turn needs. */
    void discard() {
        if (out.array().length > KEPT_BYTES) {
            out = new JuteWriter(FIRST_BYTES);
        }
        out.reset();
    }
}
