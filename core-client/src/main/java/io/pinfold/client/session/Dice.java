package io.pinfold.client.session;

/**
 * Numbers that look random and follow from a seed, for shuffling and jitter; not fit for secrets (the published
 * SplitMix64 function). Confined to its owner.
 */
final class Dice {
    private long state;

    Dice(long seed) {
        state = seed;
    }

    long nextLong() {
        state += 0x9e3779b97f4a7c15L;
        long z = state;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /** {@return at least 0 and below the bound} */
    int nextInt(int bound) {
        return (int) Math.floorMod(nextLong(), (long) bound);
    }

    /** {@return at least half of the value and at most all of it} */
    long jittered(long value) {
        long half = value / 2;
        return half == 0 ? value : value - Math.floorMod(nextLong(), half + 1);
    }
}
