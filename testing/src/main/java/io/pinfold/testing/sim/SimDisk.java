package io.pinfold.testing.sim;

import io.pinfold.server.storage.Disk;
import io.pinfold.server.storage.DiskFile;
import io.pinfold.server.storage.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A data directory that remembers what was forced and what was not: bytes by the sector, names by the change. It survives
 * the processes that use it, loses power, rots, fills up and fails as it is told. Confined to the world's thread.
 */
public final class SimDisk implements Disk {
    /** A create, rename or delete that is not durable yet. */
    private record Change(
            @Nullable String from,
            @Nullable String to,
            @Nullable SimFile file) {
        void apply(Map<String, SimFile> names) {
            SimFile changed = from == null ? file : names.remove(from);
            if (to != null && changed != null) { // else the change before it was lost, and so is this one
                names.put(to, changed);
            }
        }
    }

    private final String location;
    private final @Nullable PlantedBug bug;
    private TreeMap<String, SimFile> names = new TreeMap<>();
    private TreeMap<String, SimFile> durableNames = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private boolean locked;
    private boolean full;
    private boolean failing;
    private int callsLeft = Integer.MAX_VALUE;
    private int forces;

    /**
     * Makes an empty directory.
     *
     * @param location how messages call it
     * @param bug what is wrong with it on purpose; null for nothing
     */
    SimDisk(String location, @Nullable PlantedBug bug) {
        this.location = location;
        this.bug = bug;
    }

    /**
     * Makes an empty directory.
     *
     * @param location how messages call it
     */
    public SimDisk(String location) {
        this(location, null);
    }

    // ---- faults ----

    /** Whoever used the directory is gone; what was not forced is lost as far as {@code loss} says. */
    void lose(Loss loss, IntUnaryOperator below) {
        locked = false;
        callsLeft = Integer.MAX_VALUE;
        if (loss == Loss.NONE) {
            return; // what was not forced may still be lost the next time
        }
        TreeMap<String, SimFile> left = durableNames;
        int until = loss == Loss.TORN ? below.applyAsInt(changes.size() + 1) : 0;
        boolean ordered = loss != Loss.TORN || below.applyAsInt(2) == 0;
        for (int i = 0; i < changes.size(); i++) {
            if (ordered ? i < until : below.applyAsInt(2) == 0) {
                changes.get(i).apply(left);
            }
        }
        Map<SimFile, Boolean> seen = new IdentityHashMap<>();
        for (SimFile file : left.values()) {
            if (seen.put(file, true) == null) {
                file.losePower(loss, below);
            }
        }
        names = new TreeMap<>(left);
        durableNames = left;
        changes.clear();
    }

    /** Loses power in the middle of a coming call, after so many others. */
    void cutPowerAfter(int calls) {
        callsLeft = calls;
    }

    /** Lets the next force fail. */
    void failNextForce() {
        failing = true;
    }

    /** Takes away all free room, or gives it back. */
    void fill(boolean on) {
        full = on;
    }

    /** Flips a bit of a file. {@return whether there is such a byte} */
    boolean rot(String name, int position) {
        SimFile file = names.get(name);
        if (file == null || position >= file.size()) {
            return false;
        }
        file.rot(position, 1 << position % 8);
        return true;
    }

    /** {@return the size of a file} */
    int size(String name) {
        SimFile file = names.get(name);
        return file == null ? 0 : file.size();
    }

    /** {@return the files with such names as they would be if everything that was not forced were lost now} */
    SimDisk durableCopy(String prefix) {
        SimDisk copy = new SimDisk(location);
        durableNames.forEach((name, file) -> {
            if (name.startsWith(prefix)) {
                copy.names.put(name, file.durableCopy());
            }
        });
        copy.durableNames = new TreeMap<>(copy.names);
        return copy;
    }

    /** {@return the same directory, forced or not, with a life of its own} */
    SimDisk copy() {
        SimDisk copy = new SimDisk(location, bug);
        Map<SimFile, SimFile> copies = new IdentityHashMap<>();
        names.forEach((name, file) -> copy.names.put(name, copies.computeIfAbsent(file, SimFile::copy)));
        durableNames.forEach((name, file) -> copy.durableNames.put(name, copies.computeIfAbsent(file, SimFile::copy)));
        for (Change change : changes) {
            SimFile file = change.file();
            copy.changes.add(new Change(
                    change.from(), change.to(), file == null ? null : copies.computeIfAbsent(file, SimFile::copy)));
        }
        return copy;
    }

    private void call(boolean grows) throws IOException {
        if (callsLeft-- <= 0) {
            callsLeft = Integer.MAX_VALUE;
            throw new PowerCut();
        }
        if (full && grows) {
            throw new IOException("No space left on device");
        }
    }

    // ---- the directory ----

    @Override
    public String location() {
        return location;
    }

    @Override
    public void lock() throws IOException {
        if (locked) {
            throw new StorageException("data directory " + location + " is used by another process");
        }
        locked = true;
    }

    @Override
    public List<String> list() {
        return new ArrayList<>(names.keySet());
    }

    @Override
    public DiskFile create(String name, Access access) throws IOException {
        call(true);
        if (names.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        SimFile file = new SimFile();
        change(new Change(null, name, file));
        return new Handle(name, file);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new Handle(name, find(name));
    }

    private SimFile find(String name) throws IOException {
        SimFile file = names.get(name);
        if (file == null) {
            throw new FileNotFoundException(name);
        }
        return file;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        call(false);
        find(from);
        change(new Change(from, to, null));
    }

    @Override
    public void delete(String name) throws IOException {
        call(false);
        find(name);
        change(new Change(name, null, null));
    }

    private void change(Change change) {
        change.apply(names);
        changes.add(change);
    }

    @Override
    public void forceDirectory() throws IOException {
        call(false);
        if (bug != PlantedBug.DIRECTORY_NOT_FORCED) {
            durableNames = new TreeMap<>(names);
            changes.clear();
        }
    }

    @Override
    public void close() {
        locked = false;
    }

    // ---- files ----

    /** An open file. */
    private final class Handle implements DiskFile {
        private final String name;
        private final SimFile file;

        Handle(String name, SimFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public int read(long position, ByteBuffer into) {
            byte[] bytes = new byte[Math.max(0, Math.min(into.remaining(), file.size() - (int) position))];
            int count = file.read((int) position, bytes, 0, bytes.length);
            into.put(bytes, 0, count);
            return count;
        }

        @Override
        public void write(long position, ByteBuffer from) throws IOException {
            call(position + from.remaining() > file.size());
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            file.write((int) position, bytes);
        }

        @Override
        public void extend(long size) throws IOException {
            call(true);
            file.grow((int) size);
        }

        @Override
        public void force() throws IOException {
            call(false);
            forces++;
            if (failing) {
                failing = false;
                file.forgetUnforced();
                if (bug == PlantedBug.FORCE_RETRIED) {
                    return;
                }
                throw new IOException("Input/output error");
            }
            if (!isLie()) {
                file.force();
            }
        }

        /** Says that it forced what it did not. */
        private boolean isLie() {
            if (bug == null) {
                return false;
            }
            return switch (bug) {
                case NOTHING_FORCED -> true;
                case FORCE_LOST_NOW_AND_THEN -> name.startsWith("log-") && forces % 8 == 0;
                case SNAPSHOT_NOT_FORCED -> name.startsWith("snapshot-");
                case METADATA_NOT_FORCED -> name.startsWith("metadata-");
                default -> false;
            };
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
