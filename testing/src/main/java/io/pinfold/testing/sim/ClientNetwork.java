package io.pinfold.testing.sim;

import io.pinfold.testing.OpType;
import io.pinfold.testing.sim.oracle.Fact;
import io.pinfold.testing.sim.oracle.ZnodeView;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A world as one client sees it: with a network that breaks between it and the members when somebody says so. Confined to
 * the world's thread.
 */
public final class ClientNetwork implements Stage {
    private static final long REFUSED_AFTER_NANOS = World.MILLI;

    /** A request or reply that is to be lost. */
    static final class Loss {
        private final OpType op;
        private final boolean ofRequest;
        private final CompletableFuture<Void> happened = new CompletableFuture<>();
        private int remaining;

        private Loss(OpType op, int nth, boolean ofRequest) {
            this.op = op;
            this.remaining = nth;
            this.ofRequest = ofRequest;
        }

        boolean ofRequest() {
            return ofRequest;
        }

        void happens() {
            happened.complete(null);
        }
    }

    private final World world;
    private final Runnable guard;
    private final Set<LossyWire> wires = new LinkedHashSet<>();
    private final List<Loss> losses = new ArrayList<>();
    private boolean isolated;

    /**
     * Makes one that passes everything on.
     *
     * @param world the world behind it
     * @param guard called before the client asks for the time, or puts something down for later; throws if the thread may not
     */
    public ClientNetwork(World world, Runnable guard) {
        this.world = world;
        this.guard = guard;
    }

    /** Breaks what connections there are. */
    public void disconnect() {
        List.copyOf(wires).forEach(LossyWire::breakDown);
    }

    /**
     * Breaks what connections there are, and lets no new ones be made, or ends that.
     *
     * @param on whether
     */
    public void isolate(boolean on) {
        isolated = on;
        if (on) {
            disconnect();
        }
    }

    /**
     * Has a request or its reply be lost.
     *
     * @param op what is asked for
     * @param nth which of them, from 1 on
     * @param ofRequest whether the request is lost, and not the reply
     * @return completes when it has happened
     */
    public CompletableFuture<Void> lose(OpType op, int nth, boolean ofRequest) {
        Loss loss = new Loss(op, nth, ofRequest);
        losses.add(loss);
        return loss.happened;
    }

    /** Nothing is to be lost any more that was not lost yet. */
    public void loseNothing() {
        losses.clear();
    }

    /** {@return the loss that this request is to suffer, or null} */
    @Nullable
    Loss lossOf(int opCode) {
        for (Iterator<Loss> armed = losses.iterator(); armed.hasNext(); ) {
            Loss loss = armed.next();
            if (loss.op.includes(opCode) && --loss.remaining == 0) {
                armed.remove();
                return loss;
            }
        }
        return null;
    }

    void forget(LossyWire wire) {
        wires.remove(wire);
    }

    // ---- stage ----

    @Override
    public Wire connect(String actor, int member, WireListener listener) {
        if (isolated) {
            world.after(REFUSED_AFTER_NANOS, () -> listener.closed("unreachable"));
            return Wire.NONE;
        }
        LossyWire wire = new LossyWire(this, listener);
        wires.add(wire);
        wire.over(world.connect(actor, member, wire));
        return wire;
    }

    @Override
    public void after(long delayNanos, Runnable task) {
        guard.run();
        world.after(delayNanos, task);
    }

    @Override
    public long latestCallbackNanos() {
        return world.latestCallbackNanos();
    }

    @Override
    public long nowNanos() {
        guard.run();
        return world.nowNanos();
    }

    @Override
    public long nextConnection() {
        return world.nextConnection();
    }

    @Override
    public List<Integer> members() {
        return world.members();
    }

    @Override
    public long draw(String kind) {
        return world.draw(kind);
    }

    @Override
    public @Nullable ZnodeView committed(String path) {
        return world.committed(path);
    }

    @Override
    public long slowestMillis() {
        return world.slowestMillis();
    }

    @Override
    public void onCommit(Runnable look) {
        world.onCommit(look);
    }

    @Override
    public void tell(Fact fact) {
        world.tell(fact);
    }
}
