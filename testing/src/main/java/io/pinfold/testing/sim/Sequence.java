package io.pinfold.testing.sim;

import io.pinfold.testing.sim.Fault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Faults one after the other that chance would take long to find. Stateless. */
enum Sequence {
    /** The leader is alone with its clients while the others go on, again and again. */
    STALE_LEADER {
        @Override
        void play(Score score) {
            for (int i = 0; i < 4; i++) {
                score.add(i * 1800L, Kind.ISOLATE, Fault.LEADER, 900 + score.below(600), 0);
            }
        }
    },
    /** One leader after the other fails right after its election. */
    SHORT_REIGNS {
        @Override
        void play(Score score) {
            for (int i = 0; i < 6; i++) {
                Kind kind = score.below(2) == 0 ? Kind.ISOLATE : score.below(2) == 0 ? Kind.POWER : Kind.KILL;
                score.add(i * 700L, kind, Fault.NEXT_LEADER, 300 + score.below(1200), score.below(40));
            }
        }
    },
    /** A member that lost its disk comes back while another one lags behind. */
    LOST_DISK {
        @Override
        void play(Score score) {
            int victim = score.victim();
            score.add(0, Kind.ISOLATE, score.after(victim), 2000 + score.below(300), 0);
            score.add(1900, Kind.WIPE, victim, 20 + score.below(200), 0);
            for (int i = 0; i < 3; i++) {
                score.add(2000 + score.below(400), Kind.ISOLATE, Fault.LEADER, 1500, 0);
            }
        }
    },
    /** A member finds its log damaged while another one lags behind. */
    ROTTEN_DISK {
        @Override
        void play(Score score) {
            int victim = score.victim();
            score.add(0, Kind.ISOLATE, score.after(victim), 2000 + score.below(300), 0);
            for (int i = 0; i < 6; i++) {
                score.add(1890, Kind.ROT, victim, 0, score.below(1000));
            }
            score.add(1900, Kind.POWER, victim, 20 + score.below(200), 0);
            for (int i = 0; i < 3; i++) {
                score.add(2000 + score.below(400), Kind.ISOLATE, Fault.LEADER, 1500, 0);
            }
        }
    },
    /** Links work in one direction. */
    ONE_WAY {
        @Override
        void play(Score score) {
            for (int i = 0; i < 3; i++) {
                score.cut(score.below(2000), score.anybody(), score.anybody(), 500 + score.below(4000));
            }
            score.cut(1000, Fault.LEADER, score.anybody(), 3000);
        }
    },
    /** The power goes everywhere. */
    EVERYBODY_AT_ONCE {
        @Override
        void play(Score score) {
            int loss = score.below(2);
            for (int id = 1; id <= score.setup.members(); id++) {
                score.add(0, Kind.POWER, id, 50 + score.below(1000), loss);
            }
        }
    },
    /** The leader stands still. */
    PAUSED_LEADER {
        @Override
        void play(Score score) {
            for (int i = 0; i < 3; i++) {
                score.add(i * 2000L, Kind.PAUSE, Fault.LEADER, 400 + score.below(4000), 0);
            }
        }
    },
    /**
     * Three leaders, each with something that nobody else has: the first is cut off, so is the second at its election, and the
     * third, which may be the first again, ends when it has brought what is old to others, but nothing new.
     */
    THREE_CLAIMS {
        @Override
        void play(Score score) {
            score.add(0, Kind.ISOLATE, Fault.LEADER, 900, 0);
            score.add(5, Kind.ISOLATE, Fault.NEXT_LEADER, 1700 + score.below(800), score.below(4));
            score.add(700 + score.below(200), Kind.KILL, Fault.NEXT_LEADER, 1500, score.below(10));
        }
    },
    /** A leader hands over, and does not hear of its success. */
    HANDED_OVER_IN_SILENCE {
        @Override
        void play(Score score) {
            for (int i = 0; i < 8; i++) {
                long at = i * 1500L;
                score.add(at, Kind.HAND_OVER, Fault.LEADER, 0, 0);
                score.add(at + score.below(4), Kind.ISOLATE, Fault.LEADER, 700 + score.below(500), 0);
            }
        }
    },
    /** The voters change, and the old and the new ones lose each other on the way. */
    PARTED_CHANGE {
        @Override
        void play(Score score) {
            if (score.setup.spares() > 0) {
                int voters = score.setup.voters();
                int kept = 1 + score.below(voters);
                int next = 1 << kept;
                for (int id = voters + 1; id <= score.setup.members(); id++) {
                    next |= 1 << id;
                }
                change(score, 0, next, kept);
                change(score, 2200, (1 << voters + 1) - 2, 1 + score.below(voters));
            }
        }

        private void change(Score score, long at, int voters, int between) {
            score.add(at, Kind.RECONFIGURE, Fault.LEADER, 0, voters);
            long parted = at + score.below(60);
            for (int one = 1; one <= score.setup.members(); one++) {
                for (int other = 1; other <= score.setup.members(); other++) {
                    boolean first = one == between || (voters >> one & 1) == 1;
                    boolean second = other == between || (voters >> other & 1) == 1;
                    if (first && !second) {
                        score.part(parted, one, other, 1800);
                    }
                }
            }
        }
    };

    /**
     * Writes the faults down.
     *
     * @param score takes them
     */
    abstract void play(Score score);

    /** Where a sequence is written down. Confined to the thread that plans. */
    static final class Score {
        final Setup setup;
        private final List<Integer> victims;
        private final long at;
        private final IntUnaryOperator below;
        private final List<Fault> faults = new ArrayList<>();

        /**
         * Begins an empty one.
         *
         * @param setup the ensemble
         * @param victims members whose disks may be damaged
         * @param at when it begins
         * @param below draws
         */
        Score(Setup setup, List<Integer> victims, long at, IntUnaryOperator below) {
            this.setup = setup;
            this.victims = victims;
            this.at = at;
            this.below = below;
        }

        List<Fault> faults() {
            return faults;
        }

        int below(int bound) {
            return below.applyAsInt(bound);
        }

        int anybody() {
            return 1 + below(setup.members());
        }

        int victim() {
            return victims.get(below(victims.size()));
        }

        int after(int voter) {
            return 1 + voter % setup.voters();
        }

        void add(long later, Kind kind, int member, long millis, int detail) {
            faults.add(new Fault(at + later, kind, member, 0, millis, detail));
        }

        void cut(long later, int from, int to, long millis) {
            faults.add(new Fault(at + later, Kind.CUT, from, to, millis, 0));
        }

        void part(long later, int one, int other, long millis) {
            faults.add(new Fault(at + later, Kind.PART, one, other, millis, 0));
        }
    }
}
