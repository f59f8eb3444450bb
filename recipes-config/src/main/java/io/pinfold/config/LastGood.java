package io.pinfold.config;

import io.pinfold.framework.SerialExecutor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that keeps the last configuration that was seen, for a start without a server. It is written as a whole beside the
 * old one and moved over it, and has a checksum: what is read was written by somebody once, or nothing is.
 *
 * <p>Thread-safe: writes one at a time on the common pool, the newest of those that wait.
 */
final class LastGood {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigTree.class);
    private static final int MAGIC = 0x50464332; // "PFC2"

    private final Path file;
    private final Keys keys;
    private final SerialExecutor disk = new SerialExecutor(ForkJoinPool.commonPool());
    private final AtomicReference<Optional<ConfigSnapshot>> newest = new AtomicReference<>(Optional.empty());

    LastGood(Path file, Keys keys) {
        this.file = file;
        this.keys = keys;
    }

    /** {@return what was saved, if there is something to be trusted} */
    Optional<ConfigSnapshot> load() {
        try {
            return Optional.of(decode(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("last-good-unreadable file={} reason={}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** {@return for how long what was saved may be out of date} */
    Duration age() {
        try {
            FileTime written = Files.getLastModifiedTime(file);
            Duration age = Duration.between(written.toInstant(), Instant.now());
            return age.isNegative() ? Duration.ZERO : age;
        } catch (IOException e) {
            return Duration.ZERO;
        }
    }

    /** Has a configuration saved, unless a newer one comes before that. Does not block. */
    void save(ConfigSnapshot snapshot) {
        newest.set(Optional.of(snapshot));
        disk.execute(() -> newest.getAndSet(Optional.empty()).ifPresent(this::write));
    }

    /** {@return completes when everything that was given before is saved, or could not be} */
    CompletableFuture<Void> flushed() {
        return CompletableFuture.runAsync(() -> {}, disk);
    }

    private void write(ConfigSnapshot snapshot) {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.write(beside, encode(snapshot));
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("last-good-unwritable file={} reason={}", file, e.toString());
        }
    }

    private static byte[] encode(ConfigSnapshot snapshot) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeUTF(snapshot.root());
            out.writeLong(snapshot.zxid());
            out.writeBoolean(snapshot.exact());
            for (ConfigEntry entry : snapshot.entries()) {
                out.writeBoolean(true);
                out.writeUTF(entry.key());
                out.writeInt(entry.version());
                out.writeLong(entry.createdAt());
                out.writeLong(entry.changedAt());
                out.writeInt(entry.data().length);
                out.write(entry.data());
            }
            out.writeBoolean(false);
            out.writeLong(checksum(bytes.toByteArray(), bytes.size()));
        }
        return bytes.toByteArray();
    }

    private ConfigSnapshot decode(byte[] bytes) throws IOException {
        int length = bytes.length - Long.BYTES;
        if (length < 0 || checksum(bytes, length) != ByteBuffer.wrap(bytes).getLong(length)) {
            throw new IOException("damaged, or no saved configuration");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length))) {
            int magic = in.readInt();
            String root = in.readUTF();
            if (magic != MAGIC || !root.equals(keys.root())) {
                throw new IOException("another configuration: " + root);
            }
            long zxid = in.readLong();
            boolean exact = in.readBoolean();
            SortedMap<String, ConfigEntry> entries = new TreeMap<>();
            while (in.readBoolean()) {
                String key = in.readUTF();
                int version = in.readInt();
                long createdAt = in.readLong();
                long changedAt = in.readLong();
                byte[] data = in.readNBytes(in.readInt());
                entries.put(key, new ConfigEntry(key, data, version, createdAt, changedAt));
            }
            return new ConfigSnapshot(keys, zxid, exact, entries);
        }
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }
}
