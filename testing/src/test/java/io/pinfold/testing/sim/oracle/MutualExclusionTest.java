package io.pinfold.testing.sim.oracle;

import org.junit.jupiter.api.Test;

class MutualExclusionTest {
    private final Tale tale = new Tale();

    @Test
    void twoHoldersAtATimeAreSeen() {
        tale.hear(new Fact.Held(0, "/lock", "a", 5, 1, 1));
        tale.hear(new Fact.Held(0, "/other", "b", 4, 1, 1));
        Tale.breaks(MutualExclusion.class, () -> tale.hear(new Fact.Held(0, "/lock", "b", 6, 1, 1)));
    }

    @Test
    void aTokenThatIsNotHigherThanTheLastOneIsSeen() {
        tale.hear(new Fact.Held(0, "/lock", "a", 5, 1, 1));
        tale.hear(new Fact.Released(0, "/lock", "a", 5));
        Tale.breaks(MutualExclusion.class, () -> tale.hear(new Fact.Held(0, "/lock", "b", 5, 1, 1)));
    }

    @Test
    void aViolationThatSomebodySwallowedIsSeenAgain() {
        twoHoldersAtATimeAreSeen();
        Tale.breaks(MutualExclusion.class, tale.oracles::requireNone);
        Tale.breaks(MutualExclusion.class, () -> tale.oracles.end(0));
    }

    @Test
    void oneAfterTheOtherIsRight() {
        tale.hear(new Fact.Held(0, "/lock", "a", 5, 1, 1));
        tale.hear(new Fact.Released(0, "/lock", "a", 5));
        tale.hear(new Fact.Held(0, "/lock", "b", 6, 1, 1));
    }

    @Test
    void theSameHolderMayBeSureAgain() {
        tale.hear(new Fact.Held(0, "/lock", "a", 5, 1, 1));
        tale.hear(new Fact.Released(0, "/lock", "a", 5));
        tale.hear(new Fact.Held(0, "/lock", "a", 5, 1, 1));
    }

    @Test
    void moreThanThereIsIsSeen() {
        tale.hear(new Fact.Held(0, "/permits", "a", 5, 2, 3));
        tale.hear(new Fact.Held(0, "/permits", "b", 4, 1, 3));
        Tale.breaks(MutualExclusion.class, () -> tale.hear(new Fact.Held(0, "/permits", "c", 6, 1, 3)));
    }

    @Test
    void aWriterWithALowerTokenThanAReaderIsSeen() {
        tale.hear(new Fact.Held(0, "/book", "reader", 5, 1, 100));
        tale.hear(new Fact.Released(0, "/book", "reader", 5));
        Tale.breaks(MutualExclusion.class, () -> tale.hear(new Fact.Held(0, "/book", "writer", 4, 100, 100)));
    }
}
