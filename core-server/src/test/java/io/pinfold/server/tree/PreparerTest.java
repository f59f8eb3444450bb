package io.pinfold.server.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests are prepared and, unless a test says otherwise, not applied: what follows meets them in flight. */
class PreparerTest {
    private final DataTree tree = new DataTree();
    private final List<TxnRecord> inFlight = new ArrayList<>();
    private Preparer preparer = new Preparer(tree, 0);
    private long session;

    @BeforeEach
    void begin() {
        session = accept(preparer.prepareCreateSession(5000, 3, 0, 1000)).sessionId();
        drain();
    }

    @Test
    void namesASessionAfterTheMemberAndTheTransaction() {
        assertEquals(0x0300_0000_0000_0001L, session);
        assertEquals(
                0xfe00_0000_0000_0002L,
                accept(preparer.prepareCreateSession(5000, 254, 0, 0)).sessionId());
        assertThrows(IllegalArgumentException.class, () -> preparer.prepareCreateSession(5000, 255, 0, 0));
    }

    @Test
    void neverGivesTheIdOfALivingSessionAgain() {
        tree.apply(new TxnRecord(2, 0, 0x0300_0000_0000_0003L, 0, new Txn.CreateSession(1)), TreeListener.NONE);
        preparer = new Preparer(tree, 2);
        long id = accept(preparer.prepareCreateSession(5000, 3, 0, 0)).sessionId();
        assertNotEquals(0x0300_0000_0000_0003L, id);
        assertEquals(3, id >>> 56);
        drain();
    }

    @Test
    void checksACreationInTheOrderThatDecidesTheError() {
        accept(create("/a", 0));
        accept(create("/e", 1));
        List<Acl> none = List.of();
        assertRefused(ErrorCode.BAD_ARGUMENTS, create(OpCode.CREATE, "", 7, -1, none, 0));
        assertRefused(ErrorCode.BAD_ARGUMENTS, create(OpCode.CREATE, "", -1, -1, none, 0));
        assertRefused(ErrorCode.UNIMPLEMENTED, create(OpCode.CREATE_TTL, "", 5, 0, none, 0));
        assertRefused(ErrorCode.UNIMPLEMENTED, create(OpCode.CREATE, "/x", 6, -1, Acl.OPEN, session));
        assertRefused(ErrorCode.BAD_ARGUMENTS, create(OpCode.CREATE_TTL, "/x", 4, 5, Acl.OPEN, session));
        assertRefused(ErrorCode.UNIMPLEMENTED, create(OpCode.CREATE_TTL, "/x", 0, -1, Acl.OPEN, session));
        assertRefused(ErrorCode.SESSION_EXPIRED, create(OpCode.CREATE, "", 0, -1, none, 1234));
        assertRefused(ErrorCode.BAD_ARGUMENTS, create(OpCode.CREATE, "x", 0, -1, none, session));
        assertRefused(ErrorCode.BAD_ARGUMENTS, create(OpCode.CREATE, "/x\0", 0, -1, none, session));
        assertRefused(ErrorCode.INVALID_ACL, create(OpCode.CREATE, "/m/x", 0, -1, none, session));
        assertRefused(ErrorCode.NO_NODE, create("/x//y", 0));
        assertRefused(ErrorCode.NO_NODE, create("a/b", 0));
        assertRefused(ErrorCode.NO_NODE, create("/a//", 0));
        assertRefused(ErrorCode.BAD_ARGUMENTS, create("/a/", 0));
        assertRefused(ErrorCode.BAD_ARGUMENTS, create("//", 0));
        assertRefused(ErrorCode.BAD_ARGUMENTS, create("/e/..", 0));
        assertRefused(ErrorCode.NODE_EXISTS, create("/", 0));
        assertRefused(ErrorCode.NODE_EXISTS, create("/a", 0));
        assertRefused(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS, create("/e/x", 0));
        drain();
    }

