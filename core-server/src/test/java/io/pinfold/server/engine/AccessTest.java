package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.server.engine.EngineHarness.Client;
import io.pinfold.server.tree.DataTree;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A znode /mine that only bob may use, and /shown that all may read. */
class AccessTest {
    private static final String BOBS_ID = "bob:ikIaKsbtGweaHnb/jKn7OHqbunM=";
    private static final String NO_AUTH = " -102";

    private final EngineHarness rim = new EngineHarness(
            new DataTree(),
            1,
            EngineHarness.options(
                    new Policy(true, "super:lK75jTNcA+U9vtVEw5vB51mj/w4=", false, false, Policy.DEFAULT.removal())));
    private Client bob;
    private Client stranger;

    @BeforeEach
    void begin() {
        bob = rim.session();
        authenticate(bob, "bob:pw");
        create(bob, "/mine", Acl.CREATOR_ALL);
        create(bob, "/shown", List.of(Acl.READ_ONLY.get(0), new Acl(Acl.ALL, "auth", "")));
        rim.settle();
        assertEquals(List.of("-4 0", "1 0", "2 0"), bob.received());
        stranger = rim.session();
    }

    @Test
    void credentialsCountForTheirConnectionAlone() {
        assertEquals(" 0", read(bob, "/mine"));
        assertEquals(NO_AUTH, read(stranger, "/mine"));
        authenticate(stranger, "bob:other");
        assertEquals(NO_AUTH, read(stranger, "/mine"));
        authenticate(stranger, "bob:pw");
        assertEquals(" 0", read(stranger, "/mine"));
    }

    @Test
    void credentialsThatAreNoneAreToldSoAndCostTheConnection() {
        stranger.send(-4, new Request.Auth(0, "nonesuch", new byte[0]));
        stranger.create("/never");
        rim.settle();
        assertEquals(List.of("-4 -115"), stranger.received());
        assertEquals("its credentials were refused", stranger.closedBecause);
        assertNull(rim.tree.get("/never"));
    }

    @Test
    void credentialsBehindTheHandshakeAreAnsweredBehindIt() {
        Client eager = rim.connect();
        eager.greet(0, 0, new byte[16], 10_000);
        authenticate(eager, "bob:pw");
        eager.send(new Request.GetData("/mine", false));
        rim.settle();
        eager.welcome();
        assertEquals(List.of("-4 0", "1 0"), eager.received());
    }

    @Test
    void wrongCredentialsBehindTheHandshakeAreRefusedBehindItToo() {
        Client eager = rim.connect();
        eager.greet(0, 0, new byte[16], 10_000);
        eager.send(-4, new Request.Auth(0, "nonesuch", new byte[0]));
        eager.create("/never");
        rim.settle();
        eager.welcome();
        assertEquals(List.of("-4 -115"), eager.received());
        assertNull(rim.tree.get("/never"));
    }

    @Test
    void aRequestIsJudgedByTheIdentitiesItWasAskedWith() {
        stranger.create("/first");
        stranger.send(new Request.GetData("/mine", false));
        stranger.send(new Request.SetData("/mine", null, -1));
        authenticate(stranger, "bob:pw");
        stranger.send(new Request.SetData("/mine", null, -1));
        rim.settle();
        assertEquals(List.of("-4 0", "1 0", "2" + NO_AUTH, "3" + NO_AUTH, "4 0"), stranger.received());
    }

    @Test
    void readsNeedReadPermission() {
        stranger.send(new Request.Exists("/mine", false));
        stranger.send(new Request.GetChildren("/mine", false));
        stranger.send(new Request.GetChildren2("/mine", false));
        stranger.send(new Request.GetAllChildrenNumber("/mine"));
        stranger.send(new Request.GetAcl("/mine"));
        stranger.send(new Request.MultiRead(List.of(new Request.GetData("/mine", false))));
        stranger.send(new Request.GetAcl("/shown"));
        assertEquals(List.of("1 -102", "2 -102", "3 -102", "4 -102", "5 -102", "6 0", "7 0"), received(stranger));
    }

    @Test
    void aRefusedReadSetsNoWatch() {
        stranger.send(new Request.Exists("/mine", true));
        stranger.send(new Request.GetData("/mine", true));
        stranger.send(new Request.CheckWatches("/mine", 3));
        assertEquals(List.of("1 -102", "2 -102", "3 -121"), received(stranger));
    }

    @Test
    void writesNeedTheirPermission() {
        create(stranger, "/mine/child", Acl.OPEN);
        stranger.send(new Request.SetData("/shown", null, -1));
        stranger.send(new Request.SetAcl("/shown", Acl.OPEN, -1));
        stranger.send(new Request.SetData("/zookeeper/config", null, -1));
        stranger.send(new Request.Multi(List.of(new Request.Check("/shown", -1))));
        stranger.send(new Request.Delete("/mine", -1));
        assertEquals(List.of("1 -102", "2 -102", "3 -102", "4 -102", "5 0", "6 0"), received(stranger));
    }

