package io.pinfold.queue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The data of an item's znode: what the queue must know of it besides its name, and the user's bytes. Immutable; the
 * payload must not be changed.
 *
 * @param key the user's key, if there is one
 * @param dedupKey the user's dedup key, if there is one
 * @param deaths how often the item was moved to the dead letters
 * @param reason why it was moved there last
 * @param payload the user's bytes
 */
record Envelope(
        @Nullable String key,
        @Nullable String dedupKey,
        int deaths,
        @Nullable String reason,
        byte[] payload) {
    /** No user's bytes begin with it by chance more often than any other byte; it tells formats apart. */
    private static final int FORMAT = 0x51;

    static Envelope of(PutOptions options, byte[] payload) {
        return new Envelope(options.key(), options.dedupKey(), 0, null, payload);
    }

    /** {@return the same as a dead letter, which keeps nobody out any more} */
    Envelope died(String why) {
        return new Envelope(key, null, deaths + 1, why, payload);
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length + 16);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            writeText(out, key);
            writeText(out, dedupKey);
            out.writeInt(deaths);
            writeText(out, reason);
            out.write(payload);
        } catch (IOException e) {
            throw new UncheckedIOException("An array in memory takes everything", e);
        }
        return bytes.toByteArray();
    }

    /**
     * {@return what the bytes stand for}
     *
     * @throws IllegalArgumentException if they stand for nothing
     */
    static Envelope parse(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readUnsignedByte();
            if (format != FORMAT) {
                throw new IllegalArgumentException("No item of a work queue begins with byte " + format);
            }
            return new Envelope(readText(in), readText(in), in.readInt(), readText(in), in.readAllBytes());
        } catch (IOException e) {
            throw new IllegalArgumentException("The bytes of an item end too early", e);
        }
    }

    private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
        byte[] bytes = text == null ? null : text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static @Nullable String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        if (length > in.available()) {
            throw new IOException("A text of " + length + " bytes");
        }
        return new String(in.readNBytes(length), java.nio.charset.StandardCharsets.UTF_8);
    }
}
