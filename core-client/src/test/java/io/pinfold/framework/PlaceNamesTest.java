package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceNamesTest {
    private static final String GUID = "c1b8db52-596b-43cd-a142-6d346728a612";
    private static final PlaceNames NAMES = new PlaceNames("lock-");

    @Test
    void asksForCuratorsLayout() {
        assertEquals("_c_c1b8db52-596b-43cd-a142-6d346728a612-lock-", NAMES.request(GUID));
    }

    @Test
    void knowsItsOwnByTheGuid() {
        assertTrue(NAMES.bears("_c_" + GUID + "-lock-0000000000", GUID));
        assertFalse(NAMES.bears("_c_" + GUID + "0-lock-0000000000", GUID));
        assertFalse(NAMES.bears("lock-0000000000", GUID));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE + 1, -1_000_000_000, -999_999_999, -1
            })
    void readsWhatTheServerWrites(int sequence) {
        String suffix = String.format("%010d", sequence);

        assertEquals(OptionalInt.of(sequence), NAMES.sequence("_c_" + GUID + "-lock-" + suffix));
        assertEquals(OptionalInt.of(sequence), NAMES.sequence("lock-" + suffix));
        assertEquals(OptionalInt.of(sequence), NAMES.sequence("lock-lock-" + suffix));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0123456789abcdef__lock__0000000000",
                "_c_x-latch-0000000000",
                "lock-",
                "lock-1",
                "lock-00000000001",
                "lock-000000000x",
                "lock-4294967296",
                "lock-9999999999",
                "lock--000000000000",
                "lock-0000000000-lock-",
                "notes"
            })
    void takesEverythingElseForAStranger(String name) {
        assertEquals(OptionalInt.empty(), NAMES.sequence(name));
    }

    @Test
    void sortsByTheSequenceAlone() {
        assertEquals(
                List.of("_c_z-lock-0000000001", "lock-0000000002", "_c_a-lock-0000000010"),
                NAMES.inOrder(List.of("_c_a-lock-0000000010", "stranger", "_c_z-lock-0000000001", "lock-0000000002")));
    }

    @Test
    void goesOnAroundTheEndOfTheCounter() {
        List<String> queue =
                List.of("a-lock-2147483646", "b-lock-2147483647", "c-lock--2147483648", "d-lock--2147483647");

        assertEquals(queue, NAMES.inOrder(List.of(queue.get(2), queue.get(0), queue.get(3), queue.get(1))));
        assertTrue(NAMES.before(queue.get(1), queue.get(2)));
        assertFalse(NAMES.before(queue.get(2), queue.get(1)));
        assertTrue(NAMES.before("lock--000000001", "lock-0000000000"));
    }

    @Test
    void theFirstOfTheQueueHoldsAndTheOthersWaitForTheOneBefore() {
        Ranking ranking = Ranking.first(NAMES);
        List<String> children = List.of("c-lock-0000000003", "a-lock-0000000001", "b-lock-0000000002", "0-stranger");

        assertTrue(ranking.judge("a-lock-0000000001", children).isHeld());
        assertEquals(
                "Standing[waitsFor=Optional[a-lock-0000000001], decisive=true]",
                ranking.judge("b-lock-0000000002", children).toString());
        assertEquals(
                "Standing[waitsFor=Optional[b-lock-0000000002], decisive=false]",
                ranking.judge("c-lock-0000000003", children).toString());
    }

    @Test
    void withALimitTheFirstFewHold() {
        Ranking ranking = Ranking.firstOf(NAMES, 2);
        List<String> children = List.of("c-lock-0000000003", "a-lock-0000000001", "b-lock-0000000002");

        assertTrue(ranking.judge("b-lock-0000000002", children).isHeld());
        assertEquals(
                "Standing[waitsFor=Optional[a-lock-0000000001], decisive=false]",
                ranking.judge("c-lock-0000000003", children).toString());
    }
}
