package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.server.engine.EngineHarness.Client;
import io.pinfold.server.tree.DataTree;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a client did is in the audit log, once, with who it was and what became of it. */
class AuditTest {
    private static final String ME = " user=127.0.0.1 ip=127.0.0.1 operation=";
    private static final String BOB = " user=127.0.0.1,bob ip=127.0.0.1 operation=";

    private static final String ENDED = " user=zookeeper operation=ephemeralZNodeDeletionOnSessionCloseOrExpire znode=";

    private final EngineHarness rim = new EngineHarness(new DataTree(), 1, EngineHarness.options(Policy.DEFAULT));
    private final Client client = rim.session();
    private final String session = "session=0x" + Long.toHexString(client.connection.sessionId);

    @Test
    void changesHaveTheNamesThatApacheZooKeeperGivesThem() {
        client.send(create("/a-", 2, Acl.OPEN));
        client.send(new Request.SetData("/a-0000000000", new byte[3], -1));
        client.send(new Request.Delete("/a-0000000000", -1));
        client.send(new Request.GetData("/a", false));
        client.send(new Request.CloseSession());
        rim.settle();
        assertAudited(
                session + ME + "create znode=/a-0000000000 znode_type=persistent_sequential result=success",
                session + ME + "setData znode=/a-0000000000 result=success",
                session + ME + "delete znode=/a-0000000000 result=success",
                session + ME + "closeSession result=success");
    }

    @Test
    void ephemeralZnodesThatEndWithTheirSessionHaveALineEach() {
        client.send(create("/a", 1, Acl.OPEN));
        client.send(create("/b", 1, Acl.OPEN));
        client.send(new Request.CloseSession());
        rim.settle();
        assertEquals(
                List.of(session + ENDED + "/a result=success", session + ENDED + "/b result=success"),
                rim.audited.subList(2, 4));
        assertEquals(session + ME + "closeSession result=success", rim.audited.get(4));
    }

    @Test
    void ephemeralZnodesOfASilentClientHaveALineToo() {
        client.send(create("/a", 1, Acl.OPEN));
        rim.settle();
        rim.audited.clear();
        client.disconnect();
        rim.at(2 * EngineHarness.MAX_SESSION);
        rim.settle();
        assertAudited(session + ENDED + "/a result=success");
    }

    @Test
    void everyMemberTellsWhatEndedWithASession() {
        EngineTeam team = new EngineTeam(3, Policy.DEFAULT);
        for (int id = 1; id <= 3; id++) {
            team.mate(id).auditsEverything = true;
        }
        EngineClient far = team.mate(2).session();
        far.send(create("/a", 1, Acl.OPEN));
        team.settleSubmitted(2);
        far.send(new Request.CloseSession());
        team.settleSubmitted(2);
        team.run(500); // the others are told that it is committed
        for (int id = 1; id <= 3; id++) {
            assertEquals(
                    1,
                    team.mate(id).audited.stream()
                            .filter(line -> line.contains("ephemeralZNodeDeletionOnSessionCloseOrExpire"))
                            .count(),
                    "member " + id);
        }
    }

    @Test
    void aChangeOfAListShowsTheListWithoutHashes() {
        client.send(-4, new Request.Auth(0, "digest", bytes("bob:secret")));
        client.send(create("/a", 1, List.of(new Acl(Acl.ALL, "auth", ""))));
        client.send(new Request.SetAcl(
                "/a", List.of(new Acl(Acl.READ | Acl.WRITE, "digest", "bob:ikIaKsbtGweaHnb/jKn7OHqbunM=")), -1));
        client.send(new Request.SetAcl("/b", Acl.OPEN, -1));
        rim.settle();
        assertAudited(
                session + BOB + "authenticate scheme=digest result=success",
                session + BOB + "create znode=/a znode_type=ephemeral acl=auth::cdrwa result=success",
                session + BOB + "setAcl znode=/a acl=digest:bob:x:rw result=success",
                session + BOB + "setAcl znode=/b acl=world:anyone:cdrwa reason=NO_NODE result=failure");
        assertFalse(rim.audited.toString().contains("secret"));
    }

    @Test
    void aTransactionHasALineForEachPartOrOneForItsFailure() {
        client.send(new Request.Multi(
                List.of(create("/a", 0, Acl.OPEN), new Request.Check("/a", 0), new Request.SetData("/a", null, 0))));
        client.send(new Request.Multi(List.of(new Request.Delete("/a", -1), new Request.Delete("/gone", -1))));
        rim.settle();
        assertAudited(
                session + ME + "create znode=/a znode_type=persistent result=success",
                session + ME + "setData znode=/a result=success",
                session + ME + "multiOperation reason=NO_NODE result=failure");
    }

    @Test
    void credentialsThatAreRefusedAreAccountedForWithoutThemselves() {
        client.send(-4, new Request.Auth(0, "kerberos", bytes("ticket")));
        rim.settle();
        assertAudited(session + ME + "authenticate scheme=kerberos result=failure");
    }

    @Test
    void whoBreaksOffIsAccountedForOnce() {
        client.send(new Request.SetAcl("/", Acl.READ_ONLY, -1));
        client.disconnect();
        rim.settle();
        assertAudited(session + ME + "setAcl znode=/ acl=world:anyone:r result=invoked");
    }

    @Test
    void onlyWhatIsWantedIsWritten() {
        rim.auditing = Set.of(AuditLine.Kind.SECURITY);
        client.send(-4, new Request.Auth(0, "digest", bytes("bob:secret")));
        client.send(create("/a", 0, Acl.OPEN));
        client.send(new Request.SetAcl("/a", Acl.OPEN, -1));
        client.send(new Request.Reconfig(null, "3\n4", null, -1));
        rim.settle();
        assertAudited(
                session + BOB + "setAcl znode=/a acl=world:anyone:cdrwa result=success",
                session + BOB
                        + "reconfig znode=/zookeeper/config members=-3,4 reason=RECONFIG_DISABLED result=failure");
    }

    @Test
    void whoShowedACertificateIsAccountedForFromTheBeginning() {
        Client known = rim.new Client() {
            @Override
            public List<AuthId> proven() {
                return List.of(new AuthId("x509", "CN=alice"));
            }
        };
        known.connection = rim.engine.onConnected(known, "127.0.0.1");
        assertAudited(
                "session=0x0 user=127.0.0.1,CN=alice ip=127.0.0.1 operation=authenticate scheme=x509 result=success");
    }

    @Test
    void aNameCannotMakeALineOfItsOwn() {
        client.send(-4, new Request.Auth(0, "digest", bytes("eve\nresult=success:pw")));
        client.send(new Request.SetAcl("/a\tresult=success\r\n", Acl.OPEN, -1));
        rim.settle();
        assertEquals(2, rim.audited.size());
        rim.audited.forEach(line -> assertFalse(line.chars().anyMatch(Character::isISOControl), line));
    }

    @Test
    void theMemberWritesWhoseClientItIs() {
        EngineTeam team = new EngineTeam(3, Policy.DEFAULT);
        EngineClient far = team.mate(2).session();
        far.send(new Request.SetAcl("/", Acl.OPEN, -1));
        team.settleSubmitted(2);
        assertEquals(
                List.of(0, 1, 0),
                List.of(1, 2, 3).stream()
                        .map(id -> team.mate(id).audited.size())
                        .toList());
    }

    private void assertAudited(String... lines) {
        assertEquals(String.join("\n", lines), String.join("\n", rim.audited));
    }

    private static Request.Create create(String path, int flags, List<Acl> acl) {
        return new Request.Create(OpCode.CREATE, path, null, acl, flags, 0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
