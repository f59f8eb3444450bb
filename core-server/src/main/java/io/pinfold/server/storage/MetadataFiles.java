package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two copies of the metadata. A change is written to one, forced, then written to the other and forced; only then does
 * anybody hear of it. So a crash leaves one good copy, and if that is the older one, nobody heard of the newer; and when
 * one copy rots, the other still has the last change. What is read may be in memory only: a process whose force failed has
 * ended, and the next one cannot tell; so both copies are written and forced before anybody relies on them. Confined to
 * the disk thread, after the storage was opened.
 */
final class MetadataFiles {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataFiles.class);
    private static final long MAGIC = 0x50494e464d455431L; // "PINFMET1"
    private static final int VERSION = 1;
    private static final int CHECKED = 8 + 4 + 8 + 8 + 4 + 4 + 16 + Identity.SESSION_KEY_BYTES + 8 + 8;
    private static final int ADOPTED = 1;
    private static final int FOUNDER = 2;

    private record Copy(
            long generation, Metadata metadata, @Nullable Damage damage) {}

    private final Disk disk;
    private long generation;
    private @Nullable Damage damage;
    private @Nullable Metadata current;

    MetadataFiles(Disk disk) {
        this.disk = disk;
    }

    /** Lays both copies of a new directory. */
    void create(Metadata metadata) throws IOException {
        generation = 1;
        create(FileNames.METADATA_A, metadata);
        create(FileNames.METADATA_B, metadata);
    }

    private void create(String name, Metadata metadata) throws IOException {
        String staged = name + FileNames.STAGED;
        try (DiskFile file = disk.create(staged, Disk.Access.OWNER_ONLY)) {
            file.write(0, bytes(metadata));
            file.force();
        }
        disk.rename(staged, name);
        disk.forceDirectory();
    }

    /** Reads the copies, and makes both durable as the newer one is. */
    Metadata read() throws IOException {
        List<String> names = disk.list();
        Copy a = read(names, FileNames.METADATA_A);
        Copy b = read(names, FileNames.METADATA_B);
        if (a == null && b == null) {
            throw new StorageException("both copies of the metadata (" + FileNames.METADATA_A + ", "
                    + FileNames.METADATA_B + ") in " + disk.location()
                    + " are damaged or missing, so this member may have forgotten a vote; empty the directory, and the"
                    + " member learns everything anew from its peers, or restore it from a backup if it has none");
        }
        Copy newest = b == null || a != null && a.generation >= b.generation ? a : b;
        generation = newest.generation;
        damage = newest.damage;
        current = newest.metadata;
        if (a == null || b == null || a.generation != b.generation) {
            LOG.info(
                    "copy-rewritten dir={} file={}",
                    disk.location(),
                    newest == a ? FileNames.METADATA_B : FileNames.METADATA_A);
        }
        boolean secondFirst = newest == a; // the only good copy is written when the other one is good
        restore(names, secondFirst ? FileNames.METADATA_B : FileNames.METADATA_A, newest.metadata);
        restore(names, secondFirst ? FileNames.METADATA_A : FileNames.METADATA_B, newest.metadata);
        return newest.metadata;
    }

    private void restore(List<String> names, String name, Metadata metadata) throws IOException {
        if (names.contains(name)) {
            write(name, metadata);
        } else {
            create(name, metadata);
        }
    }

    /** {@return what is remembered to be missing from the log} */
    @Nullable
    Damage damage() {
        return damage;
    }

    /** Remembers what is missing from the log, or that nothing is. */
    void write(@Nullable Damage missing) throws IOException {
        damage = missing;
        write(Objects.requireNonNull(current));
    }

    private @Nullable Copy read(List<String> names, String name) throws IOException {
        if (!names.contains(name)) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(CHECKED + 4);
        try (DiskFile file = disk.open(name)) {
            file.read(0, bytes);
        }
        if (bytes.hasRemaining()
                || bytes.getInt(CHECKED) != Checksums.crc(bytes, 0, CHECKED)
                || bytes.flip().getLong() != MAGIC
                || bytes.getInt() != VERSION) {
            return null;
        }
        long number = bytes.getLong();
        long epoch = bytes.getLong();
        int votedFor = bytes.getInt();
        int flags = bytes.getInt();
        UUID cluster = new UUID(bytes.getLong(), bytes.getLong());
        byte[] key = new byte[Identity.SESSION_KEY_BYTES];
        bytes.get(key);
        Damage missing = new Damage(bytes.getLong(), bytes.getLong());
        return new Copy(
                number,
                new Metadata(epoch, votedFor, (flags & ADOPTED) != 0, (flags & FOUNDER) != 0, cluster, key),
                missing.neededZxid() == 0 ? null : missing);
    }

    /** Makes a change durable in both copies. */
    void write(Metadata metadata) throws IOException {
        generation++;
        current = metadata;
        write(FileNames.METADATA_A, metadata);
        write(FileNames.METADATA_B, metadata);
    }

    private void write(String name, Metadata metadata) throws IOException {
        try (DiskFile file = disk.open(name)) {
            file.write(0, bytes(metadata));
            file.force();
        }
    }

    private ByteBuffer bytes(Metadata metadata) {
        ByteBuffer bytes = ByteBuffer.allocate(CHECKED + 4);
        bytes.putLong(MAGIC).putInt(VERSION).putLong(generation);
        bytes.putLong(metadata.epoch()).putInt(metadata.votedFor());
        bytes.putInt((metadata.adopted() ? ADOPTED : 0) | (metadata.founder() ? FOUNDER : 0));
        bytes.putLong(metadata.clusterId().getMostSignificantBits());
        bytes.putLong(metadata.clusterId().getLeastSignificantBits());
        bytes.put(metadata.sessionKey());
        Damage missing = damage;
        bytes.putLong(missing == null ? 0 : missing.fromZxid());
        bytes.putLong(missing == null ? 0 : missing.neededZxid());
        bytes.putInt(Checksums.crc(bytes, 0, CHECKED));
        return bytes.flip();
    }
}
