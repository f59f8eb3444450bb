package io.pinfold.server.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(100);
    private final List<String> givenUp = new ArrayList<>();

    @Test
    void nobodyIsGivenUpWithinTheBudget() {
        hold(new Connection("a"), 60);
        hold(new Connection("b"), 40);

        assertEquals(List.of(), givenUp);
        assertEquals(100, budget.held());
    }

    @Test
    void whoHoldsMostIsGivenUpWhoeverWentTooFar() {
        hold(new Connection("much"), 70);
        hold(new Connection("more"), 25);
        hold(new Connection("little"), 10);

        assertEquals(List.of("much"), givenUp);
        assertEquals(35, budget.held());
    }

    @Test
    void whoLetGoIsNotLookedAtAgain() {
        Connection first = new Connection("first");
        hold(first, 90);
        hold(first, 0);
        hold(new Connection("second"), 90);

        assertEquals(List.of(), givenUp);
    }

    @Test
    void asManyAsNeededAreGivenUp() {
        for (int i = 0; i < 10; i++) {
            hold(new Connection("c" + i), 10);
        }
        hold(new Connection("last"), 101);

        assertEquals(List.of("last"), givenUp);
        hold(new Connection("next"), 9);
        assertEquals(2, givenUp.size());
    }

    private void hold(Connection connection, long bytes) {
        long before = connection.held;
        connection.held = bytes;
        budget.changed(connection, before, bytes);
    }

    private final class Connection implements MemoryBudget.Holder {
        private final String name;
        private long held;

        Connection(String name) {
            this.name = name;
        }

        @Override
        public long heldBytes() {
            return held;
        }

        @Override
        public void giveUp(String reason) {
            givenUp.add(name);
            hold(this, 0);
        }
    }
}
