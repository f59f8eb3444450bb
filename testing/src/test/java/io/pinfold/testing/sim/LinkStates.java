package io.pinfold.testing.sim;

import io.pinfold.testing.sim.oracle.Violation;
import java.util.List;

/**
 * Three members whose six one-way links go from one state to another. The number says which: 64 states, and 64 that may
 * follow. Stateless.
 */
final class LinkStates implements Campaign.Trial {
    static final int ALL = 64 * 64;

    private static final int MEMBERS = 3;
    private static final long MILLI = World.MILLI;
    private static final long FOUNDED = 600 * MILLI;
    private static final long FIRST_FOR = 500 * MILLI;
    private static final long SECOND_FOR = 2000 * MILLI;
    private static final long HEALED_FOR = 2000 * MILLI;
    private static final Habits HABITS = new Habits(
            1000,
            Integer.MAX_VALUE,
            2,
            100 * MILLI,
            false,
            0,
            0,
            0,
            0,
            0,
            List.of(Grammar.Kind.CREATE, Grammar.Kind.SET_DATA, Grammar.Kind.GET_DATA, Grammar.Kind.SYNC));

    @Override
    public World run(long number) {
        World world = new World(number, Setup.of(MEMBERS), Rules.KEPT);
        RawClient client = new RawClient(world, "client", HABITS);
        world.after(FOUNDED / 2, client::start);
        world.run(FOUNDED);
        cut(world, (int) number / 64, FIRST_FOR);
        world.run(world.nowNanos() + FIRST_FOR);
        world.net.heal();
        int open = (int) number % 64;
        cut(world, open, SECOND_FOR);
        world.run(world.nowNanos() + SECOND_FOR - MILLI);
        if (isAnyPairOpen(open)) {
            requireService(world, "although two members hear each other");
        }
        world.heal();
        world.run(world.nowNanos() + HEALED_FOR / 2);
        client.calm();
        world.run(world.nowNanos() + HEALED_FOR / 2);
        requireService(world, "although everything healed");
        requireEqual(world);
        return world;
    }

    /** {@return the bit of a link} */
    private static int bit(int from, int to) {
        return 1 << (from - 1) * (MEMBERS - 1) + (to > from ? to - 2 : to - 1);
    }

    private static void cut(World world, int open, long nanos) {
        for (int from = 1; from <= MEMBERS; from++) {
            for (int to = 1; to <= MEMBERS; to++) {
                if (from != to && (open & bit(from, to)) == 0) {
                    world.net.cut(from, to, nanos);
                }
            }
        }
    }

    private static boolean isAnyPairOpen(int open) {
        for (int one = 1; one <= MEMBERS; one++) {
            for (int other = one + 1; other <= MEMBERS; other++) {
                if ((open & bit(one, other)) != 0 && (open & bit(other, one)) != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void requireService(World world, String although) {
        SimMember leader = world.leader();
        if (leader == null || !leader.engine().status().serving()) {
            throw new Violation("Service", "nobody serves " + although);
        }
    }

    private static void requireEqual(World world) {
        long digest = world.hosts.get(1).life().digest();
        for (Host host : world.hosts.values()) {
            if (host.life().digest() != digest) {
                throw new Violation("Equality", "members 1 and " + host.id + " differ in the end");
            }
        }
    }

    @Override
    public String explain(long number, Throwable problem) {
        return "from links " + Long.toBinaryString(number / 64) + " to " + Long.toBinaryString(number % 64) + ": "
                + problem + "\nat " + problem.getStackTrace()[0];
    }
}
