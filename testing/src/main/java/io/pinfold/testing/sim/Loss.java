package io.pinfold.testing.sim;

/** What a power failure takes of that which was not forced. */
public enum Loss {
    /** Everything. */
    ALL,
    /** Nothing: the process ended, and the machine went on. */
    NONE,
    /** Some sectors and some changes of the directory, by chance. */
    TORN
}
