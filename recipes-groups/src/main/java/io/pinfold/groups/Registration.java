package io.pinfold.groups;

import io.pinfold.client.Subscription;
import io.pinfold.framework.Presence;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * This process's own instance in a {@link ServiceRegistry}, for as long as it is open: after the end of a session it is
 * registered again by itself. Thread-safe.
 */
public final class Registration implements AutoCloseable {
    private final Membership<ServiceInstance> membership;
    private final AtomicReference<ServiceInstance> instance;

    Registration(Membership<ServiceInstance> membership, ServiceInstance instance) {
        this.membership = membership;
        this.instance = new AtomicReference<>(instance);
    }

    /** {@return the instance as it was given last} */
    public ServiceInstance instance() {
        return instance.get();
    }

    /** {@return whether it is registered now, as far as this process can know; does not block} */
    public Presence presence() {
        return membership.presence();
    }

    /**
     * Changes the instance in place: no reader sees it missing. Its service and id stay, whatever the function says.
     *
     * @param change from the instance to the new one; a pure function
     * @return completes when others can see it; fails when the registration or the client is closed
     */
    public CompletableFuture<Void> update(UnaryOperator<ServiceInstance> change) {
        return membership.update(instance.updateAndGet(now -> {
            ServiceInstance next = change.apply(now);
            return new ServiceInstance(
                    now.service(),
                    now.id(),
                    next.address(),
                    next.port(),
                    next.sslPort(),
                    next.metadata(),
                    next.enabled(),
                    now.registeredAt());
        }));
    }

    /**
     * Has a listener told of every change of {@link #presence()}, and of the present one, as
     * {@link Membership#onPresence}.
     *
     * @param listener told of each
     * @return ends the telling when closed
     */
    public Subscription onPresence(Consumer<Presence> listener) {
        return membership.onPresence(listener);
    }

    /** Takes the instance out, in the background and over lost connections. Does not block. */
    @Override
    public void close() {
        membership.close();
    }

    /**
     * Takes the instance out.
     *
     * @return completes when its znode, or its session, is gone; never fails
     */
    public CompletableFuture<Void> closeAsync() {
        return membership.closeAsync();
    }

    @Override
    public String toString() {
        return "Registration[" + membership.path() + ", " + presence() + ']';
    }
}
