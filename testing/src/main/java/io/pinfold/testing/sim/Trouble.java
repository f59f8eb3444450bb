package io.pinfold.testing.sim;

import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets the faults of a plan happen to a world. Confined to the world's thread. */
final class Trouble {
    private static final long MILLI = World.MILLI;

    private final World world;
    private boolean over;

    Trouble(World world) {
        this.world = world;
    }

    /** Puts down everything that is to go wrong. */
    void schedule(List<Fault> faults) {
        for (Fault fault : faults) {
            world.after(fault.atMillis() * MILLI - world.nowNanos(), () -> happen(fault));
        }
    }

    /** Nothing goes wrong any more. */
    void end() {
        over = true;
    }

    private void happen(Fault fault) {
        if (over) {
            return;
        }
        if (fault.member() == Fault.NEXT_LEADER) {
            world.onNextElection(elected -> world.after(fault.detail() * MILLI, () -> {
                if (!over) {
                    apply(fault, world.hosts.get(elected));
                }
            }));
        } else if (fault.member() == Fault.LEADER) {
            SimMember leader = world.leader();
            if (leader != null) {
                apply(fault, world.hosts.get(leader.id));
            }
        } else {
            Host host = world.hosts.get(fault.member());
            if (host != null) {
                apply(fault, host);
            }
        }
    }

    private void apply(Fault fault, Host host) {
        long nanos = fault.forMillis() * MILLI;
        world.say("! member " + host.id + ": " + fault.line());
        switch (fault.kind()) {
            case KILL -> down(host, Loss.NONE, true, nanos);
            case POWER -> down(host, fault.detail() % 2 == 0 ? Loss.TORN : Loss.ALL, false, nanos);
            case POWER_IN_CALL -> host.disk().cutPowerAfter(fault.detail());
            case CUT -> world.net.cut(host.id, fault.other(), nanos);
            case PART -> world.net.part(host.id, fault.other(), nanos);
            case ISOLATE -> world.hosts.keySet().forEach(other -> world.net.part(host.id, other, nanos));
            case BRIDGE -> bridge(host.id, nanos);
            case DROP -> world.net.drop(host.id, fault.other(), false);
            case SLOW_NET -> world.net.slowDown(fault.detail(), nanos);
            case PAUSE -> withLife(host, life -> life.pause(nanos));
            case WALL -> host.jumpWall(fault.detail() * 60_000L);
            case SLOW_DISK -> host.slowDisk(nanos);
            case FAIL_FORCE -> host.disk().failNextForce();
            case FULL_DISK -> host.fill(nanos);
            case ROT -> host.rot(fault.detail());
            case WIPE -> wipe(host, nanos);
            case DISASTER -> disaster(host.id, nanos);
            case CLIENTS -> withLife(host, life -> List.copyOf(life.lines()).forEach(ClientLine::breakDown));
            case HAND_OVER ->
                withLife(host, life -> life.turn(() -> life.engine().transferLeadership()));
            case RECONFIGURE -> reconfigure(fault.detail());
        }
    }

    private interface Deed {
        void on(SimMember life);
    }

    private static void withLife(Host host, Deed deed) {
        @Nullable SimMember life = host.life();
        if (life != null) {
            deed.on(life);
        }
    }

    private void down(Host host, Loss loss, boolean seen, long nanos) {
        host.crash(loss, seen);
        host.holdDown(true);
        world.after(nanos, () -> {
            host.holdDown(false);
            host.start();
        });
    }

    /** A disk that is emptied while the cluster is being founded may vote twice, which nobody could tell. */
    private void wipe(Host host, long nanos) {
        if (world.isFounded()) {
            down(host, Loss.ALL, false, nanos);
            host.wipe();
        }
    }

    /** The members on both sides of one in the middle lose each other. */
    private void bridge(int middle, long nanos) {
        for (int one : world.hosts.keySet()) {
            for (int other : world.hosts.keySet()) {
                boolean apart = one != middle && other != middle && one % 2 != other % 2;
                if (apart) {
                    world.net.cut(one, other, nanos);
                }
            }
        }
    }

    private void disaster(int survivor, long nanos) {
        int majority = world.setup.voters() / 2 + 1;
        int wiped = 0;
        for (Host host : world.hosts.values()) {
            boolean empty = host.id != survivor && wiped < majority;
            down(host, Loss.ALL, false, empty ? 100 * MILLI : nanos);
            if (empty) {
                host.wipe();
                wiped++;
            }
        }
    }

    private void reconfigure(int bits) {
        List<Member> wanted = new ArrayList<>();
        SimMember leader = world.leader();
        if (leader == null) {
            return;
        }
        for (int id : world.hosts.keySet()) {
            if ((bits >> id & 1) == 1) {
                Member known = leader.engine().membership().find(id);
                wanted.add(known == null ? World.member(id) : known);
            }
        }
        leader.turn(() -> leader.engine().changeMembership(Membership.of(wanted)));
    }
}
