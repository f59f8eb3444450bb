package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk on which nothing is ever forced, for tests that need no durability. Thread-safe as what it wraps. */
record UnforcedDisk(Disk disk) implements Disk {
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
        return new UnforcedFile(disk.create(name, access));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new UnforcedFile(disk.open(name));
    }

    @Override
    public boolean hasRoom() {
        return disk.hasRoom();
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void forceDirectory() {}

    @Override
    public void close() throws IOException {
        disk.close();
    }

    private record UnforcedFile(DiskFile file) implements DiskFile {
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
            file.write(position, from);
        }

        @Override
        public void extend(long size) throws IOException {
            file.extend(size);
        }

        @Override
        public void force() {}

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
