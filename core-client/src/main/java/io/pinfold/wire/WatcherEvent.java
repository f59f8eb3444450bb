package io.pinfold.wire;

import io.pinfold.WatchEvent;
import org.jspecify.annotations.Nullable;

/**
 * A watch event as it is sent. Immutable.
 *
 * @param type what happened, by number; servers to come may send numbers that are not known yet
 * @param state the state of the connection, always {@link #CONNECTED}
 * @param path the znode
 */
public record WatcherEvent(int type, int state, String path) {
    /** The only state that servers send. */
    public static final int CONNECTED = 3;

    /** {@return what happened, or null if the number is not known} */
    public WatchEvent.@Nullable Type knownType() {
        return WatchEvent.Type.ofNumber(type);
    }

    /**
     * {@return the event in this frame}
     *
     * @param in stands behind the header
     * @throws MalformedFrame if the bytes are no event
     */
    public static WatcherEvent read(JuteReader in) throws MalformedFrame {
        return new WatcherEvent(in.readInt(), in.readInt(), in.readPath());
    }
}
