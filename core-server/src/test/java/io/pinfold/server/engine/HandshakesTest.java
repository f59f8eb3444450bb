package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.pinfold.server.tree.DataTree;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import org.junit.jupiter.api.Test;

/** A connection is waited for as long as it says nothing, and no longer. */
class HandshakesTest {
    private static final long SECOND = 1_000_000_000;

    private final EngineHarness rim = new EngineHarness();
    private final Handshakes handshakes = new Handshakes(EngineHarness.options(), new Outbox(new DataTree()));

    @Test
    void nothingIsKeptOfAConnectionThatIsGone() {
        Connection connection = connection(1);
        handshakes.expect(connection, 0);
        handshakes.forget(connection);

        assertEquals(Long.MAX_VALUE, handshakes.nextDeadlineNanos());
    }

    @Test
    void nobodyWaitsForAGreetingThatWasRead() throws MalformedFrame {
        Connection connection = connection(1);
        handshakes.expect(connection, 0);
        JuteWriter greeting = new JuteWriter();
        new ConnectRequest(0, 0, 4000, 0, new byte[16], false, true).write(greeting);
        JuteReader frame = new JuteReader();
        frame.reset(greeting.array(), 0, greeting.size());
        handshakes.read(connection, frame);

        assertEquals(Long.MAX_VALUE, handshakes.nextDeadlineNanos());
    }

    @Test
    void whoeverSaysNothingIsClosedInItsTurn() {
        Connection first = connection(1);
        Connection second = connection(2);
        handshakes.expect(first, 0);
        handshakes.expect(second, 5 * SECOND);
        handshakes.expire(10 * SECOND);

        assertEquals("no handshake within 10 seconds", first.closing);
        assertNotEquals("no handshake within 10 seconds", second.closing);
        assertEquals(15 * SECOND, handshakes.nextDeadlineNanos());
    }

    private Connection connection(long number) {
        return new Connection(rim.new Client(), "127.0.0.1", number, 0, new Traffic(null));
    }
}
