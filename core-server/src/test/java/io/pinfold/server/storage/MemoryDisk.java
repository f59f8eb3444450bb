package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A disk that forgets what was not forced: of every sector written since the last force, any version may be what a crash
 * leaves, and of every name changed since the directory was forced, the old or the new meaning. Confined to one thread.
 */
public final class MemoryDisk implements Disk {
    static final int SECTOR = 512;

    private TreeMap<String, Inode> names = new TreeMap<>();
    private TreeMap<String, Inode> durableNames = new TreeMap<>();
    private boolean locked;
    private int calls;
    private int crashAt = Integer.MAX_VALUE;
    private String failing = "";
    private long capacity = Long.MAX_VALUE;

    /** The power went. */
    public static final class Crash extends RuntimeException {}

    private static final class Inode {
        byte[] bytes = new byte[0];
        byte[] durable = new byte[0];
        final Map<Integer, List<byte[]>> versions = new HashMap<>();
        final Set<Integer> allocated = new HashSet<>();

        void grow(int size) {
            if (bytes.length < size) {
                bytes = Arrays.copyOf(bytes, size);
            }
        }

        void touch(int from, int to) {
            for (int sector = from / SECTOR; sector * SECTOR < to; sector++) {
                int start = sector * SECTOR;
                byte[] version = Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + SECTOR));
                versions.computeIfAbsent(sector, s -> new ArrayList<>()).add(version);
                allocated.add(sector);
            }
        }

        /** {@return how many sectors a write would take that have no room yet} */
        long fresh(int from, int to) {
            long fresh = 0;
            for (int sector = from / SECTOR; sector * SECTOR < to; sector++) {
                fresh += allocated.contains(sector) ? 0 : 1;
            }
            return fresh;
        }

        void force() {
            durable = bytes.clone();
            versions.clear();
        }

        Inode afterCrash(Random random) {
            Inode left = new Inode();
            int size = random.nextBoolean() ? durable.length : bytes.length;
            left.bytes = Arrays.copyOf(durable, size);
            for (int sector : new TreeSet<>(versions.keySet())) {
                List<byte[]> candidates = versions.get(sector);
                int choice = random.nextInt(candidates.size() + 1);
                int start = sector * SECTOR;
                if (choice < candidates.size() && start < size) {
                    byte[] version = candidates.get(choice);
                    System.arraycopy(version, 0, left.bytes, start, Math.min(version.length, size - start));
                }
            }
            left.durable = left.bytes.clone();
            return left;
        }

        Inode copy() {
            Inode copy = new Inode();
            copy.bytes = bytes.clone();
            copy.durable = bytes.clone();
            copy.allocated.addAll(allocated);
            return copy;
        }
    }

    /** Loses power just before the call with this number. */
    public MemoryDisk crashAt(int call) {
        crashAt = call;
        return this;
    }

    public int calls() {
        return calls;
    }

    /** Lets the next call of this name, and only it, fail. */
    public void failNext(String call) {
        failing = call;
    }

    /** Lets the disk be full when its files take so much room; what was only extended takes none. */
    public void capacity(long bytes) {
        capacity = bytes;
    }

    /** {@return how much room the files take: whole sectors that were ever written} */
    public long used() {
        return names.values().stream()
                        .mapToLong(inode -> inode.allocated.size())
                        .sum()
                * SECTOR;
    }

    /** {@return what is left after the power went} */
    public MemoryDisk afterCrash(Random random) {
        MemoryDisk left = new MemoryDisk();
        TreeSet<String> all = new TreeSet<>(names.keySet());
        all.addAll(durableNames.keySet());
        Map<Inode, Inode> copies = new HashMap<>();
        for (String name : all) {
            Inode inode = (random.nextBoolean() ? names : durableNames).get(name);
            if (inode != null) {
                Inode copy = copies.computeIfAbsent(inode, i -> i.afterCrash(random));
                left.names.put(name, copy);
            }
        }
        left.durableNames = new TreeMap<>(left.names);
        return left;
    }

    /** {@return the same disk after the process died but the power stayed; what was not forced may still be lost} */
    public MemoryDisk afterKill() {
        MemoryDisk same = new MemoryDisk();
        same.names = new TreeMap<>(names);
        same.durableNames = new TreeMap<>(durableNames);
        return same;
    }

    /** {@return another disk that holds the same, all of it durable} */
    public MemoryDisk copy() {
        MemoryDisk copy = new MemoryDisk();
        names.forEach((name, inode) -> copy.names.put(name, inode.copy()));
        copy.durableNames = new TreeMap<>(copy.names);
        return copy;
    }

    public byte[] bytes(String name) {
        return names.get(name).bytes;
    }

    public void put(String name, byte[] bytes) {
        Inode inode = new Inode();
        inode.bytes = bytes;
        inode.force();
        names.put(name, inode);
        durableNames.put(name, inode);
    }

    public void remove(String name) {
        names.remove(name);
        durableNames.remove(name);
    }

    private void call(String what) throws IOException {
        if (calls++ >= crashAt) {
            throw new Crash();
        }
        if (failing.equals(what)) {
            failing = "";
            throw new IOException("No space left on device");
        }
    }

    @Override
    public String location() {
        return "/data";
    }

    @Override
    public void lock() throws IOException {
        if (locked) {
            throw new StorageException("data directory /data is used by another process");
        }
        locked = true;
    }

    @Override
    public List<String> list() {
        return new ArrayList<>(names.keySet());
    }

    @Override
    public DiskFile create(String name, Access access) throws IOException {
        call("create");
        if (names.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        names.put(name, new Inode());
        return open(name);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        if (!names.containsKey(name)) {
            throw new NoSuchFileException(name);
        }
        return new OpenFile(name, names.get(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        call("rename");
        names.put(to, names.remove(from));
    }

    @Override
    public void delete(String name) throws IOException {
        call("delete");
        if (names.remove(name) == null) {
            throw new NoSuchFileException(name);
        }
    }

    @Override
    public void forceDirectory() throws IOException {
        call("forceDirectory");
        durableNames = new TreeMap<>(names);
    }

    @Override
    public void close() {
        locked = false;
    }

    private final class OpenFile implements DiskFile {
        private final String name;
        private final Inode inode;

        OpenFile(String name, Inode inode) {
            this.name = name;
            this.inode = inode;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            return inode.bytes.length;
        }

        @Override
        public int read(long position, ByteBuffer into) {
            int count = (int) Math.max(0, Math.min(into.remaining(), inode.bytes.length - position));
            if (count > 0) {
                into.put(inode.bytes, (int) position, count);
            }
            return count;
        }

        @Override
        public void write(long position, ByteBuffer from) throws IOException {
            call("write");
            int start = (int) position;
            int end = start + from.remaining();
            if (capacity != Long.MAX_VALUE && used() + inode.fresh(start, end) * SECTOR > capacity) {
                throw new IOException("No space left on device");
            }
            inode.grow(end);
            from.get(inode.bytes, start, end - start);
            inode.touch(start, end);
        }

        @Override
        public void extend(long size) throws IOException {
            call("extend");
            inode.grow((int) size);
        }

        @Override
        public void force() throws IOException {
            call("force");
            inode.force();
        }

        @Override
        public void close() {}
    }
}
