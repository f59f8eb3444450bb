package io.pinfold.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A member without a vote, as {@code server.4=...:observer} says. */
class ObserverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<PinfoldServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(PinfoldServer::close);
    }

    @Test
    void servesWhetherItStartsBeforeTheOthersOrAfterThem() throws Exception {
        List<MemberAddress> members = new ArrayList<>();
        for (int id = 1; id <= 5; id++) {
            members.add(new MemberAddress(id, "127.0.0.1", freePort(), 0, id == 1 || id == 5, ""));
        }
        for (int id : List.of(1, 2, 3, 4)) {
            start(id, members);
        }
        for (PinfoldServer server : servers) {
            assertTrue(server.awaitServing(PATIENCE), () -> "member " + server.memberId());
        }
        PinfoldServer late = start(5, members);
        assertTrue(late.awaitServing(PATIENCE));
        assertFalse(late.isLeader() || servers.get(0).isLeader());
    }

    private PinfoldServer start(int id, List<MemberAddress> members) throws IOException {
        PinfoldServer server = PinfoldServer.start(
                ServerConfig.standalone().withMemberId(id).withMembers(members).withClientPort(0));
        servers.add(server);
        return server;
    }

    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 31_000);
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) {
                // taken: try another
            }
        }
    }
}