    @Test
    void theSuperUserMayDoEverything() {
        authenticate(stranger, "super:secret");
        stranger.send(new Request.SetAcl("/mine", Acl.READ_ONLY, -1));
        stranger.send(new Request.SetData("/mine", null, -1));
        rim.settle();
        assertEquals(List.of("-4 0", "1 0", "2 0"), stranger.received());
    }

    @Test
    void listsProtectNothingWhenTheyAreNotEnforced() {
        EngineHarness open = new EngineHarness(
                new DataTree(),
                1,
                EngineHarness.options(new Policy(false, "", false, false, Policy.DEFAULT.removal())));
        Client client = open.session();
        client.send(new Request.SetData("/zookeeper/config", null, -1));
        open.settle();
        assertEquals(List.of("1 0"), client.received());
    }

    @Test
    void identitiesAreShownWithoutTheHash() {
        bob.send(new Request.WhoAmI());
        rim.turn();
        assertEquals(List.of(new AuthId("ip", "127.0.0.1"), new AuthId("digest", "bob")), bob.identities());
    }

    @Test
    void hashesInAListAreShownOnlyToWhoMayChangeIt() {
        bob.send(new Request.GetAcl("/shown"));
        stranger.send(new Request.GetAcl("/shown"));
        rim.turn();
        assertEquals(List.of(Acl.READ_ONLY.get(0), new Acl(Acl.ALL, "digest", BOBS_ID)), bob.acls());
        assertEquals(List.of(Acl.READ_ONLY.get(0), new Acl(Acl.ALL, "digest", "bob:x")), stranger.acls());
    }

    @Test
    void aConnectionCollectsOnlySoManyIdentities() {
        for (int i = 1; i < Authentication.MOST_IDENTITIES; i++) {
            authenticate(stranger, "user" + i + ":pw");
        }
        assertEquals("", stranger.closedBecause);
        authenticate(stranger, "one-more:pw");
        rim.turn();
        assertEquals("its credentials were refused", stranger.closedBecause);
    }

    @Test
    void eventsAreForThoseWhoMayReadTheZnode() {
        watch(stranger, "/mine", 1);
        watch(stranger, "/shown", 1);
        received(stranger);
        create(bob, "/mine/child", Acl.OPEN);
        bob.send(new Request.SetData("/mine", null, -1));
        bob.send(new Request.SetData("/shown", null, -1));
        rim.settle();
        assertEquals(List.of("event NODE_CREATED /mine/child", "event NODE_DATA_CHANGED /shown"), stranger.received());
    }

    @Test
    void changesOfTheChildrenAreForThoseWhoMayReadTheParent() {
        watch(stranger, "/mine", 0);
        watch(stranger, "/shown", 0);
        received(stranger);
        create(bob, "/mine/child", Acl.OPEN);
        create(bob, "/shown/child", Acl.CREATOR_ALL);
        bob.send(new Request.Delete("/shown/child", -1));
        rim.settle();
        assertEquals(
                List.of("event NODE_CHILDREN_CHANGED /shown", "event NODE_CHILDREN_CHANGED /shown"),
                stranger.received());
    }

    @Test
    void aOneShotWatchOutlivesAnEventThatItsWatcherMayNotSee() {
        stranger.send(new Request.Exists("/later", true));
        received(stranger);
        create(bob, "/later", Acl.CREATOR_ALL);
        bob.send(new Request.SetAcl("/later", Acl.OPEN, -1));
        rim.settle();
        assertEquals(List.of(), stranger.received());
        bob.send(new Request.SetData("/later", null, -1));
        bob.send(new Request.SetData("/later", null, -1));
        rim.settle();
        assertEquals(List.of("event NODE_DATA_CHANGED /later"), stranger.received());
    }

    @Test
    void aWatchThatIsSetAnewTellsOfAMissedChangeOnlyWhoMaySeeIt() {
        stranger.send(-8, new Request.SetWatches(1, List.of("/mine"), List.of("/mine"), List.of("/mine", "/shown")));
        create(bob, "/shown/child", Acl.OPEN);
        rim.settle();
        assertEquals(List.of("event NODE_CHILDREN_CHANGED /shown", "-8 0"), stranger.received());
        stranger.send(new Request.CheckWatches("/mine", 1));
        stranger.send(new Request.CheckWatches("/mine", 2));
        assertEquals(List.of("1 0", "2 0"), received(stranger));
    }

    private static void watch(Client client, String path, int mode) {
        client.send(new Request.AddWatch(path, mode));
    }

    private static void authenticate(Client client, String credentials) {
        client.send(-4, new Request.Auth(0, "digest", credentials.getBytes(StandardCharsets.UTF_8)));
    }

    private static void create(Client client, String path, List<Acl> acl) {
        client.send(new Request.Create(OpCode.CREATE, path, null, acl, 0, -1));
    }

    private String read(Client client, String path) {
        int xid = client.send(new Request.GetData(path, false));
        List<String> received = received(client);
        String last = received.get(received.size() - 1);
        return last.substring(Integer.toString(xid).length());
    }

    private List<String> received(Client client) {
        rim.settle();
        return client.received();
    }
}
