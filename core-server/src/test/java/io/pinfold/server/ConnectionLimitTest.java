package io.pinfold.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ConnectionLimitTest {
    private static final int MUCH = 1_000_000;

    @Test
    void isWhatIsConfiguredWhereThereIsRoom() {
        assertEquals(new ConnectionLimit(10_000, "maxCnxns"), ConnectionLimit.of(10_000, MUCH, MUCH));
    }

    @Test
    void isWhatTheHeapBearsIfThatIsLess() {
        assertEquals(new ConnectionLimit(5_000, "heap"), ConnectionLimit.of(10_000, 5_000, MUCH));
        assertEquals(new ConnectionLimit(5_000, "heap"), ConnectionLimit.of(0, 5_000, MUCH));
    }

    @Test
    void leavesFilesToTheServerItself() {
        assertEquals(new ConnectionLimit(3_840, "open files"), ConnectionLimit.of(10_000, MUCH, 4_096));
        assertEquals(new ConnectionLimit(128, "open files"), ConnectionLimit.of(0, MUCH, 256));
    }

    @Test
    void aSmallHeapHasRoomForTheConnectionsThatAreUsual() {
        assertTrue(MemoryShares.of(64 << 20, 0).connections() > 10_000);
    }
}
