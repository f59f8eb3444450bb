package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class CodecTest {
    @Test
    void everyCodecReadsWhatItWrote() {
        byte[] bytes = {1, 2, 3};

        assertSame(bytes, Codec.BYTES.decode(Codec.BYTES.encode(bytes)));
        assertEquals("Grüße", Codec.TEXT.decode(Codec.TEXT.encode("Grüße")));
        assertEquals(-7, Codec.INT.decode(Codec.INT.encode(-7)));
        assertEquals(-7, Codec.INT_TEXT.decode(Codec.INT_TEXT.encode(-7)));
        assertEquals(-7, Codec.INT_TEXT.decode(Codec.TEXT.encode(" -7\n")));
        assertEquals(-7L, Codec.LONG.decode(Codec.LONG.encode(-7L)));
    }

    @Test
    void compressedBytesAreReadAndPlainOnesToo() throws IOException {
        Codec<String> codec = Codec.TEXT.compressed();
        String text = "a".repeat(10_000);

        assertEquals(text, codec.decode(codec.encode(text)));
        assertTrue(codec.encode(text).length < 100);
        assertEquals("plain", codec.decode(Codec.TEXT.encode("plain")));
        assertEquals("", codec.decode(new byte[0]));
        try (GZIPInputStream anybody = new GZIPInputStream(new ByteArrayInputStream(codec.encode("ours")))) {
            assertEquals("ours", Codec.TEXT.decode(anybody.readAllBytes()));
        }
    }

    @Test
    void compressedBytesThatAreDamagedOrStandForTooMuchAreRefused() {
        Codec<byte[]> codec = Codec.BYTES.compressed();
        byte[] damaged = codec.encode(new byte[100]);
        damaged[damaged.length - 5] ^= 1; // of the checksum

        assertThrows(IllegalArgumentException.class, () -> codec.decode(damaged));
        assertThrows(IllegalArgumentException.class, () -> codec.decode(new byte[] {0x1f, (byte) 0x8b}));
        byte[] bomb = codec.encode(new byte[(64 << 20) + 1]);
        assertThrows(IllegalArgumentException.class, () -> codec.decode(bomb));
    }

    @Test
    void aNumberHasItsMostSignificantByteFirst() {
        assertArrayEquals(new byte[] {0, 0, 0, 0, 0, 0, 1, 2}, Codec.LONG.encode(258L));
        assertArrayEquals(new byte[] {0, 0, 1, 2}, Codec.INT.encode(258));
    }
}