    @Test
    void checksADeletionInTheOrderThatDecidesTheError() {
        accept(create("/a", 0));
        accept(create("/a/b", 0));
        assertRefused(ErrorCode.SESSION_EXPIRED, preparer.prepare(new Request.Delete("x", -1), 1234, 0, 0));
        for (String path : List.of("x", "/x\0", "/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config", "")) {
            assertRefused(ErrorCode.BAD_ARGUMENTS, prepare(new Request.Delete(path, -1)));
        }
        for (String path : List.of("/x/y", "/x", "/a/", "//a", "x/y")) {
            assertRefused(ErrorCode.NO_NODE, prepare(new Request.Delete(path, -1)));
        }
        assertRefused(ErrorCode.BAD_VERSION, prepare(new Request.Delete("/a", 1)));
        assertRefused(ErrorCode.NOT_EMPTY, prepare(new Request.Delete("/a", 0)));
        accept(prepare(new Request.Delete("/a/b", 0)));
        accept(prepare(new Request.Delete("/a", 0)));
        assertRefused(ErrorCode.NO_NODE, prepare(new Request.Delete("/a", -1)));
        drain();
    }

    @Test
    void checksChangesOfAZnodeInTheOrderThatDecidesTheError() {
        assertRefused(ErrorCode.SESSION_EXPIRED, preparer.prepare(new Request.SetData("", null, 0), 1234, 0, 0));
        for (String path : List.of("", "a", "/a/", "//", "/./a")) {
            assertRefused(ErrorCode.BAD_ARGUMENTS, prepare(new Request.SetData(path, null, -1)));
            assertRefused(ErrorCode.BAD_ARGUMENTS, prepare(new Request.SetAcl(path, List.of(), -1)));
        }
        assertRefused(ErrorCode.NO_NODE, prepare(new Request.SetData("/a", null, 5)));
        assertRefused(ErrorCode.INVALID_ACL, prepare(new Request.SetAcl("/a", List.of(), 5)));
        assertRefused(ErrorCode.NO_NODE, prepare(new Request.SetAcl("/a", Acl.OPEN, 5)));
        accept(create("/a", 0));
        assertRefused(ErrorCode.BAD_VERSION, prepare(new Request.SetData("/a", null, 1)));
        accept(prepare(new Request.SetData("/a", null, 0)));
        accept(prepare(new Request.SetData("/a", null, 1)));
        assertRefused(ErrorCode.BAD_VERSION, prepare(new Request.SetAcl("/a", Acl.OPEN, 2)));
        accept(prepare(new Request.SetAcl("/a", Acl.OPEN, 0)));
        accept(prepare(new Request.SetAcl("/a", Acl.OPEN, 1)));
        drain();
        assertEquals(2, node("/a").version());
        assertEquals(2, node("/a").aversion());
    }

    @Test
    void allowsNoCheckOutsideOfATransaction() {
        assertRefused(ErrorCode.UNIMPLEMENTED, prepare(new Request.Check("/", -1)));
    }

    @Test
    void takesNoZxidForARefusal() {
        long before = preparer.lastZxid();
        assertRefused(ErrorCode.NO_NODE, prepare(new Request.Delete("/a", -1)));
        assertRefused(ErrorCode.SESSION_EXPIRED, preparer.prepareCloseSession(1234, 0, 0));
        assertEquals(before, preparer.lastZxid());
        assertEquals(before + 1, accept(prepare(new Request.Multi(List.of()))).zxid());
    }

    @Test
    void numbersSequentialZnodesByAllChildrenEverCreated() {
        accept(create("/a", 0));
        assertEquals("/a/x0000000000", created(create("/a/x", 2)));
        accept(create("/a/plain", 0));
        accept(prepare(new Request.Delete("/a/plain", -1)));
        assertEquals("/a/0000000002", created(create("/a/", 3)));
        drain();
        assertEquals("/a/y0000000003", created(create("/a/y", 3)));
        drain();
    }

