package io.pinfold.server.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private final DataTree tree = new DataTree();
    private final JuteWriter out = new JuteWriter();

    @Test
    void showsNothingOfWhatHappensWhileItIsTaken() throws MalformedFrame {
        apply(new Txn.CreateSession(5000));
        for (String path : List.of("/a", "/b", "/b/x", "/b/y")) {
            apply(new Txn.Create(path, new byte[] {1}, Acl.OPEN, NodeKind.PERSISTENT, 1));
        }
        String before = TreeDump.of(tree);
        SnapshotCapture capture = tree.beginCapture();
        assertEquals(5, capture.zxid());
        assertTrue(capture.step(1, out));
        apply(new Txn.SetData("/b/y", new byte[9], 1));
        apply(new Txn.SetAcl("/a", Acl.READ_ONLY, 1));
        apply(new Txn.Delete("/b/x"));
        apply(new Txn.Create("/c", null, Acl.OPEN, NodeKind.EPHEMERAL, 9));
        apply(new Txn.CloseSession(List.of("/c")));
        apply(new Txn.Delete("/b/y"));
        apply(new Txn.Delete("/b"));
        finish(capture);
        assertEquals(before, TreeDump.of(restore(records())));
    }

    @Test
    void keepsWhatTheServerMayDeleteByItself() throws MalformedFrame {
        apply(new Txn.Create("/container", null, Acl.OPEN, NodeKind.CONTAINER, 1));
        apply(new Txn.Create("/mortal", null, Acl.OPEN, NodeKind.TTL, 2, 500));
        apply(new Txn.Create("/plain", null, Acl.OPEN, NodeKind.PERSISTENT, 3));
        finish(tree.beginCapture());
        DataTree restored = restore(records());
        Znode container = restored.nextRemovable("");
        assertEquals("/container", container.path());
        Znode mortal = restored.nextRemovable(container.path());
        assertEquals("/mortal", mortal.path());
        assertEquals(500, mortal.ttlMillis());
        assertEquals(null, restored.nextRemovable(mortal.path()));
    }

    @Test
    void doesNotCareForTheOrderOfRecords() throws MalformedFrame {
        TreeRun run = new TreeRun(11).steps(600);
        finish(run.tree.beginCapture());
        String expected = TreeDump.of(run.tree);
        for (int seed = 0; seed < 50; seed++) {
            List<byte[]> records = records();
            byte[] end = records.remove(records.size() - 1);
            Collections.shuffle(records, new Random(seed));
            records.add(end);
            DataTree restored = restore(records);
            assertEquals(expected, TreeDump.of(restored));
            assertEquals(run.tree.digest(), restored.digest());
        }
    }

    @Test
    void restoresATreeThatCanBeCapturedAndChangedAgain() throws MalformedFrame {
        finish(tree.beginCapture());
        DataTree restored = restore(records());
        SnapshotCapture capture = restored.beginCapture();
        restored.apply(new TxnRecord(1, 0, 0, 0, new Txn.SetData("/zookeeper", null, 1)), TreeListener.NONE);
        out.reset();
        finish(capture);
        assertEquals(TreeDump.of(tree), TreeDump.of(restore(records())));
    }

    @Test
    void allowsOneCaptureAtATimeAndAnotherAfterItsEnd() {
        SnapshotCapture first = tree.beginCapture();
        assertThrows(IllegalStateException.class, tree::beginCapture);
        first.abort();
        assertThrows(IllegalStateException.class, () -> first.step(1, out));
        SnapshotCapture second = tree.beginCapture();
        first.abort();
        assertThrows(IllegalStateException.class, tree::beginCapture);
        finish(second);
        tree.beginCapture();
    }

    @Test
    void doesNotHoldUpTheLoopForBigZnodes() {
        for (int i = 0; i < 10; i++) {
            apply(new Txn.Create("/big" + i, new byte[200_000], Acl.OPEN, NodeKind.PERSISTENT, i + 1));
        }
        SnapshotCapture capture = tree.beginCapture();
        assertTrue(capture.step(1000, out));
        assertTrue(out.size() < 500_000, out.size() + " bytes");
    }

    @Test
    void refusesASnapshotThatIsNotWholeOrContradictsItself() {
        apply(new Txn.CreateSession(5000));
        apply(new Txn.Create("/a", null, Acl.OPEN, NodeKind.EPHEMERAL, 1));
        finish(tree.beginCapture());
        List<byte[]> records = records();
        for (int missing = 0; missing < records.size(); missing++) {
            List<byte[]> part = new ArrayList<>(records);
            part.remove(missing);
            assertThrows(MalformedFrame.class, () -> restore(part));
        }
        for (int twice = 0; twice < records.size(); twice++) {
            List<byte[]> more = new ArrayList<>(records);
            more.add(0, records.get(twice));
            assertThrows(MalformedFrame.class, () -> restore(more));
        }
    }

    @Test
    void failsInOneWayOnlyForDamagedBytes() {
        TreeRun run = new TreeRun(5).steps(300);
        finish(run.tree.beginCapture());
        byte[] whole = out.toByteArray();
        Random random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 5000; i++) {
            byte[] bytes = whole.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                SnapshotRestore restore = new SnapshotRestore();
                restore.add(bytes, 0, bytes.length);
                assertNotEquals(run.tree.digest(), restore.finish().digest());
            } catch (MalformedFrame e) {
                refused++;
            }
        }
        assertTrue(refused > 500, refused + " refused");
    }

    @Test
    void namesTheFormatThatItDoesNotKnow() {
        byte[] header = ByteBuffer.allocate(17)
                .putInt(13)
                .put((byte) 1)
                .putInt(2)
                .putLong(7)
                .array();
        MalformedFrame refusal = assertThrows(MalformedFrame.class, () -> restore(List.of(header)));
        assertTrue(refusal.getMessage().contains("format 2"), refusal.getMessage());
    }

    private void apply(Txn body) {
        tree.apply(new TxnRecord(tree.lastZxid() + 1, 0, 99, 0, body), TreeListener.NONE);
    }

    private void finish(SnapshotCapture capture) {
        boolean more = true;
        while (more) {
            more = capture.step(2, out);
        }
    }

    private List<byte[]> records() {
        List<byte[]> records = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(out.array(), 0, out.size());
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            int end = start + 4 + bytes.getInt(start);
            records.add(Arrays.copyOfRange(out.array(), start, end));
            bytes.position(end);
        }
        return records;
    }

    private static DataTree restore(List<byte[]> records) throws MalformedFrame {
        SnapshotRestore restore = new SnapshotRestore();
        for (byte[] record : records) {
            restore.add(record, 0, record.length);
        }
        return restore.finish();
    }
}
