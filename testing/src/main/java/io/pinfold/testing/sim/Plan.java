package io.pinfold.testing.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * A whole run: the seed, the ensemble, and every fault. Immutable; text and back.
 *
 * @param seed on which all other chance depends
 * @param setup the ensemble
 * @param faults what goes wrong
 */
public record Plan(long seed, Setup setup, List<Fault> faults) {
    private static final long HEAL_MILLIS = 14_000;
    /** Where plans of today say how late callbacks are; older ones end before. */
    private static final int LATE_PLACE = 11;

    /** Copies the list. */
    public Plan {
        faults = List.copyOf(faults);
    }

    /** {@return the same with other faults} */
    public Plan with(List<Fault> others) {
        return new Plan(seed, setup, others);
    }

    /** {@return when everything heals} */
    public long healMillis() {
        long last = faults.stream().mapToLong(Fault::atMillis).max().orElse(0);
        return Math.max(HEAL_MILLIS, last + 1000);
    }

    /** {@return whether a majority loses its disks, so that nobody may be served any more} */
    public boolean isDisaster() {
        return faults.stream().anyMatch(fault -> fault.kind() == Fault.Kind.DISASTER);
    }

    /** {@return the lines that {@link #parse} reads} */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("seed ").append(seed).append('\n');
        text.append("setup ")
                .append(setup.voters())
                .append(' ')
                .append(setup.spares())
                .append(' ')
                .append(setup.batchBytes())
                .append(' ')
                .append(setup.windowBytes())
                .append(' ')
                .append(setup.recentBytes())
                .append(' ')
                .append(setup.maxCounter())
                .append(' ')
                .append(setup.snapshotEvery())
                .append(' ')
                .append(setup.snapshotsKept())
                .append(' ')
                .append(setup.segmentBytes())
                .append(' ')
                .append(setup.driftPpm())
                .append(' ')
                .append(setup.lateMicros())
                .append('\n');
        faults.forEach(fault -> text.append(fault.line()).append('\n'));
        return text.toString();
    }

    /**
     * {@return the plan that a text tells of}
     *
     * @param text as {@link #text} gives it
     */
    public static Plan parse(String text) {
        long seed = 0;
        Setup setup = Setup.of(3);
        List<Fault> faults = new ArrayList<>();
        for (String line : text.split("\n")) {
            String[] words = line.trim().split(" +");
            if (words[0].equals("seed")) {
                seed = Long.parseLong(words[1]);
            } else if (words[0].equals("setup")) {
                setup = setup(words);
            } else if (words[0].startsWith("at=")) {
                faults.add(Fault.parse(line));
            } else if (!words[0].isEmpty() && !words[0].startsWith("#")) {
                throw new IllegalArgumentException("No line of a plan: " + line);
            }
        }
        return new Plan(seed, setup, faults);
    }

    private static Setup setup(String[] words) {
        int[] numbers = new int[words.length];
        for (int i = 1; i < words.length; i++) {
            numbers[i] = i == 6 ? 0 : Integer.parseInt(words[i]);
        }
        return new Setup(
                numbers[1],
                numbers[2],
                numbers[3],
                numbers[4],
                numbers[5],
                Long.parseLong(words[6]),
                numbers[7],
                numbers[8],
                numbers[9],
                numbers[10],
                words.length > LATE_PLACE ? numbers[LATE_PLACE] : 0);
    }
}
