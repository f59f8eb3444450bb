package io.pinfold.testing.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * The network between the members: which of them can reach which, and how fast. What a cut holds up arrives when it is over,
 * or the connection breaks, as it is with TCP. Confined to the world's thread.
 */
final class Net {
    private static final long MILLI = World.MILLI;
    private static final long RELINK_NANOS = 5 * MILLI;
    private static final int IDS = 256;

    private final World world;
    private final List<Pipe> pipes = new ArrayList<>();
    /** Until when nothing comes through from one member to another, by both numbers. */
    private final long[] cutUntil = new long[IDS * IDS];

    private long slowUntil;
    private int slowFactor = 1;

    Net(World world) {
        this.world = world;
    }

    private static int way(int from, int to) {
        return from * IDS + to;
    }

    boolean isCut(int from, int to) {
        return cutUntil[way(from, to)] > world.nowNanos();
    }

    /** Lets nothing through from one member to another for a while. */
    void cut(int from, int to, long nanos) {
        if (from == to) {
            return;
        }
        int way = way(from, to);
        cutUntil[way] = Math.max(cutUntil[way], world.nowNanos() + nanos);
        world.after(cutUntil[way] - world.nowNanos(), () -> {
            if (!isCut(from, to)) {
                reopened(from, to);
            }
        });
    }

    void part(int one, int other, long nanos) {
        cut(one, other, nanos);
        cut(other, one, nanos);
    }

    /** Makes everything take so many times longer for a while. */
    void slowDown(int factor, long nanos) {
        slowFactor = factor;
        slowUntil = world.nowNanos() + nanos;
    }

    private void reopened(int from, int to) {
        for (Pipe pipe : List.copyOf(pipes)) {
            if (pipe.joins(from, to)) {
                pipe.reopened(from);
            }
        }
        linkAll();
    }

    void heal() {
        slowUntil = 0;
        for (int from : world.hosts.keySet()) {
            for (int to : world.hosts.keySet()) {
                if (isCut(from, to)) {
                    cutUntil[way(from, to)] = 0;
                    reopened(from, to);
                }
            }
        }
        linkAll();
    }

    /** Breaks the connection between two members. */
    void drop(int one, int other, boolean closed) {
        for (Pipe pipe : List.copyOf(pipes)) {
            if (pipe.joins(one, other)) {
                pipe.drop(closed);
            }
        }
    }

    /** A process ended: its peers see that, or find out later. */
    void lost(SimMember member, boolean seen) {
        for (Pipe pipe : List.copyOf(pipes)) {
            if (pipe.joins(member)) {
                pipe.lost(seen);
            }
        }
    }

    void linkAll() {
        List<SimMember> lives = new ArrayList<>();
        for (Host host : world.hosts.values()) {
            SimMember life = host.life();
            if (life != null) {
                lives.add(life);
            }
        }
        for (int i = 0; i < lives.size(); i++) {
            for (int j = i + 1; j < lives.size(); j++) {
                link(lives.get(i), lives.get(j));
            }
        }
    }

    private void link(SimMember one, SimMember other) {
        if (isCut(one.id, other.id) || isCut(other.id, one.id) || one.isForeignTo(other)) {
            return;
        }
        for (Pipe pipe : pipes) {
            if (pipe.joins(one) && pipe.joins(other)) {
                return;
            }
        }
        pipes.add(new Pipe(world, one, other));
    }

    void dropped(Pipe pipe) {
        pipes.remove(pipe);
        world.after(RELINK_NANOS, this::linkAll);
    }

    long delay(String kind) {
        long nanos = 50_000
                + world.below(kind, 1_000_000)
                + (world.below(kind, 100) == 0 ? world.below(kind, 30_000_000) : 0);
        return slowUntil > world.nowNanos() ? nanos * slowFactor : nanos;
    }
}
