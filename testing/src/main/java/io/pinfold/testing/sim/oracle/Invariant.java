package io.pinfold.testing.sim.oracle;

/** One promise, watched over a whole run. Confined to the world's thread. */
public interface Invariant {
    /** {@return what the promise is called in reports; shrinking keeps a plan only while the same one breaks} */
    default String name() {
        return getClass().getSimpleName();
    }

    /** Hears of something that happened, after the scene did. */
    void hear(Fact fact, Scene scene);

    /** The run is over, after healing: everything owed must have come. */
    default void end(long atNanos, Scene scene) {}

    /** {@return the failure that says that this promise is broken} */
    default Violation broken(String what) {
        return new Violation(name(), what);
    }
}