    @Test
    void endsSequentialNamesAtTheLargestInt() {
        accept(create("/a", 0));
        drain();
        node("/a").childrenCreated = Integer.MAX_VALUE;
        assertEquals("/a/x2147483647", created(create("/a/x", 2)));
        assertRefused(ErrorCode.NODE_EXISTS, create("/a/x", 2));
        drain();
        assertRefused(ErrorCode.NODE_EXISTS, create("/a/y", 2));
        accept(create("/a/plain", 0));
        drain();
        assertEquals((1L << 31) + 1, node("/a").childrenCreated());
        assertEquals((int) (2 * ((1L << 31) + 1) - 2), node("/a").stat().cversion());
    }

    @Test
    void givesTheNumbersOfAFailedTransactionBack() {
        accept(create("/a", 0));
        accept(create("/a/x", 2));
        Prepared failed = prepare(new Request.Multi(List.of(
                request("/a/x", 2),
                request("/a/x", 3),
                new Request.SetData("/a", null, 0),
                new Request.Delete("/a/x0000000000", 0),
                new Request.Delete("/missing", 0),
                request("/b", 0))));
        assertNull(failed.txn());
        assertEquals(ErrorCode.NO_NODE, failed.refusal());
        OpResult fine = new OpResult.Failed(ErrorCode.OK);
        OpResult never = new OpResult.Failed(ErrorCode.RUNTIME_INCONSISTENCY);
        assertEquals(
                List.of(fine, fine, fine, fine, new OpResult.Failed(ErrorCode.NO_NODE), never), failed.failedMulti());
        assertEquals("/a/x0000000001", created(create("/a/x", 2)));
        accept(prepare(new Request.SetData("/a", null, 0)));
        accept(prepare(new Request.Delete("/a/x0000000000", 0)));
        drain();
    }

    @Test
    void letsOperationsOfATransactionSeeTheEarlierOnes() {
        TxnRecord txn = accept(prepare(new Request.Multi(List.of(
                request("/a", 0),
                request("/a/b", 0),
                new Request.SetData("/a/b", new byte[1], 0),
                new Request.Check("/a/b", 1),
                new Request.Delete("/a/b", 1),
                new Request.Delete("/a", 0),
                request("/a", 1)))));
        drain();
        assertEquals(txn.zxid(), node("/a").czxid());
        assertEquals(session, node("/a").ephemeralOwner());
    }

    @Test
    void makesContainersByTheOperationAndNotByTheFlag() {
        accept(create(OpCode.CREATE_CONTAINER, "/c", 4, -1, Acl.OPEN, session));
        accept(create(OpCode.CREATE_CONTAINER, "/with-ephemeral-flag", 1, -1, Acl.OPEN, session));
        assertEquals("/c0000000002", created(create(OpCode.CREATE_CONTAINER, "/c", 2, -1, Acl.OPEN, session)));
        assertRefused(ErrorCode.UNIMPLEMENTED, create(OpCode.CREATE_CONTAINER, "/c", 5, -1, Acl.OPEN, session));
        assertRefused(ErrorCode.BAD_ARGUMENTS, create(OpCode.CREATE_CONTAINER, "/c", 7, -1, Acl.OPEN, session));
        accept(create(OpCode.CREATE2, "/p", 4, -1, Acl.OPEN, session));
        drain();
        assertEquals(NodeKind.CONTAINER, node("/c").kind());
        assertEquals(0, node("/c").stat().ephemeralOwner());
        assertEquals(NodeKind.CONTAINER, node("/with-ephemeral-flag").kind());
        assertEquals(NodeKind.PERSISTENT, node("/p").kind());
    }

