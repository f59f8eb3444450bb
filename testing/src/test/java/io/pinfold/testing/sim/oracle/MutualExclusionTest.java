package io.pinfold.testing.sim.oracle;

import org.junit.jupiter.api.Test;

class MutualExclusionTest {
    private final Tale tale = new Tale();

    @Test
    void twoHoldersAtATimeAreSeen() {
        tale.hear(new Fact.Held(0, "/lock", "a", 5));
        tale.hear(new Fact.Held(0, "/other", "b", 4));
        Tale.breaks(MutualExclusion.class, () -> tale.hear(new Fact.Held(0, "/lock", "b", 6)));
    }

    @Test
    void aTokenThatIsNotHigherThanTheLastOneIsSeen() {
        tale.hear(new Fact.Held(0, "/lock", "a", 5));
        tale.hear(new Fact.Released(0, "/lock", "a", 5));
        Tale.breaks(MutualExclusion.class, () -> tale.hear(new Fact.Held(0, "/lock", "b", 5)));
    }

    @Test
    void aViolationThatSomebodySwallowedIsSeenAgain() {
        twoHoldersAtATimeAreSeen();
        Tale.breaks(MutualExclusion.class, tale.oracles::requireNone);
        Tale.breaks(MutualExclusion.class, () -> tale.oracles.end(0));
    }

    @Test
    void oneAfterTheOtherIsRight() {
        tale.hear(new Fact.Held(0, "/lock", "a", 5));
        tale.hear(new Fact.Released(0, "/lock", "a", 5));
        tale.hear(new Fact.Held(0, "/lock", "b", 6));
    }
}
