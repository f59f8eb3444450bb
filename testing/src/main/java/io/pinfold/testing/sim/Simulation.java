package io.pinfold.testing.sim;

import io.pinfold.server.consensus.Membership;
import io.pinfold.server.engine.Status;
import io.pinfold.testing.sim.oracle.Fact;
import io.pinfold.testing.sim.oracle.Violation;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run from beginning to end: clients begin, things go wrong, everything heals and has to work again, all members have to
 * become equal, and stay so when all of them are started anew. Confined to one thread.
 */
public final class Simulation {
    private static final long MILLI = World.MILLI;
    private static final long BEGIN = 1000 * MILLI;
    private static final long A_MOMENT = 500 * MILLI;
    private static final long STEP = 10 * MILLI;
    private static final long SERVED_WITHIN = 6000 * MILLI;
    private static final long CALM_FOR = 10_000 * MILLI;
    private static final long RESTARTED_FOR = 5000 * MILLI;
    private static final long CATCHING_UP_STEP = 2000 * MILLI;
    private static final int CATCHING_UP_STEPS = 30;
    private static final int FEWEST_ANSWERS = 100;

    private final Plan plan;
    private final World world;
    private final Workload clients;

    private Simulation(Plan plan, Rules rules, Workload.Maker maker) {
        this.plan = plan;
        this.world = new World(plan.seed(), plan.setup(), rules);
        this.clients = maker.in(world);
    }

    /**
     * Runs a plan. Fails with a {@link Violation} or another error as soon as a promise is broken.
     *
     * @param plan what happens
     * @param rules what is broken on purpose
     * @param maker who uses the ensemble
     * @return the world at the end
     */
    public static World run(Plan plan, Rules rules, Workload.Maker maker) {
        return run(plan, rules, maker, null);
    }

    /**
     * As {@link #run(Plan, Rules, Workload.Maker)}, and tells what happens, line by line.
     *
     * @param plan what happens
     * @param rules what is broken on purpose
     * @param maker who uses the ensemble
     * @param listener is told; null for nobody
     * @return the world at the end
     */
    public static World run(Plan plan, Rules rules, Workload.Maker maker, @Nullable Consumer<String> listener) {
        Simulation simulation = new Simulation(plan, rules, maker);
        if (listener != null) {
            simulation.world.narrate(listener);
        }
        simulation.run();
        return simulation.world;
    }

    private void run() {
        Trouble trouble = new Trouble(world);
        trouble.schedule(plan.faults());
        world.after(BEGIN, clients::start);
        long healed = plan.healMillis() * MILLI;
        world.run(healed);
        if (plan.isDisaster()) {
            return; // it was enough that nobody lied
        }
        trouble.end();
        world.heal();
        long before = world.answers();
        requireLeader(healed + SERVED_WITHIN);
        clients.calm();
        long end = healed + SERVED_WITHIN + CALM_FOR;
        world.run(end);
        world.oracles().end(end);
        clients.requireDone();
        requireEqual();
        requireAnswers(before);
        restartAll();
        requireLeader(end + RESTARTED_FOR);
        letCatchUp();
        requireEqual();
    }

    /** Whoever is behind may take its time while it comes further: one that was emptied learns everything, entry by entry. */
    private void letCatchUp() {
        List<Long> before = List.of();
        List<Long> reached = reached();
        for (int i = 0; i < CATCHING_UP_STEPS && difference() != null && !reached.equals(before); i++) {
            world.run(world.nowNanos() + CATCHING_UP_STEP);
            before = reached;
            reached = reached();
        }
    }

    /** {@return up to where each member has applied everything} */
    private List<Long> reached() {
        return world.hosts.values().stream()
                .map(Host::life)
                .map(life -> life == null ? 0L : life.engine().status().appliedZxid())
                .toList();
    }

    private void requireAnswers(long before) {
        if (world.answers() < FEWEST_ANSWERS || world.answers() == before) {
            throw new Violation("Service", "hardly any answers: " + before + ", then " + world.answers());
        }
    }

    /** Somebody serves at that time, or in a moment: an epoch that is full of transactions may be giving way to the next. */
    private void requireLeader(long time) {
        world.run(time);
        for (long later = time + STEP; !isServed() && later <= time + A_MOMENT; later += STEP) {
            world.run(later);
        }
        if (!isServed()) {
            StringBuilder text = new StringBuilder("nobody serves although everything healed:");
            world.hosts.values().forEach(host -> {
                SimMember life = host.life();
                text.append("\n  ").append(life == null ? "down" : life.engine().describe());
            });
            throw new Violation("Service", text.toString());
        }
    }

    private boolean isServed() {
        SimMember leader = world.leader();
        return leader != null && leader.engine().status().serving();
    }

    private void requireEqual() {
        String difference = difference();
        if (difference != null) {
            throw new Violation("Equality", difference);
        }
    }

    /** {@return in what members differ from the leader, or null} */
    private @Nullable String difference() {
        SimMember leader = world.leader();
        if (leader == null) {
            return null;
        }
        Membership membership = leader.engine().membership();
        Status status = leader.engine().status();
        for (Host host : world.hosts.values()) {
            SimMember life = host.life();
            if (membership.find(host.id) == null) {
                continue;
            }
            if (life == null) {
                return "member " + host.id + " is down in the end";
            }
            if (life.engine().status().appliedZxid() != status.appliedZxid() || life.digest() != leader.digest()) {
                return "member " + host.id + " differs in the end: "
                        + life.engine().describe() + "\nfrom "
                        + leader.engine().describe();
            }
        }
        return membership.isJoint() ? "a change of the voters never ends: " + membership : null;
    }

    /** The power goes everywhere, and everybody comes back. */
    private void restartAll() {
        List<Host> hosts = List.copyOf(world.hosts.values());
        hosts.forEach(host -> host.crash(Loss.ALL, true));
        hosts.forEach(Host::start);
        world.tell(new Fact.Healed(world.nowNanos()));
    }
}
