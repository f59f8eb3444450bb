package io.pinfold.server.engine;

/** How long something is: the last one, the shortest and the longest, in bytes; -1 before there is one. Confined to the node loop. */
public final class Sizes {
    private int last = -1;
    private int least = -1;
    private int most = -1;

    Sizes() {}

    void add(int bytes) {
        last = bytes;
        least = least < 0 ? bytes : Math.min(least, bytes);
        most = Math.max(most, bytes);
    }

    void reset() {
        last = -1;
        least = -1;
        most = -1;
    }

    /** {@return the size of the last one} */
    public int last() {
        return last;
    }

    /** {@return the size of the shortest} */
    public int least() {
        return least;
    }

    /** {@return the size of the longest} */
    public int most() {
        return most;
    }
}
