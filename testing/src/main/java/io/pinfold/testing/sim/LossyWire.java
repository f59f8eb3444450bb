package io.pinfold.testing.sim;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection on which a chosen request or reply is lost: it breaks in its place. Confined to the world's thread. */
final class LossyWire implements Wire, WireListener {
    private static final int LENGTH_BYTES = 4;

    private final ClientNetwork network;
    private final WireListener listener;
    private final Frames requests = new Frames();
    private final Frames replies = new Frames();
    /** Requests whose replies are to be lost, by xid. */
    private final Map<Integer, ClientNetwork.Loss> doomed = new HashMap<>();

    private Wire wire = Wire.NONE;
    private boolean greeted;
    private boolean welcomed;
    private boolean over;

    LossyWire(ClientNetwork network, WireListener listener) {
        this.network = network;
        this.listener = listener;
    }

    void over(Wire below) {
        wire = below;
    }

    /** Breaks; both sides hear of it. */
    void breakDown() {
        if (!over) {
            end();
            wire.close();
            listener.closed("broken");
        }
    }

    private void end() {
        over = true;
        network.forget(this);
    }

    // ---- from the client ----

    @Override
    public void send(byte[] bytes, int length) {
        requests.feed(bytes, length);
        for (byte[] frame = requests.next(); frame != null && !over; frame = requests.next()) {
            ClientNetwork.Loss loss = greeted ? lossOfRequest(ByteBuffer.wrap(frame)) : null;
            greeted = true;
            if (loss == null) {
                byte[] whole = whole(frame);
                wire.send(whole, whole.length);
            } else {
                breakDown();
                loss.happens();
            }
        }
    }

    private ClientNetwork.@Nullable Loss lossOfRequest(ByteBuffer frame) {
        ClientNetwork.Loss loss = network.lossOf(frame.getInt(4));
        if (loss == null || loss.ofRequest()) {
            return loss;
        }
        doomed.put(frame.getInt(0), loss);
        return null;
    }

    private static byte[] whole(byte[] frame) {
        return ByteBuffer.allocate(LENGTH_BYTES + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
    }

    @Override
    public void read(boolean wanted) {
        wire.read(wanted);
    }

    @Override
    public void close() {
        end();
        wire.close();
    }

    // ---- from the member ----

    @Override
    public void opened() {
        if (!over) {
            listener.opened();
        }
    }

    @Override
    public void received(byte[] bytes) {
        replies.feed(bytes, bytes.length);
        for (byte[] frame = replies.next(); frame != null && !over; frame = replies.next()) {
            ClientNetwork.Loss loss =
                    welcomed ? doomed.get(ByteBuffer.wrap(frame).getInt(0)) : null;
            welcomed = true;
            if (loss == null) {
                listener.received(whole(frame));
            } else {
                breakDown();
                loss.happens();
            }
        }
    }

    @Override
    public void closed(String reason) {
        if (!over) {
            end();
            listener.closed(reason);
        }
    }
}
