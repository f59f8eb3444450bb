package io.pinfold.server.storage;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A directory of the file system. Thread-safe as {@link Disk} asks; locking and closing belong to the opener. */
public final class FileDisk implements Disk {
    private static final String LOCK_FILE = "lock";
    /** Deletions and the ends of sessions are written, too, for as long as it takes somebody to make room. */
    private static final long RESERVE_BYTES = 64L << 20;

    /** Of a small disk, only so small a part is kept in reserve. */
    private static final int RESERVE_SHARE = 20;

    private final Path directory;
    private @Nullable FileChannel lockChannel;

    /** Uses a directory, which is created when it is missing. */
    public FileDisk(Path directory) throws IOException {
        this.directory = directory.toAbsolutePath().normalize();
        Poison.describing("create data directory " + this.directory, this::createDirectory);
    }

    private void createDirectory() throws IOException {
        List<Path> parentsOfNew = new ArrayList<>();
        for (Path path = directory; path.getParent() != null && !Files.exists(path); path = path.getParent()) {
            parentsOfNew.add(path.getParent());
        }
        Files.createDirectories(directory);
        for (Path parent : parentsOfNew) {
            forceDirectory(parent);
        }
    }

    @Override
    public String location() {
        return directory.toString();
    }

    @Override
    public void lock() throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            throw new StorageException("data directory " + directory + " is used by another process");
        }
        lockChannel = channel; // the lock lives as long as its channel
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisJvm) {
            return false;
        }
    }

    @Override
    public List<String> list() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (!entry.getFileName().toString().equals(LOCK_FILE)) {
                    names.add(entry.getFileName().toString());
                }
            }
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public DiskFile create(String name, Access access) throws IOException {
        Set<StandardOpenOption> how =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new OpenFile(name, FileChannel.open(directory.resolve(name), how, attributes(access)));
    }

    private FileAttribute<?>[] attributes(Access access) {
        boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        return access == Access.OWNER_ONLY && posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new OpenFile(
                name, FileChannel.open(directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    @Override
    public void forceDirectory() throws IOException {
        forceDirectory(directory);
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public boolean hasRoom() {
        File place = directory.toFile();
        long usable = place.getUsableSpace();
        return usable >= RESERVE_BYTES || usable >= place.getTotalSpace() / RESERVE_SHARE;
    }

    @Override
    public void close() throws IOException {
        if (lockChannel != null) {
            lockChannel.close();
        }
    }

    private record OpenFile(String name, FileChannel channel) implements DiskFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(long position, ByteBuffer into) throws IOException {
            int total = 0;
            while (into.hasRemaining()) {
                int count = channel.read(into, position + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        }

        @Override
        public void write(long position, ByteBuffer from) throws IOException {
            long at = position;
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        }

        @Override
        public void extend(long size) throws IOException {
            if (size > channel.size()) {
                write(size - 1, ByteBuffer.allocate(1));
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false); // fdatasync also makes a changed size durable
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
