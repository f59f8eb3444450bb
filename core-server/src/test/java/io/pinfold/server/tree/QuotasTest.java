package io.pinfold.server.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.pinfold.Acl;
import io.pinfold.ErrorCode;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A quota of /a, and requests that are applied at once unless a test lets them be in flight. */
class QuotasTest {
    private static final String LIMITS = "/zookeeper/quota/a/zookeeper_limits";
    private static final String STATS = "/zookeeper/quota/a/zookeeper_stats";

    private DataTree tree = new DataTree();
    private final List<String> soft = new ArrayList<>();
    private final List<TxnRecord> inFlight = new ArrayList<>();
    private Preparer preparer = preparer();

    @Test
    void countsWhatIsThereAndWhatChanges() {
        create("/a", 10);
        create("/a/b", 5);
        quota("count=100,bytes=100");
        assertUsed(2, 15);
        create("/a/b/c", 7);
        assertUsed(3, 22);
        setData("/a/b", 1);
        assertUsed(3, 18);
        delete("/a/b/c");
        assertUsed(2, 11);
        create("/elsewhere", 3);
        create("/ab", 3);
        assertUsed(2, 11);
    }

    @Test
    void countsAZnodeForTheNearestQuotaOnly() {
        create("/a", 1);
        quota("count=100");
        create("/a/b", 1);
        create("/zookeeper/quota/a/b", 0);
        request("/zookeeper/quota/a/b/zookeeper_limits", "count=5");
        create("/zookeeper/quota/a/b/zookeeper_stats", 0);
        create("/a/b/c", 1);
        assertUsed(2, 2);
        assertEquals("count=2,bytes=2", text("/zookeeper/quota/a/b/zookeeper_stats"));
    }

