package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Plays the same scenarios to two servers and wants the same replies, errors, metadata and events. A failure names its seed
 * and shows a scenario that was made as short as possible; {@code -Dpinfold.differential.seed=N} plays that one alone. Confined to
 * one thread.
 */
final class Comparison implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PARTS_OF_STEP = 16;
    private static final int MOST_PARTS = PARTS_OF_STEP * 400;

    private final TestServer reference;
    private final TestServer ours;
    private int roots;

    Comparison(TestServer reference, TestServer ours) {
        this.reference = reference;
        this.ours = ours;
    }

    @Override
    public void close() {
        reference.close();
        ours.close();
    }

    interface Author {
        List<Step> write(long seed, String root);
    }

    void compare(Author author, int count) throws IOException {
        Long only = Long.getLong("pinfold.differential.seed");
        long first = only != null ? only : System.nanoTime();
        for (long seed = first; seed < first + (only != null ? 1 : count); seed++) {
            BitSet everything = new BitSet();
            everything.set(0, MOST_PARTS);
            Optional<String> story = play(author, seed, everything);
            if (story.isPresent()) {
                fail("Seed " + seed + " (-Dpinfold.differential.seed=" + seed + "):\n"
                        + shorten(author, seed, everything, story.get()));
            }
        }
    }

    /** {@return the story of the first difference, if there is one} */
    private Optional<String> play(Author author, long seed, BitSet chosen) throws IOException {
        List<Step> steps = chosen(author.write(seed, "/d" + roots++), chosen);
        Side left = new Side(reference.port());
        Side right = new Side(ours.port());
        List<String> story = new ArrayList<>();
        try {
            for (Step step : steps) {
                story.add(step.toString());
                if (step instanceof Step.Restart) {
                    reference.restart();
                    ours.restart();
                }
                left.begin(step);
                right.begin(step);
                List<String> expected = left.finish(step);
                List<String> actual = right.finish(step);
                if (!expected.equals(actual)) {
                    return Optional.of(String.join("\n", story) + difference(expected, actual));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new AssertionError(
                    "Seed " + seed + ", " + e + " after:\n" + String.join("\n", story)
                            + "\n--- Apache ZooKeeper said:\n" + reference.output() + "\n--- ours said:\n"
                            + ours.output(),
                    e);
        } finally {
            left.close();
            right.close();
        }
    }

    /** A step's first bit chooses the step, the others its calls. */
    private static List<Step> chosen(List<Step> steps, BitSet chosen) {
        List<Step> kept = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            List<Call> calls = new ArrayList<>();
            for (int j = 0; j < steps.get(i).calls().size(); j++) {
                if (chosen.get(i * PARTS_OF_STEP + 1 + j)) {
                    calls.add(steps.get(i).calls().get(j));
                }
            }
            if (chosen.get(i * PARTS_OF_STEP)) {
                kept.add(steps.get(i).with(calls));
            }
        }
        return kept;
    }

    private static String difference(List<String> expected, List<String> actual) {
        return "\n--- Apache ZooKeeper:\n" + String.join("\n", expected) + "\n--- ours:\n" + String.join("\n", actual);
    }

    /** Leaves out one thing after the other, as long as there still is a difference. */
    private String shorten(Author author, long seed, BitSet parts, String story) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int size = PARTS_OF_STEP; size > 0; size -= PARTS_OF_STEP - 1) {
            for (int i = parts.length() / size * size; i >= 0 && System.nanoTime() < deadline; i -= size) {
                BitSet fewer = (BitSet) parts.clone();
                fewer.clear(i, i + size);
                Optional<String> shorter = fewer.equals(parts) ? Optional.empty() : play(author, seed, fewer);
                if (shorter.isPresent()) {
                    story = shorter.get();
                    parts = fewer;
                }
            }
        }
        return story;
    }
}
