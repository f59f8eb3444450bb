package io.pinfold.server.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.Acl;
import io.pinfold.OpResult;
import io.pinfold.Stat;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.Replies;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataTreeTest {
    private final DataTree tree = new DataTree();
    private final List<String> heard = new ArrayList<>();
    private final TreeListener listener = new TreeListener() {
        @Override
        public void created(String path, List<Acl> acl, List<Acl> parentAcl) {
            heard.add("created " + path + " " + (tree.get(path) != null));
        }

        @Override
        public void deleted(String path, List<Acl> acl, List<Acl> parentAcl) {
            heard.add("deleted " + path + " " + (tree.get(path) == null));
        }

        @Override
        public void dataChanged(String path, List<Acl> acl) {
            heard.add("changed " + path + " " + node(path).version());
        }
    };

    @Test
    void beginsWithTheServersOwnZnodes() {
        assertEquals(new Stat(0, 0, 0, 0, 0, -1, 0, 0, 0, 1, 0), node("/").stat());
        assertEquals(
                new Stat(0, 0, 0, 0, 0, -2, 0, 0, 0, 2, 0), node("/zookeeper").stat());
        assertEquals(
                new Stat(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                node("/zookeeper/quota").stat());
        assertEquals(
                new Stat(0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0),
                node("/zookeeper/config").stat());
        assertEquals(Acl.READ_ONLY, node("/zookeeper/config").acl());
        assertEquals(0, node("/zookeeper/config").dataLength());
        assertNotNull(node("/zookeeper/config").data());
        assertEquals(4, tree.nodeCount());
        assertEquals(3, tree.countDescendants("/"));
        assertEquals(0, tree.lastZxid());
    }

    @Test
    void findsTheRootByTheEmptyPathToo() {
        assertSame(tree.get("/"), tree.get(""));
        assertNull(tree.get("/missing"));
    }

    @Test
    void countsEachCreationAndDeletionOfAChildOnceInCversion() {
        apply(1, create("/a", 1));
        apply(2, create("/b", 2));
        assertEquals(1, node("/").stat().cversion());
        apply(3, new Txn.Delete("/a"));
        assertEquals(2, node("/").stat().cversion());
        assertEquals(3, node("/").stat().pzxid());
        assertEquals(2, node("/").childrenCreated());
    }

    @Test
    void movesMzxidWithDataAloneAndPzxidWithChildrenAlone() {
        apply(1, create("/a", 1));
        apply(2, create("/a/b", 1));
        apply(3, new Txn.SetData("/a", new byte[] {1, 2, 3}, 1));
        apply(4, new Txn.SetAcl("/a", Acl.READ_ONLY, 1));
        apply(5, new Txn.SetData("/a/b", null, 1));
        assertEquals(new Stat(1, 3, 1001, 1003, 1, 1, 1, 0, 3, 1, 2), node("/a").stat());
    }

    @Test
    void writesTheMetadataAsItReportsIt() throws MalformedFrame {
        apply(1, new Txn.CreateSession(5000));
        apply(2, new Txn.Create("/a", new byte[] {7}, Acl.OPEN, NodeKind.EPHEMERAL, 1));
        apply(3, new Txn.SetData("/a", new byte[9], 1));
        JuteWriter out = new JuteWriter();
        for (String path : List.of("/a", "/")) {
            out.reset();
            node(path).writeStat(out);
            assertEquals(68, out.size());
            assertEquals(node(path).stat(), Replies.readStat(new JuteReader(out.array(), 0, 68)));
        }
        assertEquals(99, node("/a").stat().ephemeralOwner());
    }

    @Test
    void givesEachOperationItsResultAsOfThatOperation() {
        List<OpResult> results = apply(
                1,
                new Txn.Multi(List.of(
                        create("/a", 1),
                        create("/a/b", 1),
                        new Txn.Check("/a"),
                        new Txn.SetData("/a", new byte[2], 1),
                        new Txn.Delete("/a/b"))));
        Stat born = new Stat(1, 1, 1001, 1001, 0, 0, 0, 0, 0, 0, 1);
        assertEquals(
                List.of(
                        new OpResult.Created("/a", born),
                        new OpResult.Created("/a/b", born),
                        new OpResult.Checked(),
                        new OpResult.DataSet(new Stat(1, 1, 1001, 1001, 1, 1, 0, 0, 2, 1, 1)),
                        new OpResult.Deleted()),
                results);
        assertEquals(List.of("created /a true", "created /a/b true", "changed /a 1", "deleted /a/b true"), heard);
    }

    @Test
    void takesASessionsEphemeralsWithIt() {
        apply(1, new Txn.CreateSession(5000));
        assertEquals(5000, tree.sessions().timeoutMillis(99));
        apply(2, new Txn.Create("/x", null, Acl.OPEN, NodeKind.EPHEMERAL, 1));
        apply(3, new Txn.Create("/a", null, Acl.OPEN, NodeKind.EPHEMERAL, 2));
        assertEquals(List.of("/x", "/a"), tree.ephemerals(99, "/"));
        assertEquals(List.of("/a"), tree.ephemerals(99, "/a"));
        heard.clear();
        assertEquals(List.of(), apply(4, new Txn.CloseSession(List.of("/x", "/a"))));
        assertEquals(List.of("deleted /x true", "deleted /a true"), heard);
        assertNull(tree.sessions().timeoutMillis(99));
        assertEquals(4, node("/").pzxid());
    }

    @Test
    void namesChildrenInTheOrderOfTheirCreation() {
        int created = 0;
        for (String path : List.of("/c", "/a", "/b", "/d")) {
            apply(tree.lastZxid() + 1, create(path, ++created));
        }
        assertEquals(List.of("zookeeper", "c", "a", "b", "d"), children("/"));
        apply(5, new Txn.Delete("/c"));
        apply(6, new Txn.Delete("/d"));
        apply(7, create("/c", 5));
        assertEquals(List.of("zookeeper", "a", "b", "c"), children("/"));
        apply(8, create("/a/x", 1));
        apply(9, new Txn.Delete("/a/x"));
        assertEquals(List.of(), children("/a"));
    }

    @Test
    void countsWhatIsBelowAtAnyDepth() {
        apply(1, create("/a", 1));
        apply(2, create("/a/b", 1));
        apply(3, create("/a/b/c", 1));
        apply(4, create("/ab", 2));
        assertEquals(2, tree.countDescendants("/a"));
        assertEquals(0, tree.countDescendants("/a/b/c"));
        assertEquals(0, tree.countDescendants("/missing"));
        assertEquals(7, tree.countDescendants("/"));
    }

    @Test
    void keepsTheSizeOfAllPathsAndData() {
        long before = tree.approximateDataSize();
        apply(1, new Txn.Create("/a", new byte[10], Acl.OPEN, NodeKind.PERSISTENT, 1));
        apply(2, new Txn.SetData("/a", new byte[3], 1));
        assertEquals(before + 5, tree.approximateDataSize());
        apply(3, new Txn.Delete("/a"));
        assertEquals(before, tree.approximateDataSize());
    }

    @Test
    void stopsAtATransactionThatDoesNotFit() {
        apply(5, create("/a", 1));
        for (Txn txn : List.of(
                create("/a", 2),
                create("/missing/x", 1),
                new Txn.Delete("/missing"),
                new Txn.Delete("/"),
                new Txn.Delete("/zookeeper"),
                new Txn.SetData("/missing", null, 1),
                new Txn.Create("/e", null, Acl.OPEN, NodeKind.EPHEMERAL, 2),
                new Txn.Multi(List.of(new Txn.CreateSession(1))))) {
            assertThrows(IllegalStateException.class, () -> apply(6, txn), txn::toString);
        }
        assertThrows(IllegalStateException.class, () -> apply(5, create("/b", 2)));
    }

    @Test
    void makesAndDeletesAHundredThousandChildrenOfOneParentInAnyOrder() {
        long zxid = 0;
        int count = 100_000;
        for (int i = 0; i < count; i++) {
            apply(++zxid, create("/n" + i, i + 1));
        }
        for (int i = 0; i < count; i++) {
            int victim = (int) (i * 7919L % count);
            apply(++zxid, new Txn.Delete("/n" + victim));
        }
        assertEquals(List.of("zookeeper"), children("/"));
        assertEquals(2 * count - 1, node("/").stat().cversion());
    }

    private List<OpResult> apply(long zxid, Txn body) {
        return tree.apply(new TxnRecord(zxid, 1000 + zxid, 99, 0, body), listener);
    }

    private static Txn create(String path, long parentCreated) {
        return new Txn.Create(path, null, Acl.OPEN, NodeKind.PERSISTENT, parentCreated);
    }

    private List<String> children(String path) {
        List<String> names = new ArrayList<>();
        node(path).forEachChild(names::add);
        return names;
    }

    private Znode node(String path) {
        Znode node = tree.get(path);
        assertNotNull(node, path);
        return node;
    }
}
