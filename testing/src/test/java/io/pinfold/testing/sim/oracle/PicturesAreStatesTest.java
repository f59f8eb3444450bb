package io.pinfold.testing.sim.oracle;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PicturesAreStatesTest {
    private final Tale tale = Tale.withSession();

    private void commitTwo() {
        tale.write(1, 1, Tale.create("/a")); // 2
        tale.write(1, 2, Tale.create("/a/b")); // 3
        tale.write(1, 3, Tale.create("/a/b/c")); // 4
    }

    private static Fact.Saw saw(long zxid, boolean present, SortedMap<String, Fact.Znode> znodes) {
        return new Fact.Saw(0, "viewer", "/a", 1, zxid, present, znodes);
    }

    private static SortedMap<String, Fact.Znode> with(String path, long zxid) {
        return new TreeMap<>(Map.of(path, new Fact.Znode(zxid, zxid)));
    }

    @Test
    void aPictureOfAMomentIsRight() {
        commitTwo();
        tale.hear(saw(2, false, new TreeMap<>()));
        tale.hear(saw(3, false, with("/a/b", 3)));
        tale.hear(saw(3, true, with("/a/b", 3)));
    }

    @Test
    void aZnodeThatIsMissedIsSeen() {
        commitTwo();
        Tale.breaks(PicturesAreStates.class, () -> tale.hear(saw(3, false, new TreeMap<>())));
    }

    @Test
    void aZnodeThatTookTheOthersPlaceUnnoticedIsSeen() {
        commitTwo();
        Tale.breaks(PicturesAreStates.class, () -> tale.hear(saw(3, false, with("/a/b", 2))));
    }

    @Test
    void aPictureThatIsAheadOfItsZxidIsSeen() {
        commitTwo();
        Tale.breaks(PicturesAreStates.class, () -> tale.hear(saw(2, false, with("/a/b", 3))));
    }

    @Test
    void whoGoesBackInTimeIsSeen() {
        commitTwo();
        tale.hear(saw(3, false, with("/a/b", 3)));
        Tale.breaks(PicturesAreStates.class, () -> tale.hear(saw(2, false, new TreeMap<>())));
    }

    @Test
    void anOldPictureIsNoPresentOne() {
        commitTwo();
        Tale.breaks(PicturesAreStates.class, () -> tale.hear(saw(2, true, new TreeMap<>())));
    }

    @Test
    void aPictureOfWhatIsNotCommittedIsSeen() {
        commitTwo();
        Tale.breaks(PicturesAreStates.class, () -> tale.hear(saw(9, false, with("/a/b", 3))));
    }
}
