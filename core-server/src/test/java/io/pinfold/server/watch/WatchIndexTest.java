package io.pinfold.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchIndexTest {
    private final WatchIndex<String> index = new WatchIndex<>();
    private final List<String> told = new ArrayList<>();

    /**
     * One watch, one change of /p/n, and what comes of it: D data, C child, P persistent, R recursive; created, deleted,
     * changed; the event as its type's first letters and the path; and whether the watch stays.
     */
    @ParameterizedTest
    @CsvSource({
        "D, /p/n, created, NODE_CREATED /p/n,          false",
        "D, /p/n, changed, NODE_DATA_CHANGED /p/n,     false",
        "D, /p/n, deleted, NODE_DELETED /p/n,          false",
        "C, /p/n, created, '',                         true",
        "C, /p/n, changed, '',                         true",
        "C, /p/n, deleted, NODE_DELETED /p/n,          false",
        "P, /p/n, created, NODE_CREATED /p/n,          true",
        "P, /p/n, changed, NODE_DATA_CHANGED /p/n,     true",
        "P, /p/n, deleted, NODE_DELETED /p/n,          true",
        "R, /p/n, created, NODE_CREATED /p/n,          true",
        "R, /p/n, changed, NODE_DATA_CHANGED /p/n,     true",
        "R, /p/n, deleted, NODE_DELETED /p/n,          true",
        "D, /p,   created, '',                         true",
        "D, /p,   changed, '',                         true",
        "D, /p,   deleted, '',                         true",
        "C, /p,   created, NODE_CHILDREN_CHANGED /p,   false",
        "C, /p,   changed, '',                         true",
        "C, /p,   deleted, NODE_CHILDREN_CHANGED /p,   false",
        "P, /p,   created, NODE_CHILDREN_CHANGED /p,   true",
        "P, /p,   changed, '',                         true",
        "P, /p,   deleted, NODE_CHILDREN_CHANGED /p,   true",
        "R, /p,   created, NODE_CREATED /p/n,          true",
        "R, /p,   changed, NODE_DATA_CHANGED /p/n,     true",
        "R, /p,   deleted, NODE_DELETED /p/n,          true",
        "C, /,    created, '',                         true",
        "P, /,    created, '',                         true",
        "R, /,    created, NODE_CREATED /p/n,          true",
        "R, /,    changed, NODE_DATA_CHANGED /p/n,     true",
        "R, /,    deleted, NODE_DELETED /p/n,          true",
        "R, /p/n/below, changed, '',                   true",
        "R, /p/nn, changed, '',                        true",
        "R, /q,   created, '',                         true",
        "D, /q,   created, '',                         true"
    })
    void tellsOfAChangeAsTheTableSays(char kind, String path, String change, String event, boolean stays) {
        add(kind, path, "w");
        change(change, "/p/n");
        assertEquals(event.isEmpty() ? List.of() : List.of("w " + event), told);
        assertEquals(stays ? 1 : 0, index.count());
        assertEquals(stays, index.contains(path, "w", 3));
        told.clear();
        change(change, "/p/n");
        assertEquals(stays && !event.isEmpty() ? List.of("w " + event) : List.of(), told);
    }

    @Test
    void tellsOfTheZnodeFirstAndOfItsParentThen() {
        add('C', "/p", "w");
        add('D', "/p/n", "w");
        add('P', "/p", "v");
        change("created", "/p/n");
        assertEquals(List.of("w NODE_CREATED /p/n", "w NODE_CHILDREN_CHANGED /p", "v NODE_CHILDREN_CHANGED /p"), told);
    }

    @Test
    void tellsOneWatcherOfOneChangeOnce() {
        for (char kind : "DCPR".toCharArray()) {
            add(kind, "/p/n", "w");
        }
        add('R', "/p", "w");
        add('R', "/", "w");
        add('R', "/", "v");
        change("deleted", "/p/n");
        assertEquals(List.of("w NODE_DELETED /p/n", "v NODE_DELETED /p/n"), told);
        assertFalse(index.contains("/p/n", "w", 1));
        assertFalse(index.contains("/p/n", "w", 2));
        assertTrue(index.contains("/p/n", "w", 4));
        assertTrue(index.contains("/p/n", "w", 5));
    }

    @Test
    void tellsARecursiveWatcherOfChildrenWhereItHasAChildWatchToo() {
        add('R', "/p", "w");
        add('C', "/p", "w");
        change("created", "/p/n");
        change("created", "/p/m");
        assertEquals(List.of("w NODE_CREATED /p/n", "w NODE_CHILDREN_CHANGED /p", "w NODE_CREATED /p/m"), told);
    }

    @Test
    void tellsOfChangesBelowTheRoot() {
        add('C', "/", "w");
        add('P', "/", "v");
        change("created", "/n");
        change("changed", "/");
        assertEquals(List.of("w NODE_CHILDREN_CHANGED /", "v NODE_CHILDREN_CHANGED /", "v NODE_DATA_CHANGED /"), told);
    }

    @Test
    void keepsTheOrderInWhichWatchersCame() {
        for (int i = 0; i < 100; i++) {
            add('D', "/n", "w" + i);
        }
        index.removeConnection("w0");
        index.removeConnection("w50");
        index.removeConnection("w99");
        add('D', "/n", "w50");
        change("changed", "/n");
        assertEquals(98, told.size());
        assertEquals("w1 NODE_DATA_CHANGED /n", told.get(0));
        assertEquals("w51 NODE_DATA_CHANGED /n", told.get(49));
        assertEquals("w50 NODE_DATA_CHANGED /n", told.get(97));
        assertEquals(0, index.watcherCount());
    }

    @Test
    void countsTheSameWatchOnce() {
        add('D', "/n", "w");
        add('D', "/n", "w");
        add('C', "/n", "w");
        assertEquals(2, index.count());
        assertEquals(1, index.pathCount());
        assertEquals(1, index.watcherCount());
        change("changed", "/n");
        change("changed", "/n");
        assertEquals(List.of("w NODE_DATA_CHANGED /n"), told);
    }

    @ParameterizedTest
    @CsvSource({"1, DPR", "2, CPR", "3, ''", "4, DCR", "5, DCP"})
    void removesTheWatchesOfOneTypeAlone(int type, String left) {
        for (char kind : "DCPR".toCharArray()) {
            add(kind, "/n", "w");
            add(kind, "/n", "v");
            add(kind, "/m", "w");
        }
        assertTrue(index.contains("/n", "w", type));
        assertTrue(index.remove("/n", "w", type));
        assertFalse(index.contains("/n", "w", type));
        assertFalse(index.remove("/n", "w", type));
        assertEquals(left.contains("C"), index.contains("/n", "w", 1));
        assertEquals(left.contains("D"), index.contains("/n", "w", 2));
        assertEquals(left.contains("P"), index.contains("/n", "w", 4));
        assertEquals(left.contains("R"), index.contains("/n", "w", 5));
        assertEquals(8 + left.length(), index.count());
        assertEquals(List.of(), told);
    }

    @Test
    void findsNothingWhereNothingIs() {
        assertFalse(index.remove("/n", "w", 3));
        assertFalse(index.contains("/n", "w", 3));
        add('D', "/n", "v");
        add('D', "/m", "w");
        assertFalse(index.remove("/n", "w", 3));
        assertFalse(index.contains("/n", "w", 3));
        assertFalse(index.contains("/n", "v", 0));
        assertFalse(index.remove("/n", "v", 6));
        index.removeConnection("u");
        assertEquals(2, index.count());
    }

    @Test
    void knowsTheTypesOfTheProtocol() {
        for (int type = -1; type <= 7; type++) {
            assertEquals(type >= 1 && type <= 5, WatchIndex.isWatcherType(type));
        }
    }

    @Test
    void leavesNoTraceOfAConnection() {
        for (int i = 0; i < 1000; i++) {
            for (char kind : "DCPR".toCharArray()) {
                add(kind, "/n" + i, "w");
                add(kind, "/n" + i % 10, "v");
            }
        }
        index.removeConnection("w");
        assertEquals(40, index.count());
        assertEquals(10, index.pathCount());
        assertEquals(1, index.watcherCount());
        index.removeConnection("v");
        assertEquals(0, index.count());
        assertEquals(0, index.pathCount());
        assertEquals(0, index.watcherCount());
        change("deleted", "/n1");
        assertEquals(List.of(), told);
    }

    private void add(char kind, String path, String watcher) {
        switch (kind) {
            case 'D' -> index.addData(path, watcher);
            case 'C' -> index.addChild(path, watcher);
            case 'P' -> index.addPersistent(path, watcher);
            case 'R' -> index.addRecursive(path, watcher);
            default -> throw new AssertionError(kind);
        }
    }

    private void change(String change, String path) {
        EventSink<String> sink = (watcher, type, at) -> told.add(watcher + " " + type + " " + at);
        switch (change) {
            case "created" -> index.created(path, sink);
            case "deleted" -> index.deleted(path, sink);
            case "changed" -> index.dataChanged(path, sink);
            default -> throw new AssertionError(change);
        }
    }
}
