package io.pinfold.groups;

import io.pinfold.ZnodePath;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Codec;
import io.pinfold.framework.OwnedNode;
import io.pinfold.framework.Presence;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * This process's own place in a group, for as long as it is open: after the end of a session it joins again by itself.
 * Thread-safe.
 *
 * <p>If somebody else took the id while this process was away, the membership is {@link Presence#OCCUPIED} and joins
 * again when that one leaves.
 *
 * @param <T> the type of what members say about themselves
 */
public final class Membership<T> implements AutoCloseable {
    private final OwnedNode node;
    private final Codec<T> codec;

    Membership(OwnedNode node, Codec<T> codec) {
        this.node = node;
        this.codec = codec;
    }

    /** {@return what this member is called} */
    public String id() {
        return ZnodePath.name(node.path());
    }

    /** {@return the path of the member's znode} */
    public String path() {
        return node.path();
    }

    /** {@return whether this process is a member now, as far as it can know; does not block} */
    public Presence presence() {
        return node.presence();
    }

    /**
     * Says something else about this member, now or as soon as it is there. Of several updates under way the last wins.
     *
     * @param payload what to say
     * @return completes when others can see it; fails when the membership or the client is closed
     */
    public CompletableFuture<Void> update(T payload) {
        return node.update(codec.encode(payload));
    }

    /**
     * Has a listener told of every change of {@link #presence()}, and of the present one: leaving by force, joining again.
     * Calls come in order and one at a time, on the client's callback executor.
     *
     * @param listener told of each
     * @return ends the telling when closed
     */
    public Subscription onPresence(Consumer<Presence> listener) {
        return node.onPresence(listener);
    }

    /**
     * Leaves the group, in the background and over lost connections. Does not block; the same thread can have the client join
     * again under this id at once. Closing twice does nothing more.
     */
    @Override
    public void close() {
        node.close();
    }

    /**
     * Leaves the group.
     *
     * @return completes when the member's znode, or its session, is gone; never fails
     */
    public CompletableFuture<Void> closeAsync() {
        return node.closeAsync();
    }

    @Override
    public String toString() {
        return "Membership[" + path() + ", " + presence() + ']';
    }
}
