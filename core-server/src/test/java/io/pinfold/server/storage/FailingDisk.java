package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A disk of which some calls fail while a test wants it. Thread-safe as what it wraps, and two volatiles. */
public final class FailingDisk implements Disk {
    private final Disk disk;
    private volatile String failing = "";
    private volatile boolean broken;
    private volatile boolean roomy = true;
    private volatile String reason = "";
    private volatile CompletableFuture<Boolean> held = CompletableFuture.completedFuture(true);

    public FailingDisk(Disk disk) {
        this.disk = disk;
    }

    /** Lets calls like "force log-" or "create snapshot-" fail from now on, as an operating system would. */
    public void fail(String calls) {
        broken = false;
        reason = "Input/output error";
        failing = calls;
    }

    /** Lets writing fail from now on, as on a disk without room; what was written before can be forced. */
    public void fill() {
        broken = false;
        reason = "No space left on device";
        failing = "write ";
    }

    /** Lets such calls throw what nobody expects from a disk. */
    public void breakDown(String calls) {
        broken = true;
        failing = calls;
    }

    /** Lets forces wait from now on, until the disk is healed. */
    public void hang() {
        held = new CompletableFuture<>();
    }

    public void heal() {
        failing = "";
        held.complete(true);
    }

    private void call(String what, String name) throws IOException {
        if (!failing.isEmpty() && (what + " " + name).startsWith(failing)) {
            if (broken) {
                throw new IllegalStateException("a mistake in the program");
            }
            throw new IOException(reason);
        }
    }

    @Override
    public String location() {
        return disk.location();
    }

    @Override
    public void lock() throws IOException {
        disk.lock();
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public DiskFile create(String name, Access access) throws IOException {
        call("create", name);
        return new FailingFile(disk.create(name, access));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new FailingFile(disk.open(name));
    }

    /** Lets there be hardly any room, or room again. */
    public void roomy(boolean is) {
        roomy = is;
    }

    @Override
    public boolean hasRoom() {
        return roomy;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        call("rename", from);
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        call("delete", name);
        disk.delete(name);
    }

    @Override
    public void forceDirectory() throws IOException {
        disk.forceDirectory();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    private final class FailingFile implements DiskFile {
        private final DiskFile file;

        FailingFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public String name() {
            return file.name();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(long position, ByteBuffer into) throws IOException {
            return file.read(position, into);
        }

        @Override
        public void write(long position, ByteBuffer from) throws IOException {
            call("write", name());
            file.write(position, from);
        }

        @Override
        public void extend(long size) throws IOException {
            file.extend(size);
        }

        @Override
        public void force() throws IOException {
            call("force", name());
            held.join();
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
