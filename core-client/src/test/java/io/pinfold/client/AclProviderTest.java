package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.BadArgumentsException;
import io.pinfold.CreateMode;
import io.pinfold.Op;
import io.pinfold.wire.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who decides about access where nobody said so. */
class AclProviderTest {
    private final VirtualClient client = new VirtualClient(
            VirtualClient.builder().acl(path -> path.startsWith("/secret") ? Acl.CREATOR_ALL : Acl.OPEN));

    @Test
    void decidesForCreationsTheirParentsAndTransactions() {
        client.settled(client.calls.create("/secret", null, CreateOptions.PERSISTENT));
        client.settled(client.calls.create("/secret/a/b", null, CreateOptions.PERSISTENT.withParents()));
        client.settled(client.calls.create(
                "/secret/c/x-",
                null,
                CreateOptions.of(CreateMode.EPHEMERAL_SEQUENTIAL).withGuard().withParents()));
        client.settled(client.calls.create("/secret", null, CreateOptions.PERSISTENT.withParents()));
        client.settled(client.calls.create("/open/b", null, CreateOptions.PERSISTENT.withParents()));
        client.settled(client.calls.multi(List.of(Op.create("/secret/d", null, CreateMode.PERSISTENT))));

        Map<Boolean, List<Request.Create>> creations = client.host.server.requests.stream()
                .filter(Request.Create.class::isInstance)
                .map(Request.Create.class::cast)
                .collect(Collectors.partitioningBy(each -> each.path().startsWith("/secret")));
        assertTrue(creations.get(true).size() >= 5);
        assertTrue(creations.get(true).stream().allMatch(each -> each.acl().equals(Acl.CREATOR_ALL)));
        assertTrue(creations.get(false).stream().allMatch(each -> each.acl().equals(Acl.OPEN)));
        Request.Multi multi = (Request.Multi) client.host.server.requests.stream()
                .filter(Request.Multi.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertEquals(Acl.CREATOR_ALL, ((Request.Create) multi.ops().get(0)).acl());
    }

    @Test
    void isNotAskedWhereSomebodySaidSo() {
        client.settled(client.calls.create(
                "/secret", null, CreateOptions.PERSISTENT.withAcl(Acl.READ_ONLY).withParents()));

        Request.Create creation = (Request.Create) client.host.server.requests.get(0);
        assertEquals(Acl.READ_ONLY, creation.acl());
    }

    @Test
    void oneThatThrowsLetsNothingBeCreated() {
        VirtualClient harmed = new VirtualClient(VirtualClient.builder().acl(path -> {
            throw new IllegalStateException("on purpose");
        }));

        for (CreateOptions options :
                new CreateOptions[] {CreateOptions.PERSISTENT, CreateOptions.PERSISTENT.withParents()}) {
            CompletionException thrown = assertThrows(
                    CompletionException.class, harmed.settled(harmed.calls.create("/a", null, options))::join);
            assertInstanceOf(BadArgumentsException.class, thrown.getCause());
        }
        assertEquals(List.of(), harmed.host.server.requests);
    }
}
