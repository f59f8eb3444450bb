package io.pinfold.server.watch;

import io.pinfold.WatchEvent;
import org.jspecify.annotations.Nullable;

/**
 * What a client that renews its one-shot watches after a reconnect has missed: an event to be sent at once, or
 * {@code null}, and then the watch is set again. Lasting watches are always set again. Stateless.
 */
public final class MissedChange {
    private MissedChange() {}

    /**
     * {@return the event for a watch that {@code getData} set}
     *
     * @param mzxid the znode's last change of data
     * @param seenZxid the last zxid that the client has seen
     */
    public static WatchEvent.@Nullable Type ofData(boolean exists, long mzxid, long seenZxid) {
        if (!exists) {
            return WatchEvent.Type.NODE_DELETED;
        }
        return mzxid > seenZxid ? WatchEvent.Type.NODE_DATA_CHANGED : null;
    }

    /** {@return the event for a watch that {@code exists} set on a znode that was missing} */
    public static WatchEvent.@Nullable Type ofExistence(boolean exists) {
        return exists ? WatchEvent.Type.NODE_CREATED : null;
    }

    /**
     * {@return the event for a watch that {@code getChildren} set}
     *
     * @param pzxid the znode's last creation or deletion of a child
     * @param seenZxid the last zxid that the client has seen
     */
    public static WatchEvent.@Nullable Type ofChildren(boolean exists, long pzxid, long seenZxid) {
        if (!exists) {
            return WatchEvent.Type.NODE_DELETED;
        }
        return pzxid > seenZxid ? WatchEvent.Type.NODE_CHILDREN_CHANGED : null;
    }
}
