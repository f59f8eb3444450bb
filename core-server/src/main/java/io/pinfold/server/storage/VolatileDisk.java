package io.pinfold.server.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A data directory in memory, for members that live no longer than their process. It outlives the storage that is opened on
 * it, so such a member can be started again. Thread-safe: one lock.
 */
public final class VolatileDisk implements Disk {
    private final String location;
    private final ReentrantLock guard = new ReentrantLock();
    private final TreeMap<String, Content> files = new TreeMap<>();

    /** The bytes of one file. */
    private static final class Content {
        byte[] bytes = new byte[0];
        int size;
    }

    /** Makes an empty directory. */
    public VolatileDisk(String location) {
        this.location = location;
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public void lock() {
        // nobody else can have it
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
            Content content = new Content();
            files.put(name, content);
            return new Handle(name, content);
        } finally {
            guard.unlock();
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        guard.lock();
        try {
            Content content = files.get(name);
            if (content == null) {
                throw new FileNotFoundException(name);
            }
            return new Handle(name, content);
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        guard.lock();
        try {
            Content content = files.remove(from);
            if (content == null) {
                throw new FileNotFoundException(from);
            }
            files.put(to, content);
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void delete(String name) throws IOException {
        guard.lock();
        try {
            if (files.remove(name) == null) {
                throw new FileNotFoundException(name);
            }
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void forceDirectory() {
        // memory has nothing to force
    }

    @Override
    public void close() {
        // the files stay
    }

    /** An open file. */
    private final class Handle implements DiskFile {
        private final String name;
        private final Content content;

        Handle(String name, Content content) {
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
                int count = (int) Math.max(0, Math.min(into.remaining(), content.size - position));
                if (count > 0) {
                    into.put(content.bytes, (int) position, count);
                }
                return count;
            } finally {
                guard.unlock();
            }
        }

        @Override
        public void write(long position, ByteBuffer from) {
            guard.lock();
            try {
                int count = from.remaining();
                grow(position + count);
                from.get(content.bytes, (int) position, count);
            } finally {
                guard.unlock();
            }
        }

        @Override
        public void extend(long size) {
            guard.lock();
            try {
                grow(size);
            } finally {
                guard.unlock();
            }
        }

        private void grow(long size) {
            if (size > content.bytes.length) {
                long room = Math.max(size, Math.min(content.bytes.length * 2L, 1 << 28));
                content.bytes = Arrays.copyOf(content.bytes, (int) room);
            }
            content.size = (int) Math.max(content.size, size);
        }

        @Override
        public void force() {
            // memory has nothing to force
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
