package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two copies of the identity. Either suffices; a bad one is written anew from the other. Confined to the thread that
 * opens the storage.
 */
final class IdentityFiles {
    static final String OR_EMPTY =
            "; or, if this member has peers, empty the directory, and the member learns everything anew" + " from them";

    private static final Logger LOG = LoggerFactory.getLogger(IdentityFiles.class);
    private static final long MAGIC = 0x50494e464c494431L; // "PINFLID1"
    private static final int VERSION = 1;
    private static final int CHECKED = 8 + 4 + 16 + 8 + 8 + Identity.SESSION_KEY_BYTES;

    private final Disk disk;
    private final List<String> names;

    IdentityFiles(Disk disk, List<String> names) {
        this.disk = disk;
        this.names = names;
    }

    /** {@return whether the directory was ever initialised} */
    boolean exist() {
        return names.contains(FileNames.IDENTITY_A) || names.contains(FileNames.IDENTITY_B);
    }

    static Identity make(StorageOptions options) {
        byte[] random = new byte[Identity.SESSION_KEY_BYTES + 24];
        options.entropy().accept(random);
        ByteBuffer source = ByteBuffer.wrap(random);
        byte[] key = new byte[Identity.SESSION_KEY_BYTES];
        source.get(key);
        long high = source.getLong() & ~0xf000L | 0x4000L; // a version 4 UUID
        long low = source.getLong() & Long.MAX_VALUE >>> 1 | Long.MIN_VALUE;
        UUID clusterId = options.clusterId() == null ? new UUID(high, low) : options.clusterId();
        return new Identity(clusterId, options.memberId(), source.getLong(), key);
    }

    void write(Identity identity) throws IOException {
        write(FileNames.IDENTITY_A, identity);
        write(FileNames.IDENTITY_B, identity);
    }

    private void write(String name, Identity identity) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(CHECKED + 4);
        bytes.putLong(MAGIC).putInt(VERSION);
        bytes.putLong(identity.clusterId().getMostSignificantBits());
        bytes.putLong(identity.clusterId().getLeastSignificantBits());
        bytes.putLong(identity.memberId()).putLong(identity.incarnation()).put(identity.sessionKey());
        bytes.putInt(Checksums.crc(bytes, 0, CHECKED));
        String staged = name + FileNames.STAGED;
        try (DiskFile file = disk.create(staged, Disk.Access.OWNER_ONLY)) {
            file.write(0, bytes.flip());
            file.force();
        }
        disk.rename(staged, name);
        disk.forceDirectory();
    }

    /** Reads the copies and repairs one from the other. */
    Identity read() throws IOException {
        Identity a = read(FileNames.IDENTITY_A);
        Identity b = read(FileNames.IDENTITY_B);
        if (a == null && b == null) {
            throw new StorageException("both copies of the identity (" + FileNames.IDENTITY_A + ", "
                    + FileNames.IDENTITY_B + ") in " + disk.location()
                    + " are damaged or of a later format; restore one from a backup" + OR_EMPTY);
        }
        if (a == null || b == null) {
            String bad = a == null ? FileNames.IDENTITY_A : FileNames.IDENTITY_B;
            LOG.warn("copy-rewritten dir={} file={}", disk.location(), bad);
            Identity good = a == null ? b : a;
            write(bad, good);
            return good;
        }
        if (!a.toString().equals(b.toString()) || !Arrays.equals(a.sessionKey(), b.sessionKey())) {
            throw new StorageException("the files " + FileNames.IDENTITY_A + " and " + FileNames.IDENTITY_B + " in "
                    + disk.location() + " belong to different members; remove the wrong one");
        }
        return a;
    }

    private @Nullable Identity read(String name) throws IOException {
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
        UUID clusterId = new UUID(bytes.getLong(), bytes.getLong());
        long memberId = bytes.getLong();
        long incarnation = bytes.getLong();
        byte[] key = new byte[Identity.SESSION_KEY_BYTES];
        bytes.get(key);
        return new Identity(clusterId, memberId, incarnation, key);
    }
}