    @Test
    void countsEphemeralsThatGoWithTheirSession() {
        create("/a", 0);
        quota("count=5");
        TxnRecord begun = preparer.prepareCreateSession(5000, 1, 0, 0).txn();
        assertNotNull(begun);
        inFlight.add(begun);
        apply();
        Request.Create ephemeral = new Request.Create(OpCode.CREATE, "/a/e", new byte[4], Acl.OPEN, 1, -1);
        take(preparer.prepare(ephemeral, begun.sessionId(), 0, 0));
        assertUsed(2, 4);
        take(preparer.prepareCloseSession(begun.sessionId(), 0, 0));
        assertUsed(1, 0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            count=2,bytes=-1=;countHardLimit=3      | OK OK QUOTA_EXCEEDED
            count=1,bytes=-1=;countHardLimit=-1     | OK OK OK
            count=-1,bytes=-1=;byteHardLimit=20     | OK OK QUOTA_EXCEEDED
            count=-1,bytes=5=;byteHardLimit=-1      | OK OK OK
            count=-1,bytes=-1=;countHardLimit=0     | QUOTA_EXCEEDED QUOTA_EXCEEDED QUOTA_EXCEEDED
            count=-1,bytes=-1                       | OK OK OK
            countHardLimit=three                    | OK OK OK
            nonsense                                | OK OK OK
            ''                                      | OK OK OK
            """)
    void onlyHardLimitsBind(String limits, String outcomes) {
        create("/a", 0);
        quota(limits);
        List<String> actual = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            actual.add(prepare("/a/" + i, 10).refusal().name());
            apply();
        }
        assertEquals(outcomes, String.join(" ", actual));
    }

    @Test
    void softLimitsAreToldOf() {
        create("/a", 0);
        quota("count=2,bytes=-1");
        create("/a/1", 0);
        assertEquals(List.of(), soft);
        create("/a/2", 0);
        assertEquals(List.of("/a/2"), soft);
    }

    @Test
    void dataIsHeldToTheLimitOfBytesBeforeTheVersionIsLookedAt() {
        create("/a", 10);
        quota("byteHardLimit=12");
        assertEquals(ErrorCode.QUOTA_EXCEEDED, prepareData("/a", 13, 77).refusal());
        assertEquals(ErrorCode.BAD_VERSION, prepareData("/a", 12, 77).refusal());
        assertEquals(ErrorCode.OK, prepareData("/a", 12, 0).refusal());
    }

    @Test
    void requestsThatFollowEachOtherCloselyStayWithinTheLimit() {
        create("/a", 0);
        quota("countHardLimit=3,byteHardLimit=25");
        assertEquals(ErrorCode.OK, prepare("/a/1", 10).refusal());
        assertEquals(ErrorCode.OK, prepare("/a/2", 10).refusal());
        assertEquals(ErrorCode.QUOTA_EXCEEDED, prepare("/a/3", 0).refusal());
        keep(preparer.prepare(new Request.Delete("/a/1", -1), 0, 0, 0));
        assertEquals(ErrorCode.OK, prepare("/a/3", 15).refusal());
        assertEquals(ErrorCode.QUOTA_EXCEEDED, prepareData("/a/2", 11, -1).refusal());
        apply();
        assertUsed(3, 25);
        assertEquals(ErrorCode.QUOTA_EXCEEDED, prepare("/a/4", 0).refusal());
    }

    @Test
    void aTransactionThatFailsUsesNothing() {
        create("/a", 0);
        quota("countHardLimit=2");
        Request.Create one = new Request.Create(OpCode.CREATE, "/a/1", null, Acl.OPEN, 0, -1);
        Request.Multi failing = new Request.Multi(List.of(one, new Request.Delete("/missing", -1)));
        assertEquals(ErrorCode.NO_NODE, preparer.prepare(failing, 0, 0, 0).refusal());
        assertEquals(ErrorCode.OK, prepare("/a/1", 0).refusal());
        assertEquals(ErrorCode.QUOTA_EXCEEDED, prepare("/a/2", 0).refusal());
    }

    @Test
    void nothingBindsWithoutLimitsOrWithoutStats() {
        create("/a", 0);
        quota("countHardLimit=1");
        delete(STATS);
        create("/a/1", 0);
        create(STATS, 0);
        assertUsed(2, 0);
        assertEquals(ErrorCode.QUOTA_EXCEEDED, prepare("/a/2", 0).refusal());
        delete(LIMITS);
        create("/a/2", 0);
        assertUsed(2, 0);
    }

    @Test
    void newLimitsHoldAtOnce() {
        create("/a", 0);
        quota("countHardLimit=1");
        byte[] more = "countHardLimit=2".getBytes(StandardCharsets.UTF_8);
        take(preparer.prepare(new Request.SetData(LIMITS, more, -1), 0, 0, 0));
        assertEquals(ErrorCode.OK, prepare("/a/1", 0).refusal());
    }

    @Test
    void whatIsUsedChangesWithoutAVersion() {
        create("/a", 0);
        quota("count=9");
        Znode stats = tree.get(STATS);
        assertNotNull(stats);
        long mzxid = stats.mzxid();
        create("/a/1", 0);
        assertEquals(mzxid, stats.mzxid());
        assertEquals(0, stats.version());
    }

    @Test
    void aSnapshotKeepsQuotasAsTheyWereWhenItBegan() throws MalformedFrame {
        create("/a", 1);
        quota("countHardLimit=2");
        JuteWriter out = new JuteWriter();
        SnapshotCapture capture = tree.beginCapture();
        create("/a/1", 1);
        while (capture.step(1, out)) {
            assertNotNull(capture);
        }
        SnapshotRestore restore = new SnapshotRestore();
        restore.add(out.array(), 0, out.size());
        tree = restore.finish();
        preparer = preparer();
        assertUsed(1, 1);
        create("/a/other", 5);
        assertUsed(2, 6);
        assertEquals(ErrorCode.QUOTA_EXCEEDED, prepare("/a/2", 0).refusal());
    }

    @Test
    void whatIsUsedIsAlwaysWhatASearchFinds() {
        create("/a", 0);
        quota("count=1000000");
        Random random = new Random(5);
        String[] paths = {"/a/1", "/a/1/x", "/a/2", "/a/2/y", "/b", "/a/1/x/z"};
        for (int step = 0; step < 3000; step++) {
            String path = paths[random.nextInt(paths.length)];
            switch (random.nextInt(3)) {
                case 0 -> prepare(path, random.nextInt(20));
                case 1 -> prepareData(path, random.nextInt(20), -1);
                default -> keep(preparer.prepare(new Request.Delete(path, -1), 0, 0, 0));
            }
            if (random.nextInt(4) == 0) {
                apply();
                long bytes = 0;
                for (String at : List.of("/a", "/a/1", "/a/1/x", "/a/2", "/a/2/y", "/a/1/x/z")) {
                    Znode node = tree.get(at);
                    bytes += node == null ? 0 : node.dataLength();
                }
                assertUsed(1 + tree.countDescendants("/a"), bytes);
            }
        }
    }

    private Preparer preparer() {
        PreparerOptions options =
                new PreparerOptions(Authorizer.OPEN, Preparer.DEFAULT_MAX_TXN_BYTES, false, true, soft::add);
        return new Preparer(tree, tree.lastZxid(), options);
    }

    private void quota(String limits) {
        create("/zookeeper/quota/a", 0);
        request(LIMITS, limits);
        create(STATS, 0);
    }

    private void create(String path, int length) {
        assertEquals(ErrorCode.OK, prepare(path, length).refusal(), path);
        apply();
    }

    private void request(String path, String data) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        take(preparer.prepare(new Request.Create(OpCode.CREATE, path, bytes, Acl.OPEN, 0, -1), 0, 0, 0));
    }

    private void setData(String path, int length) {
        take(preparer.prepare(new Request.SetData(path, new byte[length], -1), 0, 0, 0));
    }

    private void delete(String path) {
        take(preparer.prepare(new Request.Delete(path, -1), 0, 0, 0));
    }

    private Prepared prepare(String path, int length) {
        Request request = new Request.Create(OpCode.CREATE, path, new byte[length], Acl.OPEN, 0, -1);
        return keep(preparer.prepare(request, 0, 0, 0));
    }

    private Prepared prepareData(String path, int length, int version) {
        return keep(preparer.prepare(new Request.SetData(path, new byte[length], version), 0, 0, 0));
    }

    private void take(Prepared prepared) {
        assertEquals(ErrorCode.OK, keep(prepared).refusal());
        apply();
    }

    private Prepared keep(Prepared prepared) {
        if (prepared.txn() != null) {
            inFlight.add(prepared.txn());
        }
        return prepared;
    }

    private void apply() {
        inFlight.forEach(txn -> tree.apply(txn, TreeListener.NONE));
        inFlight.clear();
        preparer.applied(tree.lastZxid());
    }

    private void assertUsed(long count, long bytes) {
        assertEquals("count=" + count + ",bytes=" + bytes, text(STATS));
    }

    private String text(String path) {
        Znode node = tree.get(path);
        assertNotNull(node, path);
        byte[] data = node.data();
        return data == null ? "" : new String(data, StandardCharsets.UTF_8);
    }
}
