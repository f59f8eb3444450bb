package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.AuthFailedException;
import io.pinfold.AuthId;
import io.pinfold.NoAuthException;
import io.pinfold.client.CreateOptions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our client on a released Apache ZooKeeper server. */
class ClientOnApacheZooKeeperTest extends ClientOutageContractTest {
    private static final AuthId USER = new AuthId("digest", "user");

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.apacheZooKeeper();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    TestServer server() {
        return server;
    }

    @Test
    void identityIsBroughtToEveryConnection() {
        client.addAuth("digest", bytes("user:password"));
        client.create(root + "/mine", bytes("secret"), CreateOptions.PERSISTENT.withAcl(Acl.CREATOR_ALL));
        assertTrue(client.whoAmI().contains(USER), "" + client.whoAmI());
        Acl entry = client.getAcl(root + "/mine").get(0);
        assertEquals("digest", entry.scheme());
        assertTrue(entry.id().startsWith("user:"), entry.id());

        network.cut();

        assertArrayEquals(bytes("secret"), client.get(root + "/mine").data());
        assertThrows(NoAuthException.class, () -> other.get(root + "/mine"));
        assertThrows(NoAuthException.class, () -> other.set(root + "/mine", null));
        client.delete(root + "/mine");
    }

    @Test
    void callsBehindAnIdentityRunWithIt() {
        CreateOptions mine = CreateOptions.PERSISTENT.withAcl(Acl.CREATOR_ALL);

        CompletableFuture<Void> added = client.async().addAuth("digest", bytes("user:password"));
        client.create(root + "/mine", null, mine);

        added.join();
        assertThrows(NoAuthException.class, () -> other.get(root + "/mine"));
    }

    @Test
    void refusedIdentityEndsTheClient() {
        assertThrows(AuthFailedException.class, () -> client.addAuth("no-such-scheme", bytes("x")));

        assertThrows(AuthFailedException.class, () -> client.get(root));
    }
}
