package io.pinfold.testing.sim.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SharedMapTest {
    private static final int KEYS = 200;

    /** A map and what is in it. */
    private record Pair(SharedMap<Integer, Integer> map, TreeMap<Integer, Integer> expected) {
        Pair copy() {
            return new Pair(map.copy(), new TreeMap<>(expected));
        }
    }

    @Test
    void everyCopyIsASortedMapOfItsOwn() {
        Random random = new Random(7);
        List<Pair> pairs = new ArrayList<>();
        pairs.add(new Pair(new SharedMap<>(), new TreeMap<>()));
        for (int i = 0; i < 5000; i++) {
            Pair pair = pairs.get(random.nextInt(pairs.size()));
            if (pairs.size() < 20) {
                pair = pair.copy();
                pairs.add(pair);
            }
            int key = random.nextInt(KEYS);
            if (random.nextInt(3) == 0) {
                assertEquals(pair.expected().remove(key), pair.map().remove(key));
            } else {
                assertEquals(pair.expected().put(key, i), pair.map().put(key, i));
            }
        }

        for (Pair pair : pairs) {
            assertEquals(List.copyOf(pair.expected().entrySet()).toString(), shown(pair.map(), 0, KEYS));
            assertEquals(
                    List.copyOf(pair.expected().subMap(50, 120).entrySet()).toString(), shown(pair.map(), 50, 120));
            for (int key = 0; key < KEYS; key++) {
                assertEquals(pair.expected().get(key), pair.map().get(key));
            }
        }
    }

    private static String shown(SharedMap<Integer, Integer> map, int from, int before) {
        List<String> found = new ArrayList<>();
        map.forEach(from, before, (key, value) -> found.add(key + "=" + value));
        return found.toString();
    }
}
