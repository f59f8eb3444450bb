package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

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
    void aNumberHasItsMostSignificantByteFirst() {
        assertArrayEquals(new byte[] {0, 0, 0, 0, 0, 0, 1, 2}, Codec.LONG.encode(258L));
        assertArrayEquals(new byte[] {0, 0, 1, 2}, Codec.INT.encode(258));
    }
}
