package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.framework.Ranking.Standing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadWriteQueueTest {
    private static final String W1 = "_c_a-__WRIT__0000000001";
    private static final String R2 = "_c_b-__READ__0000000002";
    private static final String R3 = "_c_c-__READ__0000000003";
    private static final String W4 = "_c_d-__WRIT__0000000004";
    private static final String W5 = "_c_e-__WRIT__0000000005";
    private static final String R6 = "_c_f-__READ__0000000006";

    @Test
    void readersBeforeAnyWriterHold() {
        assertTrue(reading(R3, R2, R3, W4, R6).isHeld());
    }

    @Test
    void aReaderWaitsForTheLastWriterBeforeIt() {
        assertEquals(new Standing(Optional.of(W5), false), reading(R6, W1, R2, W4, W5, R6));
        assertEquals(new Standing(Optional.of(W1), true), reading(R3, R2, W1, W4, R3));
    }

    @Test
    void aWriterWaitsForTheOneBeforeIt() {
        assertTrue(writing(W1, R2, W1).isHeld());
        assertEquals(new Standing(Optional.of(R3), false), writing(W4, W1, R2, R3, W4));
        assertEquals(new Standing(Optional.of(R3), true), writing(W4, R3, W4, W5));
    }

    @Test
    void aWritersGoingDoesNotDecideBecauseItMayGoOnAsAReader() {
        assertEquals(new Standing(Optional.of(W1), false), writing(W4, W1, W4));
        String again = ReadWriteQueue.asReader(W1, "z");
        assertEquals("_c_z-__READ__0000000001", again);
        assertEquals(new Standing(Optional.of(again), false), writing(W4, W1, again, W4));
        assertEquals(new Standing(Optional.of(again), true), writing(W4, again, W4));
    }

    @Test
    void numbersWrapAround() {
        String last = "_c_y-__WRIT__2147483647";
        String wrapped = "_c_z-__READ__-2147483648";
        assertEquals(new Standing(Optional.of(last), true), reading(wrapped, last, wrapped));
        assertTrue(writing(last, last, wrapped).isHeld());
    }

    @Test
    void strangersDoNotCount() {
        assertFalse(ReadWriteQueue.number("0000__lock__0000000000").isPresent());
        assertTrue(writing(W5, "0000__lock__0000000000", "__WRIT__", W5).isHeld());
    }

    private static Standing reading(String own, String... names) {
        return ReadWriteQueue.reading().judge(own, List.of(names));
    }

    private static Standing writing(String own, String... names) {
        return ReadWriteQueue.writing().judge(own, List.of(names));
    }
}
