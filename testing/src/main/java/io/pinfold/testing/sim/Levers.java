package io.pinfold.testing.sim;

import io.pinfold.server.tree.Znode;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What somebody outside may look at in a world, and do to its members, at any moment. Confined to the world's thread. */
public final class Levers {
    /** Longer than any test. */
    private static final long FOR_EVER = 1000L * 24 * 3600 * 1000 * World.MILLI;

    private final World world;

    /**
     * Takes hold of a world.
     *
     * @param world the world
     */
    public Levers(World world) {
        this.world = world;
    }

    // ---- looking ----

    /** {@return who leads; nobody if no member that runs takes itself for the leader} */
    public OptionalInt leader() {
        SimMember leader = world.leader();
        return leader == null ? OptionalInt.empty() : OptionalInt.of(leader.id);
    }

    /**
     * {@return whether a member runs and serves clients}
     *
     * @param member its number
     */
    public boolean isServing(int member) {
        SimMember life = host(member).life();
        return life != null && life.engine().status().serving();
    }

    /**
     * {@return whether a member runs}
     *
     * @param member its number
     */
    public boolean isRunning(int member) {
        return host(member).life() != null;
    }

    /**
     * {@return whether the member that knows most knows a session}
     *
     * @param session its id
     */
    public boolean hasSession(long session) {
        SimMember wisest = wisest();
        return wisest != null && wisest.tree().sessions().contains(session);
    }

    /**
     * {@return a znode as the member has it that knows most; null if there is none}
     *
     * @param path where it is
     */
    public @Nullable Znode znode(String path) {
        SimMember wisest = wisest();
        return wisest == null ? null : wisest.tree().get(path);
    }

    private @Nullable SimMember wisest() {
        SimMember best = null;
        for (Host host : world.hosts.values()) {
            SimMember life = host.life();
            if (life != null
                    && (best == null || life.tree().lastZxid() > best.tree().lastZxid())) {
                best = life;
            }
        }
        return best;
    }

    // ---- doing ----

    /**
     * Ends a member's process; what it wrote stays, and its connections break. It does not come back by itself.
     *
     * @param member its number
     */
    public void kill(int member) {
        down(member, Loss.NONE, true);
    }

    /**
     * Takes the power from a member's machine: what was not forced to its disk is lost, in whole or in part, and its
     * connections stay half open for a while. It does not come back by itself.
     *
     * @param member its number
     */
    public void powerOff(int member) {
        down(member, Loss.TORN, false);
    }

    private void down(int member, Loss loss, boolean seen) {
        if (host(member).life() != null) {
            host(member).crash(loss, seen);
        }
        host(member).holdDown(true);
    }

    /**
     * Starts a member again, if it is down.
     *
     * @param member its number
     */
    public void start(int member) {
        host(member).holdDown(false);
        host(member).start();
    }

    /**
     * Lets a member's process stand still, until it is {@linkplain #resume resumed}.
     *
     * @param member its number
     */
    public void pause(int member) {
        SimMember life = host(member).life();
        if (life != null) {
            life.pause(FOR_EVER);
        }
    }

    /**
     * Lets a member's process go on.
     *
     * @param member its number
     */
    public void resume(int member) {
        SimMember life = host(member).life();
        if (life != null) {
            life.resume();
        }
    }

    /**
     * Lets nothing through between a member and all others. Clients reach it.
     *
     * @param member its number
     */
    public void isolate(int member) {
        host(member);
        world.hosts.keySet().forEach(other -> world.net.part(member, other, FOR_EVER));
    }

    /** Ends every cut between members, starts those who are down, and lets those go on who stand still. */
    public void heal() {
        world.hosts.keySet().forEach(this::resume);
        world.heal();
    }

    private Host host(int member) {
        Host host = world.hosts.get(member);
        if (host == null) {
            throw new IllegalArgumentException(
                    "There is no member " + member + "; they are " + List.copyOf(world.hosts.keySet()));
        }
        return host;
    }
}
