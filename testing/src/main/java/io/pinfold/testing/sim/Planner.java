package io.pinfold.testing.sim;

import io.pinfold.testing.sim.Fault.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes the plan of a seed: an ensemble, and faults of some kinds only, more or less often, because much that goes wrong hides
 * other things. Confined to the thread that uses it.
 */
public final class Planner {
    private static final long FIRST_MILLIS = 1500;
    private static final long LAST_MILLIS = 13_000;
    /** Disks of these are damaged or emptied; they are a minority, so that everything exists elsewhere. */
    private final List<Integer> victims = new ArrayList<>();

    private final long seed;
    private final Setup setup;
    private final List<Fault> faults = new ArrayList<>();
    private long counter;

    private Planner(long seed, boolean small) {
        this.seed = seed;
        this.setup = small ? setup().withThreeAndTwo() : setup();
        int first = 1 + below(setup.voters());
        for (int i = 0; i < (setup.voters() - 1) / 2; i++) {
            victims.add(1 + (first + i) % setup.voters());
        }
    }

    /**
     * {@return the plan of a seed}
     *
     * @param seed which
     */
    public static Plan of(long seed) {
        Planner planner = new Planner(seed, false);
        planner.scatter();
        planner.stage();
        planner.faults.sort(Comparator.comparingLong(Fault::atMillis));
        return new Plan(seed, planner.setup, planner.faults);
    }

    /**
     * {@return a plan of one sequence, again and again, with three members and two spare ones}
     *
     * @param seed which
     * @param sequence what
     */
    static Plan insisting(long seed, Sequence sequence) {
        Planner planner = new Planner(seed, true);
        planner.insist(sequence);
        planner.faults.sort(Comparator.comparingLong(Fault::atMillis));
        return new Plan(seed, planner.setup, planner.faults);
    }

    private int below(int bound) {
        return (int) Long.remainderUnsigned(World.mix(seed, "plan", counter++), bound);
    }

    private boolean oneIn(int many) {
        return below(many) == 0;
    }

    private Setup setup() {
        int voters = oneIn(8) ? 1 : oneIn(4) ? 5 : 3;
        int spares = voters > 1 && oneIn(4) ? 2 : 0;
        boolean tiny = oneIn(3);
        return new Setup(
                voters,
                spares,
                tiny ? 1 : oneIn(2) ? 4000 : 100_000,
                tiny ? 1 : 20_000,
                oneIn(2) ? 2000 : 20_000,
                oneIn(4) ? 50 : 3L << 30,
                20 << below(5),
                1 + below(3),
                16 << 10 + below(3),
                oneIn(2) ? 0 : 1000,
                lateMicros());
    }

    /** A third of the seeds have busy processes; drawn apart from the rest. */
    private int lateMicros() {
        long drawn = World.mix(seed, "late", 0);
        return Long.remainderUnsigned(drawn, 3) == 0 ? 100 << Long.remainderUnsigned(drawn >>> 8, 8) : 0;
    }

    /** Faults here and there. */
    private void scatter() {
        List<Kind> kinds = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (kind != Kind.DISASTER && kind != Kind.RECONFIGURE && oneIn(3)) {
                kinds.add(kind);
            }
        }
        int everyMillis = 200 << below(5);
        for (long at = FIRST_MILLIS; at < LAST_MILLIS && !kinds.isEmpty(); at += everyMillis / 2 + below(everyMillis)) {
            Fault fault = fault(at, kinds.get(below(kinds.size())));
            if (isAllowed(fault)) {
                faults.add(fault);
            }
        }
        if (setup.spares() > 0) {
            for (long at = FIRST_MILLIS + below(3000); at < LAST_MILLIS; at += 1000 + below(5000)) {
                faults.add(reconfiguration(at));
            }
        }
    }

    private Fault fault(long at, Kind kind) {
        int member = oneIn(3) ? -below(2) : 1 + below(setup.members());
        long millis = 1L << below(12);
        int detail = switch (kind) {
            case SLOW_NET -> 5 << below(4);
            case WALL -> below(2 * 1440) - 1440;
            case POWER_IN_CALL -> below(40);
            default -> member == Fault.NEXT_LEADER ? below(60) : below(1000);
        };
        if (kind == Kind.WIPE || kind == Kind.ROT) {
            member = victims.isEmpty() ? 0 : victims.get(below(victims.size()));
        }
        return new Fault(at, kind, member, 1 + below(setup.members()), millis, detail);
    }

    /** A single server keeps its disk intact: nobody could bring back what is lost. */
    private boolean isAllowed(Fault fault) {
        return fault.kind() != Kind.WIPE && fault.kind() != Kind.ROT || !victims.isEmpty();
    }

    /** Those whose disks are emptied are never half of the voters: that would be a disaster. */
    private Fault reconfiguration(long at) {
        int bits = 0;
        int count = 0;
        int emptied = 0;
        for (int id = 1; id <= setup.members(); id++) {
            if (below(2) == 0) {
                bits |= 1 << id;
                count++;
                emptied += victims.contains(id) ? 1 : 0;
            }
        }
        if (count < 3 || emptied * 2 >= count) {
            bits = (1 << 1 + setup.voters()) - 2;
        }
        return new Fault(at, Kind.RECONFIGURE, Fault.LEADER, 0, 0, bits);
    }

    /** Sequences that chance would take long to find. */
    private void stage() {
        if (setup.voters() == 1) {
            return;
        }
        if (oneIn(6)) {
            insist(Sequence.values()[below(Sequence.values().length)]);
        }
        int scenes = below(4);
        for (int i = 0; i < scenes; i++) {
            play(Sequence.values()[below(Sequence.values().length)], FIRST_MILLIS + below((int) LAST_MILLIS - 5500));
        }
        if (oneIn(25)) {
            faults.removeIf(fault -> fault.kind() == Kind.WIPE || fault.kind() == Kind.ROT); // somebody must remember
            faults.add(new Fault(5000 + below(4000), Kind.DISASTER, 1 + below(setup.voters()), 0, 4000, 0));
        }
    }

    /** Plays a sequence from the beginning to the end. */
    private void insist(Sequence sequence) {
        for (long at = FIRST_MILLIS; at < LAST_MILLIS - 3000; at += 2500 + below(2000)) {
            play(sequence, at);
        }
    }

    private void play(Sequence sequence, long at) {
        Sequence.Score score = new Sequence.Score(setup, victims, at, this::below);
        sequence.play(score);
        faults.addAll(score.faults());
    }
}
