package io.pinfold.server.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A random life of a tree beside its naive model. Requests are prepared ahead of being applied, sessions come and go, and
 * now and then the tree is captured while it changes. Whatever differs from the model fails at once.
 */
final class TreeRun {
    private record InFlight(TxnRecord txn, List<OpResult> results) {}

    final DataTree tree = new DataTree();
    final NaiveTree model = new NaiveTree();
    final List<TxnRecord> history = new ArrayList<>();
    /** The state at the beginning of each finished capture, and what the capture makes of it. */
    final List<Map.Entry<String, byte[]>> captures = new ArrayList<>();

    private final Preparer preparer = new Preparer(
            tree, 0, new PreparerOptions(Authorizer.OPEN, Preparer.DEFAULT_MAX_TXN_BYTES, true, false, path -> {}));
    private final Random random;
    private final RandomRequests requests;
    private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
    private final List<Long> sessions = new ArrayList<>(List.of(77L));
    private final JuteWriter captured = new JuteWriter();
    private @Nullable SnapshotCapture capture;
    private String stateAtCapture = "";
    private long time = 1000;

    TreeRun(long seed) {
        random = new Random(seed);
        requests = new RandomRequests(random);
    }

    TreeRun steps(int count) {
        createSession();
        for (int i = 0; i < count; i++) {
            step();
        }
        apply(inFlight.size());
        while (capture != null) {
            capture();
        }
        return this;
    }

    private void step() {
        time += random.nextInt(3);
        int choice = random.nextInt(100);
        if (choice < 68) {
            request();
        } else if (choice < 72) {
            createSession();
        } else if (choice < 75) {
            closeSession();
        } else if (choice < 90) {
            apply(random.nextInt(inFlight.size() + 1));
        } else {
            capture();
        }
    }

    private long session() {
        return sessions.get(random.nextInt(sessions.size()));
    }

    private void request() {
        Request request = requests.next();
        long session = session();
        NaiveTree.Outcome expected = model.execute(request, session, time);
        Prepared prepared = preparer.prepare(request, session, history.size(), time);
        if (expected.error() == ErrorCode.OK) {
            accepted(prepared, expected.results());
        } else {
            assertNull(prepared.txn(), () -> request + " is " + expected.error());
            assertEquals(expected.error(), prepared.refusal(), request::toString);
            List<OpResult> failures = request instanceof Request.Multi ? expected.results() : null;
            assertEquals(failures, prepared.failedMulti());
        }
    }

    private void createSession() {
        Prepared prepared = preparer.prepareCreateSession(4000 + sessions.size(), 1 + random.nextInt(254), 0, time);
        TxnRecord txn = accepted(prepared, null);
        sessions.add(txn.sessionId());
        model.createSession(txn.sessionId(), 3999 + sessions.size());
        assertEquals(model.zxid, txn.zxid());
    }

    private void closeSession() {
        long session = session();
        TreeSet<String> ephemerals = new TreeSet<>(model.ephemerals(session));
        Prepared prepared = preparer.prepareCloseSession(session, 0, time);
        if (!model.closeSession(session)) {
            assertEquals(ErrorCode.SESSION_EXPIRED, prepared.refusal());
            return;
        }
        TxnRecord txn = accepted(prepared, List.of());
        List<String> paths = ((Txn.CloseSession) txn.body()).ephemerals();
        assertEquals(ephemerals, new TreeSet<>(paths));
        assertEquals(ephemerals.size(), paths.size());
    }

    private TxnRecord accepted(Prepared prepared, @Nullable List<OpResult> expected) {
        TxnRecord txn = prepared.txn();
        assertNotNull(txn, () -> "refused with " + prepared.refusal());
        assertEquals(ErrorCode.OK, prepared.refusal());
        assertEquals(expected == null ? model.zxid + 1 : model.zxid, txn.zxid());
        assertEquals(preparer.lastZxid(), txn.zxid());
        inFlight.add(new InFlight(txn, expected == null ? List.of() : expected));
        history.add(txn);
        return txn;
    }

    private void apply(int count) {
        for (int i = 0; i < count; i++) {
            InFlight next = inFlight.remove();
            assertEquals(next.results, tree.apply(next.txn, TreeListener.NONE));
            if (random.nextInt(3) == 0) {
                preparer.applied(next.txn.zxid());
            }
        }
        preparer.applied(tree.lastZxid());
    }

    private void capture() {
        SnapshotCapture running = capture;
        if (running == null) {
            stateAtCapture = TreeDump.of(tree);
            captured.reset();
            capture = tree.beginCapture();
        } else if (random.nextInt(20) == 0) {
            running.abort();
            capture = null;
        } else if (!running.step(random.nextInt(4), captured)) {
            captures.add(Map.entry(stateAtCapture, captured.toByteArray()));
            capture = null;
        }
    }

    private List<String> removableOfModel() {
        return model.nodes.entrySet().stream()
                .filter(node -> node.getValue().container || node.getValue().ttlMillis > 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    private List<String> removable() {
        List<String> paths = new ArrayList<>();
        for (Znode node = tree.nextRemovable(""); node != null; node = tree.nextRemovable(node.path())) {
            paths.add(node.path());
        }
        return paths;
    }

    void compareWithModel() {
        assertEquals(model.zxid, tree.lastZxid());
        assertEquals(model.nodes.size(), tree.nodeCount());
        assertEquals(0, preparer.pendingNodes());
        assertEquals(removableOfModel(), removable());
        model.nodes.forEach((path, expected) -> {
            Znode node = tree.get(path);
            assertNotNull(node, path);
            assertEquals(model.stat(path), node.stat(), path);
            assertEquals(expected.acl, node.acl());
            assertEquals(expected.ttlMillis, node.ttlMillis());
            assertEquals(expected.ttlMillis > 0, node.kind() == NodeKind.TTL);
            assertEquals(expected.container, node.kind() == NodeKind.CONTAINER);
            assertEquals(true, Arrays.equals(expected.data, node.data()));
            TreeSet<String> children = new TreeSet<>();
            node.forEachChild(children::add);
            assertEquals(model.children(path), children);
            int below = (int) model.nodes.keySet().stream()
                    .filter(other -> other.startsWith(path.equals("/") ? path : path + "/") && !other.equals(path))
                    .count();
            assertEquals(below, tree.countDescendants(path));
        });
        assertEquals(model.sessions.size(), tree.sessions().size());
        model.sessions.forEach((id, timeout) -> {
            assertEquals(timeout, tree.sessions().timeoutMillis(id));
            assertEquals(model.ephemerals(id), new TreeSet<>(tree.ephemerals(id, "/")));
        });
    }

    /** A new tree that went through the same transactions, each of them once to bytes and back. */
    DataTree replayed() throws MalformedFrame {
        DataTree copy = new DataTree();
        for (TxnRecord txn : history) {
            copy.apply(TxnCodec.decode(txn.zxid(), TxnCodec.encode(txn)), TreeListener.NONE);
        }
        return copy;
    }
}
