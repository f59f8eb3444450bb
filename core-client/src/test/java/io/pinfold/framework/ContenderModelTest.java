package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.framework.QueueWorld.Actor;
import io.pinfold.framework.QueueWorld.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Contenders in a model of the world in which everything goes wrong that can. At every moment: one holder at most, and it
 * is the first in the queue; tokens increase. In the end: everybody who waited was served, and no znode is left.
 */
class ContenderModelTest {
    private static final int STEPS_MAX = 5_000;
    private static final int STEPS_UNTIL_RECONNECT = 7;
    /** Two faults further apart than this meet a world that has settled in between. */
    private static final int SPREAD = 4;

    /** One fault for one actor before one step. */
    private record Mishap(int step, int actor, Fault fault) {}

    @Test
    void withoutFaultsEverybodyIsServedInOrder() {
        QueueWorld world = run(4, true, List.of());

        assertEquals(4, world.grants.size());
    }

    @Test
    void anySingleFaultAtAnyStepDoesNoHarm() {
        int steps = stepsOf(3);
        for (Mishap mishap : mishaps(steps, 3)) {
            run(3, true, List.of(mishap));
        }
    }

    @Test
    void anyTwoFaultsCloseTogetherDoNoHarm() {
        List<Mishap> all = mishaps(stepsOf(2), 2);
        for (int i = 0; i < all.size(); i++) {
            for (int j = i; j < all.size() && all.get(j).step() < all.get(i).step() + SPREAD; j++) {
                run(2, true, List.of(all.get(i), all.get(j)));
            }
        }
    }

    @Test
    void anySingleFaultLeavesNothingOfThoseWhoDoNotWait() {
        int steps = stepsOf(2);
        for (Mishap mishap : mishaps(steps, 2)) {
            run(2, false, List.of(mishap));
        }
    }

    @Test
    void manyFaultsInManyOrdersDoNoHarm() {
        for (long seed = 0; seed < 6_000; seed++) {
            runAtRandom(seed);
        }
    }

    @Test
    void aForeignChildIsNoContender() {
        QueueWorld world = new QueueWorld();
        world.addStrangers("0000__lock__0000000000", "_c_x-__READ__0000000000", "lock-", "notes");

        Actor actor = world.enter(true);
        finish(world, 0, List.of());

        assertTrue(actor.granted);
    }

    private static List<Mishap> mishaps(int steps, int actors) {
        List<Mishap> all = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            for (int actor = 0; actor < actors; actor++) {
                for (Fault fault : Fault.values()) {
                    all.add(new Mishap(step, actor, fault));
                }
            }
        }
        return all;
    }

    private static int stepsOf(int actors) {
        QueueWorld world = new QueueWorld();
        for (int i = 0; i < actors; i++) {
            world.enter(true);
        }
        return finish(world, 0, List.of());
    }

    private static QueueWorld run(int actors, boolean patient, List<Mishap> mishaps) {
        QueueWorld world = new QueueWorld();
        try {
            for (int i = 0; i < actors; i++) {
                world.enter(patient || i == 0);
            }
            finish(world, 0, mishaps);
            checkEnd(world);
        } catch (AssertionError | IllegalStateException e) {
            throw new AssertionError(mishaps + ": " + e.getMessage(), e);
        }
        return world;
    }

    /** Everybody in turn does what there is to do, until nothing is; returns the number of steps. */
    private static int finish(QueueWorld world, int from, List<Mishap> mishaps) {
        int step = from;
        int idle = 0;
        int[] disconnectedFor = new int[world.actors.size()];
        while (idle < 2 * (STEPS_UNTIL_RECONNECT + 1) * world.actors.size()) {
            int turn = step % world.actors.size();
            Actor actor = world.actors.get(turn);
            for (Mishap mishap : mishaps) {
                if (mishap.step() == step) {
                    world.actors.get(mishap.actor()).suffer(mishap.fault());
                    world.check();
                }
            }
            if (!actor.isConnected() && ++disconnectedFor[turn] > STEPS_UNTIL_RECONNECT) {
                disconnectedFor[turn] = 0;
                actor.reconnect();
                world.reapGhosts();
            }
            idle = advance(actor) ? 0 : idle + 1;
            if (idle == STEPS_UNTIL_RECONNECT) {
                world.reapGhosts();
            }
            world.check();
            step++;
            assertTrue(step < from + STEPS_MAX, "does not come to an end");
        }
        return step - idle;
    }

    private static boolean advance(Actor actor) {
        if (actor.canDeliver()) {
            actor.deliver();
        } else if (actor.canServe()) {
            actor.serve();
        } else if (actor.canPause()) {
            actor.pauseEnds();
        } else if (actor.believesToHold()) {
            actor.release();
        } else {
            return false;
        }
        return true;
    }

    private static void checkEnd(QueueWorld world) {
        world.reapGhosts();
        for (Actor actor : world.actors) {
            assertTrue(actor.isGone(), () -> "stuck in " + actor.contender.phase());
            assertTrue(actor.granted || !actor.wants, "waited in vain");
        }
        assertEquals(List.of(), List.copyOf(world.nodes.keySet()), "left behind");
    }

    private static void runAtRandom(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        QueueWorld world = new QueueWorld();
        try {
            int actors = 2 + random.nextInt(2);
            for (int i = 0; i < actors; i++) {
                world.enter(random.nextInt(8) > 0);
            }
            for (int i = 0; i < 120; i++) {
                stepAtRandom(world, random);
                world.check();
            }
            finish(world, 0, List.of());
            checkEnd(world);
        } catch (AssertionError | IllegalStateException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private static void stepAtRandom(QueueWorld world, SplittableRandom random) {
        Actor actor = world.actors.get(random.nextInt(world.actors.size()));
        switch (random.nextInt(12)) {
            case 0 -> actor.suffer(Fault.values()[random.nextInt(Fault.values().length)]);
            case 1 -> {
                if (!actor.isConnected()) {
                    actor.reconnect();
                }
            }
            case 2 -> world.reapGhosts();
            case 3 -> {
                if (actor.canPause()) {
                    actor.pauseEnds();
                }
            }
            case 4, 5, 6, 7 -> {
                if (actor.canServe()) {
                    actor.serve();
                }
            }
            case 8 -> {
                if (actor.believesToHold()) {
                    actor.release();
                }
            }
            default -> {
                if (actor.canDeliver()) {
                    actor.deliver();
                }
            }
        }
    }
}
