package io.pinfold.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Most of a heap is for the data, however small it is. */
class MemorySharesTest {
    private static final long MIB = 1 << 20;

    @Test
    void theEndOfTheLogTakesLittleOfASmallHeap() {
        assertEquals(4 * MIB, MemoryShares.of(64 * MIB, 0).recentBytes());
        assertEquals(32 * MIB, MemoryShares.of(4096 * MIB, 0).recentBytes());
    }

    @Test
    void whatAClientCanMakeGrowLeavesHalfOfASmallHeapToTheRest() {
        MemoryShares shares = MemoryShares.of(64 * MIB, 0);
        assertTrue(shares.heldBytes() + shares.outstandingBytes() + shares.recentBytes() <= 32 * MIB);
    }
}
