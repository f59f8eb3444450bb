package io.pinfold.testing.sim;

import io.pinfold.server.consensus.Safeguard;
import io.pinfold.server.consensus.Safeguards;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rule is broken on purpose, if any. Immutable.
 *
 * @param safeguards those that the engines keep
 * @param bug the mistake of the rim; null for none
 * @param name what is broken, for messages; empty for nothing
 */
public record Rules(Safeguards safeguards, @Nullable PlantedBug bug, String name) {
    /** Nothing is broken. */
    public static final Rules KEPT = new Rules(Safeguards.ALL, null, "");

    /** {@return all ways to break a rule} */
    public static List<Rules> broken() {
        List<Rules> all = new ArrayList<>();
        for (Safeguard safeguard : Safeguard.values()) {
            all.add(new Rules(Safeguards.without(safeguard), null, safeguard.name()));
        }
        for (PlantedBug bug : PlantedBug.values()) {
            all.add(new Rules(Safeguards.ALL, bug, bug.name()));
        }
        return all;
    }

    /**
     * {@return the rules with one broken}
     *
     * @param name as {@link #name}; empty for none
     */
    public static Rules named(String name) {
        if (name.isEmpty()) {
            return KEPT;
        }
        return broken().stream()
                .filter(rules -> rules.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no rule " + name + " to break"));
    }

    boolean has(PlantedBug planted) {
        return bug == planted;
    }
}
