package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** A data directory in memory that is gone with the process. Thread-safe: one lock around everything. */
public final class HeapDisk implements Disk {
    private static final int PAGE_BYTES = 16 << 10;

    private final ReentrantLock guard = new ReentrantLock();
    private final TreeMap<String, Pages> files = new TreeMap<>();
    private boolean locked;

    /** Makes an empty directory. */
    public HeapDisk() {}

    @Override
    public String location() {
        return "memory";
    }

    @Override
    public void lock() throws StorageException {
        guard.lock();
        try {
            if (locked) {
                throw new StorageException("data directory memory is used by another process");
            }
            locked = true;
        } finally {
            guard.unlock();
        }
    }

    @Override
    public List<String> list() {
        guard.lock();
        try {
            return new ArrayList<>(files.keySet());
        } finally {
            guard.unlock();
        }
    }

    @Override
    public DiskFile create(String name, Access access) throws IOException {
        guard.lock();
        try {
            if (files.containsKey(name)) {
                throw new FileAlreadyExistsException(name);
            }
            Pages pages = new Pages();
            files.put(name, pages);
            return new OpenFile(name, pages);
        } finally {
            guard.unlock();
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        guard.lock();
        try {
            return new OpenFile(name, existing(name));
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        guard.lock();
        try {
            Pages pages = existing(from);
            files.remove(from);
            files.put(to, pages);
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void delete(String name) throws IOException {
        guard.lock();
        try {
            existing(name);
            files.remove(name);
        } finally {
            guard.unlock();
        }
    }

    private Pages existing(String name) throws NoSuchFileException {
        Pages pages = files.get(name);
        if (pages == null) {
            throw new NoSuchFileException(name);
        }
        return pages;
    }

    @Override
    public void forceDirectory() {}

    @Override
    public void close() {
        guard.lock();
        try {
            locked = false;
        } finally {
            guard.unlock();
        }
    }

    /** The bytes of one file; a page that was never written takes no room and reads as zeros. */
    private static final class Pages {
        final TreeMap<Long, byte[]> pages = new TreeMap<>();
        long size;
    }

    private final class OpenFile implements DiskFile {
        private final String name;
        private final Pages content;

        OpenFile(String name, Pages content) {
            this.name = name;
            this.content = content;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            guard.lock();
            try {
                return content.size;
            } finally {
                guard.unlock();
            }
        }

        @Override
        public int read(long position, ByteBuffer into) {
            guard.lock();
            try {
                int total = 0;
                while (into.hasRemaining() && position + total < content.size) {
                    total += readWithinPage(position + total, into);
                }
                return total;
            } finally {
                guard.unlock();
            }
        }

        private int readWithinPage(long at, ByteBuffer into) {
            int offset = (int) (at % PAGE_BYTES);
            int count = (int) Math.min(Math.min(PAGE_BYTES - offset, into.remaining()), content.size - at);
            byte[] page = content.pages.get(at / PAGE_BYTES);
            into.put(page == null ? new byte[count] : page, page == null ? 0 : offset, count);
            return count;
        }

        @Override
        public void write(long position, ByteBuffer from) {
            guard.lock();
            try {
                long at = position;
                while (from.hasRemaining()) {
                    int offset = (int) (at % PAGE_BYTES);
                    int count = Math.min(PAGE_BYTES - offset, from.remaining());
                    byte[] page = content.pages.computeIfAbsent(at / PAGE_BYTES, k -> new byte[PAGE_BYTES]);
                    from.get(page, offset, count);
                    at += count;
                }
                content.size = Math.max(content.size, at);
            } finally {
                guard.unlock();
            }
        }

        @Override
        public void extend(long size) {
            guard.lock();
            try {
                content.size = Math.max(content.size, size);
            } finally {
                guard.unlock();
            }
        }

        @Override
        public void force() {}

        @Override
        public void close() {}
    }
}
