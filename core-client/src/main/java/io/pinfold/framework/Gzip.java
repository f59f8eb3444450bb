package io.pinfold.framework;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Bytes in gzip's format. Stateless. */
final class Gzip {
    /** What is unpacked may be a thousand times as long, and anybody may have written it. */
    private static final int LONGEST = 64 << 20;

    private Gzip() {}

    static byte[] pack(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen in memory
        }
        return packed.toByteArray();
    }

    /** {@return what was packed, or the bytes themselves if they are not packed} */
    static byte[] unpack(byte[] bytes) {
        if (!isPacked(bytes)) {
            return bytes;
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] unpacked = in.readNBytes(LONGEST + 1);
            if (unpacked.length > LONGEST) {
                throw new IllegalArgumentException("Compressed bytes that stand for more than " + LONGEST);
            }
            return unpacked;
        } catch (IOException e) {
            throw new IllegalArgumentException("Damaged, or not compressed: " + e.getMessage(), e);
        }
    }

    private static boolean isPacked(byte[] bytes) {
        return bytes.length >= 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
    }
}