    @Test
    void endsASessionWithAllEphemeralsThatItWillHaveByThen() {
        accept(create("/applied", 1));
        accept(create("/gone", 1));
        accept(create("/again", 1));
        drain();
        accept(prepare(new Request.Delete("/gone", -1)));
        accept(create("/pending", 1));
        accept(create("/passing", 1));
        accept(prepare(new Request.Delete("/passing", -1)));
        accept(prepare(new Request.Delete("/again", -1)));
        accept(create("/again", 1));
        accept(create("/persistent", 0));
        TxnRecord close = accept(preparer.prepareCloseSession(session, 0, 0));
        assertEquals(new Txn.CloseSession(List.of("/applied", "/again", "/pending")), close.body());
        assertRefused(ErrorCode.SESSION_EXPIRED, create("/late", 0));
        assertRefused(ErrorCode.SESSION_EXPIRED, preparer.prepareCloseSession(session, 0, 0));
        drain();
        assertRefused(ErrorCode.SESSION_EXPIRED, create("/late", 0));
        assertEquals(5, tree.nodeCount());
        assertEquals(0, tree.sessions().size());
    }

    @Test
    void leavesNoTraceOfAnEphemeralWhoseTransactionFailed() {
        prepare(new Request.Multi(List.of(request("/e", 1), new Request.Check("/missing", -1))));
        TxnRecord close = accept(preparer.prepareCloseSession(session, 0, 0));
        assertEquals(new Txn.CloseSession(List.of()), close.body());
    }

    @Test
    void endsASessionThatAsksForItAsARequest() {
        TxnRecord close = accept(prepare(Request.CloseSession.INSTANCE));
        assertEquals(session, close.sessionId());
        assertEquals(new Txn.CloseSession(List.of()), close.body());
    }

    @Test
    void keepsOnlyWhatIsInFlight() {
        accept(create("/a", 0));
        accept(create("/b", 0));
        for (int i = 0; i < 1000; i++) {
            accept(prepare(new Request.SetData(i % 2 == 0 ? "/a" : "/b", null, -1)));
        }
        assertEquals(3, preparer.pendingNodes());
        List<TxnRecord> all = List.copyOf(inFlight);
        for (TxnRecord txn : all.subList(0, all.size() - 1)) {
            tree.apply(txn, TreeListener.NONE);
        }
        preparer.applied(tree.lastZxid());
        assertEquals(1, preparer.pendingNodes());
        tree.apply(all.get(all.size() - 1), TreeListener.NONE);
        preparer.applied(tree.lastZxid());
        assertEquals(0, preparer.pendingNodes());
    }

    @Test
    void refusesAnEphemeralWhoseSessionCouldNotEndInOneTransactionAnyMore() {
        preparer = new Preparer(tree, tree.lastZxid(), Authorizer.OPEN, 2000);
        int count = 0;
        while (true) {
            Prepared prepared = create("/some-ephemeral-" + count, 1);
            if (prepared.txn() == null) {
                assertEquals(ErrorCode.QUOTA_EXCEEDED, prepared.refusal());
                break;
            }
            accept(prepared);
            count++;
            if (count % 20 == 0) {
                drain();
            }
        }
        assertEquals(true, count > 60, count + " ephemerals");
        accept(create("/persistent", 0));
        TxnRecord close = accept(preparer.prepareCloseSession(session, 0, 0));
        assertEquals(true, TxnCodec.encode(close).length <= 2000);
        drain();
    }

    @Test
    void refusesWhatWouldBeTooLongForTheLog() {
        preparer = new Preparer(tree, tree.lastZxid(), Authorizer.OPEN, 2000);
        assertRefused(ErrorCode.BAD_ARGUMENTS, prepare(new Request.SetData("/", new byte[2000], -1)));
        Request set = new Request.SetData("/", new byte[900], -1);
        Prepared multi = prepare(new Request.Multi(List.of(set, set, set)));
        assertEquals(ErrorCode.BAD_ARGUMENTS, multi.refusal());
        assertNotNull(multi.failedMulti());
        assertEquals(
                new OpResult.Failed(ErrorCode.BAD_ARGUMENTS),
                multi.failedMulti().get(2));
        accept(prepare(new Request.Multi(List.of(set, set))));
        drain();
        assertEquals(2, node("/").version());
    }

