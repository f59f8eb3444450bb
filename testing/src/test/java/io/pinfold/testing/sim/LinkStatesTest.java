package io.pinfold.testing.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Whatever comes through between three members, in one direction or both, and whatever did before. */
class LinkStatesTest {
    @Test
    void anyTwoMembersThatHearEachOtherServe() {
        Campaign.Outcome outcome = Campaign.run(new LinkStates(), 0, LinkStates.ALL);

        assertEquals("", outcome.failure());
        assertEquals(LinkStates.ALL, outcome.runs());
    }
}
