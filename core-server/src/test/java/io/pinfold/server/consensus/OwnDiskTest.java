package io.pinfold.server.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** When a leader takes its own disk for slow: a commit each millisecond, of which its disk is behind. */
class OwnDiskTest {
    private static final long PATIENCE = 1_000;

    private final OwnDisk disk = new OwnDisk(PATIENCE);
    private long now = 1;

    /** {@return after how many milliseconds it is too slow, 0 if never} */
    private long tooSlow(long behind, long millis) {
        for (long start = now; now - start < millis; now++) {
            if (disk.isTooSlow(now, now - behind, now)) {
                return now - start;
            }
        }
        return 0;
    }

    @Test
    void aDiskThatIsAlwaysALittleBehindIsNotSlow() {
        assertEquals(0, tooSlow(90, 20_000));
    }

    @Test
    void aDiskThatIsFarBehindAllTheTimeIsTooSlow() {
        assertEquals(1_001, tooSlow(150, 20_000), 100);
    }

    @Test
    void aDiskThatStandsStillIsTooSlow() {
        long slow = 0;
        while (slow == 0) {
            slow = disk.isTooSlow(++now, 0, 5) ? now : 0;
        }
        assertEquals(1_001, slow, 10);
    }

    @Test
    void aDiskThatRecoversInTimeIsNotSlow() {
        for (int round = 0; round < 10; round++) {
            assertEquals(0, tooSlow(150, 900));
            assertEquals(0, tooSlow(0, 10));
        }
    }

    @Test
    void whatWasSaidIsSaidAgainOnlyAfterAsLong() {
        assertEquals(1_001, tooSlow(500, 20_000), 100);
        assertEquals(1_001, tooSlow(500, 20_000), 100);
    }

    @Test
    void withoutPatienceNothingIsSaid() {
        OwnDisk borne = new OwnDisk(0);
        for (long at = 1; at < 10_000; at++) {
            assertEquals(false, borne.isTooSlow(at, 0, at));
        }
    }
}
