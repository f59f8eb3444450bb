package io.pinfold.client;

import static io.pinfold.client.VirtualClient.MILLI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ErrorCode;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.TransactionFailedException;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A transaction with a marker happens exactly once, whatever is lost on the way. */
class MarkedTransactionTest {
    private final VirtualClient client = VirtualClient.connected();
    private final TinyServer server = client.host.server;

    private CompletableFuture<Optional<List<OpResult>>> transaction() {
        server.znodes.putIfAbsent("/n", server.znodes.get("/"));
        return client.settled(client.calls.multiOnce(List.of(Op.set("/n", new byte[0])), "/marks/here"));
    }

    private long markers() {
        return server.znodes.keySet().stream()
                .filter(path -> path.contains("_m_"))
                .count();
    }

    private static Throwable failure(CompletableFuture<?> call) {
        assertTrue(call.isDone(), "still waiting");
        return assertThrows(CompletionException.class, call::join).getCause();
    }

    @Test
    void makesItsDirectoryAndLeavesNoMarker() {
        Optional<List<OpResult>> results = transaction().join();

        assertEquals(1, results.orElseThrow().size());
        assertInstanceOf(OpResult.DataSet.class, results.orElseThrow().get(0));
        assertTrue(server.znodes.containsKey("/marks/here"));
        assertEquals(0, markers());
        assertEquals(1, server.znodes.get("/n").version());
    }

    /** At which requests of the call something is lost. */
    record Case(TinyServer.Fault fault, List<Integer> requests) {}

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (TinyServer.Fault fault : List.of(TinyServer.Fault.LOSE_REQUEST, TinyServer.Fault.LOSE_REPLY)) {
            for (int first = 1; first <= 10; first++) {
                cases.add(new Case(fault, List.of(first)));
                for (int second = first + 1; second <= 10; second++) {
                    cases.add(new Case(fault, List.of(first, second)));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void happensOnceWhateverIsLost(Case lost) {
        int[] count = new int[1];
        for (int number : lost.requests) {
            server.plan(lost.fault, request -> {
                if (server.requests.size() != count[0]) {
                    count[0] = server.requests.size();
                }
                return count[0] == number;
            });
        }

        CompletableFuture<Optional<List<OpResult>>> call = transaction();
        client.host.pass(2_000 * MILLI);

        call.join();
        assertEquals(1, server.znodes.get("/n").version());
        assertEquals(0, markers());
    }

    @Test
    void lostReplyLeavesNoResultsButTheKnowledge() {
        server.znodes.put("/marks", server.znodes.get("/"));
        server.znodes.put("/marks/here", server.znodes.get("/"));
        server.plan(TinyServer.Fault.LOSE_REPLY, Request.Multi.class::isInstance);

        assertEquals(Optional.empty(), transaction().join());
        assertEquals(1, server.znodes.get("/n").version());
    }

    @Test
    void refusalSpeaksOfTheCallersOperationsOnly() {
        server.znodes.put("/marks", server.znodes.get("/"));
        CompletableFuture<?> call = client.settled(
                client.calls.multiOnce(List.of(Op.set("/", new byte[0]), Op.set("/none", new byte[0])), "/marks"));

        TransactionFailedException refused = assertInstanceOf(TransactionFailedException.class, failure(call));
        assertEquals(1, refused.failedOp());
        assertEquals(List.of(ErrorCode.OK, ErrorCode.NO_NODE), refused.codes());
        assertFalse(server.znodes.keySet().stream().anyMatch(path -> path.contains("_m_")));
    }

    @Test
    void endOfTheSessionLeavesItUnknown() {
        server.znodes.put("/marks", server.znodes.get("/"));
        server.znodes.put("/marks/here", server.znodes.get("/"));
        server.plan(TinyServer.Fault.LOSE_SESSION, Request.Multi.class::isInstance);

        assertInstanceOf(OutcomeUnknownException.class, failure(transaction()));
    }
}
