package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.engine.EngineHarness.Client;
import io.pinfold.wire.Request;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What one turn makes for all clients together does not pile up until the turn ends. */
class OutboxTest {
    private static final int CLIENTS = 100;

    private final EngineHarness rim = new EngineHarness();
    private final List<Client> clients =
            Stream.generate(rim::session).limit(CLIENTS).toList();

    @Test
    void smallQuestionsOfManyForMuchAreAnsweredAsTheyCome() {
        clients.get(0).send(new Request.SetData("/", new byte[100_000], -1));
        rim.settle();
        for (Client client : clients) {
            client.received();
            client.send(new Request.GetData("/", false));
        }

        long unsent =
                clients.stream().filter(client -> client.received().isEmpty()).count();
        assertTrue(unsent < 20, unsent + " replies of 100 kB wait for the end of the turn");
        long held = clients.stream()
                .mapToLong(client -> client.connection.out.array().length)
                .sum();
        assertTrue(held < 3_000_000, held + " bytes are held until the end of the turn");
    }

    @Test
    void manyWatchersOfManyChangesAreToldAsTheChangesAreMade() {
        for (Client client : clients) {
            client.send(new Request.AddWatch("/", 0));
        }
        rim.settle();
        clients.forEach(client -> client.sends = 0);
        clients.get(0).send(new Request.Multi(Collections.nCopies(1000, new Request.SetData("/", new byte[0], -1))));
        rim.settle();

        assertTrue(clients.get(1).sends > 3, "all events at once");
        assertEquals(1001, clients.get(1).received().size()); // and the reply to the first request
    }

    @Test
    void aConnectionThatIsIdleHoldsNoBuffer() {
        clients.get(0).send(new Request.SetData("/", new byte[30_000], -1));
        rim.settle();
        for (Client client : clients) {
            client.send(new Request.GetData("/", false));
        }
        rim.settle();

        for (Client client : clients) {
            assertEquals(0, client.connection.out.array().length);
        }
    }
}
