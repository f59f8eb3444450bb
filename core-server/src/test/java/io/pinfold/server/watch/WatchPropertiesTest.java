package io.pinfold.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinfold.WatchEvent;
import io.pinfold.ZnodePath;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The index beside plain sets that are searched from end to end. */
class WatchPropertiesTest {
    private static final String[] PATHS = {"/", "/a", "/b", "/a/b", "/a/c", "/a/b/c"};

    private record Entry(int watcher, String path, int kind) {}

    private final Set<Entry> naive = new LinkedHashSet<>();
    private final WatchIndex<Integer> index = new WatchIndex<>();

    @Test
    void tellsTheSameAsSetsThatAreSearchedFromEndToEnd() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            for (int step = 0; step < 200; step++) {
                step(random, "seed " + seed + " step " + step);
                assertEquals(naive.size(), index.count());
            }
            for (int watcher = 0; watcher < 40; watcher++) {
                index.removeConnection(watcher);
            }
            naive.clear();
            assertEquals(0, index.pathCount() + index.watcherCount() + index.count());
        }
    }

    private void step(Random random, String when) {
        String path = PATHS[random.nextInt(PATHS.length)];
        int watcher = random.nextInt(random.nextBoolean() ? 4 : 40);
        int choice = random.nextInt(20);
        if (choice < 12) {
            add(watcher, path, random.nextInt(4));
        } else if (choice == 12) {
            index.removeConnection(watcher);
            naive.removeIf(entry -> entry.watcher == watcher);
        } else if (choice == 13) {
            int type = 1 + random.nextInt(5);
            boolean there = naive.removeIf(
                    entry -> entry.watcher == watcher && entry.path.equals(path) && matches(entry.kind, type));
            assertEquals(there, index.contains(path, watcher, type), when);
            assertEquals(there, index.remove(path, watcher, type), when);
        } else {
            List<String> told = new ArrayList<>();
            EventSink<Integer> sink = (to, type, at) -> told.add(type.number() + " " + at + " to " + to);
            int change = random.nextInt(3);
            if (change == 0) {
                index.created(path, sink);
            } else if (change == 1) {
                index.deleted(path, sink);
            } else {
                index.dataChanged(path, sink);
            }
            assertEquals(new TreeSet<>(told).size(), told.size(), when);
            assertEquals(expected(path, change), new TreeSet<>(told), when);
        }
    }

    private static boolean matches(int kind, int type) {
        return type == 3 || kind == new int[] {-1, 1, 0, -1, 2, 3}[type];
    }

    private void add(int watcher, String path, int kind) {
        naive.add(new Entry(watcher, path, kind));
        switch (kind) {
            case 0 -> index.addData(path, watcher);
            case 1 -> index.addChild(path, watcher);
            case 2 -> index.addPersistent(path, watcher);
            default -> index.addRecursive(path, watcher);
        }
    }

    private Set<String> expected(String path, int change) {
        WatchEvent.Type type = WatchEvent.Type.ofNumber(change + 1);
        Set<String> told = new TreeSet<>();
        String below = path.equals("/") ? "/" : path + "/";
        for (Entry entry : List.copyOf(naive)) {
            boolean oneShot = entry.kind == 0 || entry.kind == 1 && change == 1;
            boolean onNode = entry.path.equals(path) && (oneShot || entry.kind >= 2);
            boolean above = entry.kind == 3 && below.startsWith(entry.path.equals("/") ? "/" : entry.path + "/");
            if (type != null && (onNode || above)) {
                told.add(type.number() + " " + path + " to " + entry.watcher);
            }
            if (onNode && oneShot) {
                naive.remove(entry);
            }
        }
        String parent = ZnodePath.parent(path);
        for (Entry entry : List.copyOf(naive)) {
            if (change != 2 && entry.path.equals(parent) && (entry.kind == 1 || entry.kind == 2)) {
                told.add("4 " + parent + " to " + entry.watcher);
                if (entry.kind == 1) {
                    naive.remove(entry);
                }
            }
        }
        return told;
    }
}
