package io.pinfold.wire;

import static io.pinfold.wire.Hex.assertWritten;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JuteWriterTest {
    private final JuteWriter out = new JuteWriter(0);

    @Test
    void writesNumbersBigEndian() {
        out.writeByte(0x1ff);
        out.writeBool(true);
        out.writeBool(false);
        out.writeInt(-2);
        out.writeLong(0x0102030405060708L);
        assertWritten("ff 01 00 fffffffe 0102030405060708", out);
    }

    @Test
    void writesTextsBehindTheirLengthInBytes() {
        out.writeString("");
        out.writeString("/a b");
        out.writeString("/ä€");
        assertWritten("00000000 | 00000004 \"/a b\" | 00000006 2f c3a4 e282ac", out);
    }

    @Test
    void writesSupplementaryCharactersAsFourBytesOfUtf8() {
        out.writeString("x\uD83D\uDE00");
        assertWritten("00000005 \"x\" f09f9880", out);
    }

    @Test
    void writesALoneSurrogateAsAQuestionMark() {
        out.writeString("a\uD83Db\uDE00");
        assertWritten("00000004 \"a?b?\"", out);
    }

    @Test
    void writesNullTextsAndBuffersAsLengthMinusOne() {
        out.writeString(null);
        out.writeBuffer(null);
        assertWritten("ffffffff ffffffff", out);
    }

    @Test
    void keepsEmptyBuffersApartFromNull() {
        out.writeBuffer(new byte[0]);
        out.writeBuffer(new byte[] {1, 2});
        assertWritten("00000000 | 00000002 0102", out);
    }

    @Test
    void copiesRawBytesFromTheMiddleOfAnArray() {
        out.writeRaw(new byte[] {1, 2, 3, 4}, 1, 2);
        assertWritten("0203", out);
    }

    @Test
    void putsTheLengthInFrontOfAFrame() {
        out.writeByte(9);
        int first = out.beginFrame();
        out.writeInt(7);
        out.writeByte(1);
        out.endFrame(first);
        int second = out.beginFrame();
        out.endFrame(second);
        assertWritten("09 | 00000005 00000007 01 | 00000000", out);
    }

    @Test
    void growsWithoutLosingAnything() {
        byte[] large = new byte[10_000];
        large[9_999] = 5;
        out.writeInt(1);
        out.writeRaw(large, 0, large.length);
        out.writeString("ä".repeat(5_000));
        assertEquals(4 + 10_000 + 4 + 10_000, out.size());
        assertEquals(1, out.array()[3]);
        assertEquals(5, out.array()[10_003]);
        assertEquals((byte) 0xa4, out.array()[20_007]);
    }

    @Test
    void keepsItsMemoryWhenReset() {
        out.writeString("a".repeat(1_000));
        byte[] memory = out.array();
        out.reset();
        out.writeInt(3);
        assertSame(memory, out.array());
        assertWritten("00000003", out);
    }

    @Test
    void forgetsWhatStandsBehindAPlace() {
        out.writeInt(1);
        int place = out.size();
        out.writeString("a reply that failed half way");
        out.truncate(place);
        out.writeInt(2);
        assertWritten("00000001 00000002", out);
        assertThrows(IndexOutOfBoundsException.class, () -> out.truncate(9));
        assertThrows(IndexOutOfBoundsException.class, () -> out.truncate(-1));
    }

    @Test
    void overwritesOnlyWhatWasWritten() {
        out.ensure(100);
        out.writeLong(0);
        out.setInt(4, -1);
        assertWritten("00000000 ffffffff", out);
        assertThrows(IndexOutOfBoundsException.class, () -> out.setInt(5, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> out.setInt(-1, 1));
    }

    @Test
    void saysThatItCannotHoldMoreThanAnArrayCan() {
        out.writeInt(1);
        assertThrows(IllegalStateException.class, () -> out.ensure(Integer.MAX_VALUE));
        assertThrows(IllegalStateException.class, () -> out.ensure(Integer.MAX_VALUE - 10));
    }

    @Test
    void encodesLikeTheJdk() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c += 13) {
            String text = "/n-" + Character.toString(c) + "-z";
            out.reset();
            out.writeString(text);
            byte[] expected = text.getBytes(StandardCharsets.UTF_8);
            assertEquals(expected.length, out.array()[3]);
            byte[] actual = new byte[expected.length];
            System.arraycopy(out.array(), 4, actual, 0, actual.length);
            assertArrayEquals(expected, actual, () -> text);
        }
    }
}
