package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RegisterHistoryTest {
    private final RegisterHistory history = new RegisterHistory("first");

    @Test
    void agreesWithWhatIsLinearizable() {
        history.read(1, 2, 0, "first");
        history.wrote(3, 9, 1, "a");
        history.read(4, 5, 0, "first");
        history.read(6, 7, 1, "a");
        history.refused(4, 8, 0);
        history.perhapsWrote(10, 2, "b");
        history.perhapsWrote(10, 2, "never seen");
        history.read(20, 21, 2, "b");
        history.wrote(22, 23, 3, "c");

        assertEquals(List.of(), history.problems());
    }

    @Test
    void findsAReadThatIsTooOld() {
        history.wrote(1, 2, 1, "a");
        history.read(3, 4, 0, "first");

        assertEquals(1, history.problems().size());
    }

    @Test
    void findsReadsThatGoBack() {
        history.perhapsWrote(1, 1, "a");
        history.read(2, 3, 1, "a");
        history.read(4, 5, 0, "first");

        assertEquals(1, history.problems().size());
    }

    @Test
    void findsAWriteThatWasLost() {
        history.wrote(1, 2, 1, "a");
        history.wrote(3, 4, 1, "b");

        assertEquals("two writes made one version", history.problems().get(0).split(":")[0]);
    }

    @Test
    void findsAnUnknownWriteInTheRoomOfAnAcknowledgedOne() {
        history.wrote(1, 2, 1, "a");
        history.perhapsWrote(1, 1, "b");
        history.read(3, 4, 1, "b");

        assertEquals("two writes made one version", history.problems().get(0).split(":")[0]);
    }

    @Test
    void findsAVersionThatNobodyMade() {
        history.wrote(1, 2, 2, "b");

        assertEquals(List.of("nobody made version 1 of 2"), history.problems());
    }

    @Test
    void findsAReadFromTheFuture() {
        history.read(1, 2, 1, "a");
        history.wrote(3, 4, 1, "a");

        assertEquals(2, history.problems().size());
    }

    @Test
    void findsARefusalWithoutAReason() {
        history.wrote(1, 2, 1, "a");
        history.refused(3, 4, 1);
        history.wrote(5, 6, 2, "b");

        assertEquals(1, history.problems().size());
    }
}
