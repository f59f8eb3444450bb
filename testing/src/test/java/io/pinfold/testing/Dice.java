package io.pinfold.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What scenarios choose by chance: the same for the same seed. Confined to one thread. */
final class Dice {
    private final Random random;

    Dice(long seed) {
        this.random = new Random(seed);
    }

    /** {@return a number below the bound} */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** {@return whether the one case in so many happened} */
    boolean oneIn(int cases) {
        return random.nextInt(cases) == 0;
    }

    boolean coin() {
        return random.nextBoolean();
    }

    int pick(int... values) {
        return values[random.nextInt(values.length)];
    }

    @SafeVarargs
    final <T> T oneOf(T... values) {
        return values[random.nextInt(values.length)];
    }

    <T> List<T> some(int most, Supplier<T> supplier) {
        List<T> list = new ArrayList<>();
        for (int count = random.nextInt(most + 1); count > 0; count--) {
            list.add(supplier.get());
        }
        return list;
    }

    /** {@return a version that may be the right one} */
    int version() {
        return random.nextInt(5) < 3 ? -1 : pick(0, 0, 0, 1, 1, 2, 7, -2);
    }

    byte @Nullable [] data() {
        byte[] data = new byte[oneIn(50) ? 3000 : random.nextInt(6)];
        random.nextBytes(data);
        return oneIn(10) ? null : data;
    }

    /** {@return a path below the root, or the root, that may or may not exist} */
    String path(String root) {
        String path = root;
        for (int depth = pick(0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3); depth > 0; depth--) {
            path += oneIn(8) ? String.format("/s%010d", below(4)) : oneOf("/a", "/a", "/b", "/\u00fc \u4e2d");
        }
        return path;
    }
}
