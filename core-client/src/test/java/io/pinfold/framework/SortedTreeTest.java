package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SortedTreeTest {
    @Test
    void doesWhatAMapOfTheJdkDoes() {
        Random random = new Random(1);
        TreeMap<String, Integer> model = new TreeMap<>();
        SortedTree<Integer> tree = null;
        for (int i = 0; i < 20_000; i++) {
            String key = "k" + random.nextInt(500);
            if (random.nextInt(3) == 0) {
                tree = SortedTree.without(tree, key);
                model.remove(key);
            } else {
                tree = SortedTree.with(tree, key, i);
                model.put(key, i);
            }
            String probe = "k" + random.nextInt(500);
            assertEquals(model.get(probe), SortedTree.get(tree, probe));
            assertEquals(model.ceilingKey(probe), SortedTree.ceiling(tree, probe));
            assertEquals(model.size(), SortedTree.size(tree));
        }
        assertEquals(new ArrayList<>(model.subMap("k2", "k4").values()), values(tree, "k2", "k4"));
    }

    @Test
    void isNeverChanged() {
        SortedTree<Integer> old = null;
        for (int i = 0; i < 100; i++) {
            old = SortedTree.with(old, "k" + i, i);
        }
        List<Integer> before = values(old, "", "z");
        SortedTree<Integer> changed = old;
        for (int i = 0; i < 100; i += 2) {
            changed = SortedTree.without(SortedTree.with(changed, "m" + i, i), "k" + i);
        }

        assertEquals(before, values(old, "", "z"));
        assertEquals(100, SortedTree.size(changed));
    }

    @Test
    void staysShallowForKeysInOrder() {
        SortedTree<Integer> tree = null;
        for (int i = 0; i < 100_000; i++) { // as deep as long, it would overflow the stack
            tree = SortedTree.with(tree, String.format("%06d", i), i);
        }
        int[] count = new int[1];

        SortedTree.forEach(tree, "", "9999999", value -> count[0]++);

        assertEquals(100_000, count[0]);
        assertTrue(SortedTree.get(tree, "099999") == 99_999);
    }

    private static List<Integer> values(SortedTree<Integer> tree, String from, String before) {
        List<Integer> values = new ArrayList<>();
        SortedTree.forEach(tree, from, before, values::add);
        return values;
    }
}
