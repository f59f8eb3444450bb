package io.pinfold.cli.sim;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What those who count say: additions that were reported happened once, those that are unknown once or not at all, others
 * never; and who began later was told a larger number. For additions of positive numbers. Confined to the world's thread.
 */
final class CounterLedger {
    static final String PROMISE = "CounterOnce";

    private record Addition(int delta, long atLeast) {}

    private final Complaints complaints;
    private final long base;
    private final Map<Integer, Addition> open = new HashMap<>();
    private final Set<Long> told = new HashSet<>();
    private final BitSet doubts = new BitSet();
    private long sum;
    private long highest;
    private int numbers;

    /**
     * Begins a ledger.
     *
     * @param base what the counter shows at first
     */
    CounterLedger(Complaints complaints, long base) {
        this.complaints = complaints;
        this.base = base;
        this.sum = base;
        this.highest = base;
        doubts.set(0);
    }

    /** {@return a number for an addition that begins} */
    int begun(int delta) {
        open.put(++numbers, new Addition(delta, highest + delta));
        return numbers;
    }

    /** An addition was reported, with the number after it. */
    void done(int number, long value) {
        Addition addition = open.remove(number);
        if (addition == null) {
            throw new IllegalStateException("Addition " + number + " ended twice");
        }
        sum += addition.delta();
        if (value < addition.atLeast()) {
            complaints.broken(PROMISE, "an addition gave " + value + " after another one had given " + highest);
        }
        if (!told.add(value)) {
            complaints.broken(PROMISE, "two additions gave " + value);
        }
        highest = Math.max(highest, value);
    }

    /** An addition is known not to have happened. */
    void refused(int number) {
        open.remove(number);
    }

    /** An addition may have happened; one that is never reported is the same. */
    void unknown(int number) {
        Addition addition = open.remove(number);
        if (addition != null) {
            BitSet shifted = new BitSet();
            doubts.stream().forEach(sumOfSome -> shifted.set(sumOfSome + addition.delta()));
            doubts.or(shifted);
        }
    }

    int additions() {
        return told.size();
    }

    /** Nothing is under way any more. */
    void end(long value) {
        Set.copyOf(open.keySet()).forEach(this::unknown);
        long surplus = value - sum;
        if (surplus < 0 || surplus > Integer.MAX_VALUE || !doubts.get((int) surplus)) {
            complaints.broken(
                    PROMISE,
                    "the counter shows " + value + ", but what was reported makes " + sum + " from " + base
                            + ", and what is unknown can add " + doubts);
        }
    }
}
