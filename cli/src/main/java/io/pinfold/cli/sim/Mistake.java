package io.pinfold.cli.sim;

import java.util.Optional;

/** Mistakes that a program with a recipe can make, to show that they are noticed. */
public enum Mistake {
    /** Two at a time are let into a lock. */
    TWO_LET_IN(Family.LOCKS),
    /** Two at a time are let lead. */
    TWO_LEADERS(Family.ELECTION);

    private final Family family;

    Mistake(Family family) {
        this.family = family;
    }

    /** {@return whose mistake it is} */
    public Family family() {
        return family;
    }

    /**
     * {@return the mistake of that name, if there is one}
     *
     * @param name as {@link #name}
     */
    public static Optional<Mistake> named(String name) {
        for (Mistake mistake : values()) {
            if (mistake.name().equals(name)) {
                return Optional.of(mistake);
            }
        }
        return Optional.empty();
    }
}
