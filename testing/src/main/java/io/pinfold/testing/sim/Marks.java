package io.pinfold.testing.sim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How often each rare state was reached. Confined to the world's thread. */
public final class Marks {
    private final EnumMap<Mark, Long> counts = new EnumMap<>(Mark.class);

    void hit(Mark mark) {
        counts.merge(mark, 1L, Long::sum);
    }

    /**
     * Adds what others counted.
     *
     * @param others of another run
     */
    public void add(Marks others) {
        others.counts.forEach((mark, count) -> counts.merge(mark, count, Long::sum));
    }

    /** {@return the states that were never reached} */
    public List<Mark> missing() {
        List<Mark> missing = new ArrayList<>();
        for (Mark mark : Mark.values()) {
            if (!counts.containsKey(mark)) {
                missing.add(mark);
            }
        }
        return missing;
    }

    /** {@return how often each state was reached, the rarest first} */
    public String describe() {
        return describe(Mark.values().length);
    }

    /** {@return the ten states that were reached least often} */
    public String rarest() {
        return describe(10);
    }

    private String describe(int most) {
        StringBuilder text = new StringBuilder();
        counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .limit(most)
                .forEach(entry -> text.append(text.length() == 0 ? "" : ", ")
                        .append(entry.getKey())
                        .append('=')
                        .append(entry.getValue()));
        return text.toString();
    }
}
