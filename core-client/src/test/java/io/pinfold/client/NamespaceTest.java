package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.CreateMode;
import io.pinfold.NoNodeException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A client seen from one of its znodes. */
class NamespaceTest {
    private final VirtualClient client = VirtualClient.connected();
    private final PinfoldClient whole = new PinfoldClient(client.core);
    private final PinfoldClient tenant = whole.namespace("/tenants").namespace("/seven");

    @Test
    void putsItsPathBeforeAllAndTakesItOffAgain() {
        Created created = client.settled(tenant.async()
                        .create(
                                "/q/item-",
                                null,
                                CreateOptions.of(CreateMode.EPHEMERAL_SEQUENTIAL)
                                        .withGuard()
                                        .withParents()))
                .join();

        assertTrue(created.path().startsWith("/q/_c_"), created.path());
        assertTrue(client.host.server.znodes.containsKey("/tenants/seven" + created.path()));
        assertEquals(
                created.path(),
                client.settled(tenant.async().get(created.path(), null)).join().path());
        client.settled(tenant.async().deleteForSure(created.path())).join();
        assertEquals("/tenants/seven/q", client.host.server.znodes.lastKey());
    }

    @Test
    void errorsSpeakItsLanguage() {
        CompletionException thrown = assertThrows(
                CompletionException.class, client.settled(tenant.async().get("/missing", null))::join);

        assertEquals("/missing", ((NoNodeException) thrown.getCause()).path().orElseThrow());
    }

    @Test
    void isAViewOfTheSameSessionAndItsCloseDoesNothing() {
        tenant.close();

        assertSame(whole.session(), tenant.session());
        assertEquals(SessionState.CONNECTED, whole.sessionState());
        assertTrue(client.settled(whole.namespace("/").async().exists("/", null))
                .join()
                .isPresent());
        assertThrows(BadArgumentsException.class, () -> whole.namespace("seven"));
        assertThrows(BadArgumentsException.class, () -> whole.namespace("/seven/"));
    }
}
