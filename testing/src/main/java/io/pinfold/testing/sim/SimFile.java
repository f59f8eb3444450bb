package io.pinfold.testing.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * The bytes of one file: as programs see them, and as the power leaves them. Of a sector that was written since the last
 * force, any version may be what is left. Confined to the world's thread.
 */
final class SimFile {
    static final int SECTOR = 512;
    private static final int MOST_VERSIONS = 4;

    private byte[] bytes = {};
    private int size;
    private byte[] durable = {};
    private int durableSize;
    /** Every version of each sector that was written since the last force. */
    private final TreeMap<Integer, List<byte[]>> unforced = new TreeMap<>();

    int size() {
        return size;
    }

    boolean isForced() {
        return unforced.isEmpty() && size == durableSize;
    }

    int read(int position, byte[] into, int offset, int length) {
        int count = Math.max(0, Math.min(length, size - position));
        System.arraycopy(bytes, position, into, offset, count);
        return count;
    }

    void write(int position, byte[] from) {
        grow(position + from.length);
        System.arraycopy(from, 0, bytes, position, from.length);
        for (int sector = position / SECTOR; sector * SECTOR < position + from.length; sector++) {
            List<byte[]> versions = unforced.computeIfAbsent(sector, s -> new ArrayList<>(2));
            if (versions.size() == MOST_VERSIONS) {
                versions.remove(0);
            }
            versions.add(Arrays.copyOfRange(bytes, sector * SECTOR, (sector + 1) * SECTOR));
        }
    }

    void grow(int to) {
        if (to + SECTOR > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(to, Math.min(2 * to, to + (1 << 16))) + SECTOR);
        }
        size = Math.max(size, to);
    }

    void force() {
        if (durable.length < size) {
            durable = Arrays.copyOf(durable, bytes.length);
        }
        for (int sector : unforced.keySet()) {
            int start = sector * SECTOR;
            System.arraycopy(bytes, start, durable, start, Math.max(0, Math.min(SECTOR, size - start)));
        }
        unforced.clear();
        durableSize = size;
    }

    /** A force that failed: the pages are taken for clean from now on, though nothing of them was kept. */
    void forgetUnforced() {
        unforced.clear();
    }

    /** The power went. */
    void losePower(Loss loss, IntUnaryOperator below) {
        int left = loss == Loss.ALL || loss == Loss.TORN && below.applyAsInt(2) == 0 ? durableSize : size;
        byte[] image = Arrays.copyOf(durable, Math.max(left, durable.length));
        int kept = loss == Loss.TORN ? below.applyAsInt(3) : 0;
        for (var entry : unforced.entrySet()) {
            int start = entry.getKey() * SECTOR;
            List<byte[]> versions = entry.getValue();
            int choice = loss == Loss.ALL ? -1 : versions.size() - 1;
            if (loss == Loss.TORN && kept > 0) {
                choice = below.applyAsInt(versions.size() + 1) - 1;
            }
            if (choice >= 0 && start < left) {
                System.arraycopy(versions.get(choice), 0, image, start, Math.min(SECTOR, left - start));
            }
        }
        Arrays.fill(image, left, image.length, (byte) 0);
        bytes = Arrays.copyOf(image, image.length + SECTOR);
        size = left;
        durable = image;
        durableSize = left;
        unforced.clear();
    }

    /**
     * Flips bits where they rest: what was written before has reached the disk by then, as systems see to within seconds. Rot in a
     * batch whose seal was still on its way would look like a torn batch, which nobody can tell apart.
     */
    void rot(int position, int mask) {
        force();
        bytes[position] ^= (byte) mask;
        if (position < durable.length) {
            durable[position] ^= (byte) mask;
        }
    }

    /** {@return the file as it would be if nothing unforced were kept} */
    SimFile durableCopy() {
        SimFile copy = new SimFile();
        copy.bytes = Arrays.copyOf(durable, Math.max(durable.length, durableSize) + SECTOR);
        copy.size = durableSize;
        copy.durable = copy.bytes.clone();
        copy.durableSize = durableSize;
        return copy;
    }

    /** {@return a file that is the same in every respect} */
    SimFile copy() {
        SimFile copy = new SimFile();
        copy.bytes = bytes.clone();
        copy.size = size;
        copy.durable = durable.clone();
        copy.durableSize = durableSize;
        unforced.forEach((sector, versions) -> copy.unforced.put(sector, new ArrayList<>(versions)));
        return copy;
    }
}