    @Test
    void asksTheAuthorizerAboutTheParentOrTheZnode() {
        List<String> asked = new ArrayList<>();
        Authorizer deny = (acl, permission, caller) -> {
            asked.add(permission + " " + acl.get(0).permissions());
            return false;
        };
        accept(create(OpCode.CREATE, "/a", 0, -1, Acl.READ_ONLY, session));
        drain();
        preparer = new Preparer(tree, tree.lastZxid(), deny, Preparer.DEFAULT_MAX_TXN_BYTES);
        assertRefused(ErrorCode.NO_AUTH, create("/a", 0));
        assertRefused(ErrorCode.NO_AUTH, prepare(new Request.Delete("/missing", 0)));
        assertRefused(ErrorCode.NO_AUTH, prepare(new Request.SetData("/a", null, 7)));
        assertRefused(ErrorCode.NO_AUTH, prepare(new Request.SetAcl("/a", Acl.OPEN, 7)));
        assertRefused(ErrorCode.NO_AUTH, prepare(new Request.Multi(List.of(new Request.Check("/a", 7)))));
        assertEquals(List.of("4 31", "8 31", "2 1", "16 1", "1 1"), asked);
    }

    @Test
    void putsTheCallersIdentitiesWhereTheListSaysAuth() {
        Caller caller = new Caller(session, List.of(new AuthId("ip", "10.0.0.1"), new AuthId("digest", "bob:hash")));
        accept(preparer.prepare(new Request.Create(OpCode.CREATE, "/a", null, Acl.CREATOR_ALL, 0, -1), caller, 0, 0));
        drain();
        assertEquals(List.of(new Acl(31, "digest", "bob:hash")), node("/a").acl());
        assertRefused(ErrorCode.INVALID_ACL, create(OpCode.CREATE, "/b", 0, -1, Acl.CREATOR_ALL, session));
    }

    @Test
    void letsTheServerItselfChangeTheTreeButOwnNothing() {
        assertRefused(ErrorCode.QUOTA_EXCEEDED, preparer.prepare(request("/e", 1), 0, 0, 0));
        accept(preparer.prepare(request("/a", 0), 0, 0, 0));
        accept(preparer.prepare(new Request.Delete("/a", -1), 0, 0, 0));
        drain();
    }

    private Prepared prepare(Request request) {
        return preparer.prepare(request, session, 1, 2000);
    }

    private static Request.Create request(String path, int flags) {
        return new Request.Create(OpCode.CREATE, path, null, Acl.OPEN, flags, -1);
    }

    private Prepared create(String path, int flags) {
        return prepare(request(path, flags));
    }

    private Prepared create(OpCode op, String path, int flags, long ttl, List<Acl> acl, long sessionId) {
        return preparer.prepare(new Request.Create(op, path, null, acl, flags, ttl), sessionId, 1, 2000);
    }

    private String created(Prepared prepared) {
        return ((Txn.Create) accept(prepared).body()).path();
    }

    private TxnRecord accept(Prepared prepared) {
        TxnRecord txn = prepared.txn();
        assertNotNull(txn, () -> "refused with " + prepared.refusal());
        inFlight.add(txn);
        return txn;
    }

    private static void assertRefused(ErrorCode expected, Prepared prepared) {
        assertNull(prepared.txn());
        assertEquals(expected, prepared.refusal());
    }

    private void drain() {
        for (TxnRecord txn : inFlight) {
            if (txn.zxid() > tree.lastZxid()) {
                tree.apply(txn, TreeListener.NONE);
            }
        }
        inFlight.clear();
        preparer.applied(tree.lastZxid());
        assertEquals(0, preparer.pendingNodes());
    }

    private Znode node(String path) {
        Znode node = tree.get(path);
        assertNotNull(node, path);
        return node;
    }
}
