package io.pinfold.wire;

import static io.pinfold.wire.Hex.bytes;
import static io.pinfold.wire.Hex.reader;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class JuteReaderTest {

    @Test
    void readsNumbersBigEndian() throws MalformedFrame {
        JuteReader in = reader("ff 01 00 80 fffffffe 0102030405060708");
        assertEquals(-1, in.readByte());
        assertTrue(in.readBool());
        assertFalse(in.readBool());
        assertTrue(in.readBool(), "anything but 0 is true");
        assertEquals(-2, in.readInt());
        assertEquals(0x0102030405060708L, in.readLong());
        assertEquals(0, in.remaining());
    }

    @Test
    void readsNothingBehindItsLimit() throws MalformedFrame {
        JuteReader in = new JuteReader(new byte[100], 10, 13);
        malformed(in::readInt);
        malformed(in::readLong);
        assertEquals(3, in.remaining(), "a failed read takes nothing");
        in.readByte();
        in.readBool();
        in.readByte();
        malformed(in::readByte);
        malformed(in::readBool);
    }

    @Test
    void readsTextsBehindTheirLengthInBytes() throws MalformedFrame {
        JuteReader in = reader("00000000 | 00000006 2f c3a4 e282ac | 00000005 \"x\" f09f9880");
        assertEquals("", in.readString());
        assertEquals("/ä€", in.readString());
        assertEquals("x\uD83D\uDE00", in.readString());
    }

    @Test
    void readsSupplementaryCharactersWrittenAsTwoSurrogates() throws MalformedFrame {
        assertEquals("a\uD83D\uDE00b", reader("00000008 61 eda0bd edb880 62").readString());
        assertEquals(
                "\uD800\uDC00\uDBFF\uDFFF",
                reader("0000000c eda080 edb080 edafbf edbfbf").readString());
    }

    @Test
    void readsWhatIsNoTextAsReplacementCharacters() throws MalformedFrame {
        assertTrue(reader("00000004 61 eda0bd").readString().startsWith("a\uFFFD"), "half a pair");
        assertTrue(reader("00000004 edb880 61").readString().startsWith("\uFFFD"), "the other half");
        assertEquals("\uFFFD", reader("00000001 ff").readString());
        assertEquals("\uFFFD", reader("00000003 efbfbd").readString(), "sent as such");
    }

    @Test
    void readsNullTextsAsWhatTheFieldMakesOfThem() throws MalformedFrame {
        assertNull(reader("ffffffff").readString());
        assertEquals("", reader("ffffffff").readText());
        malformed(() -> reader("ffffffff").readPath());
        assertEquals("/a", reader("00000002 \"/a\"").readPath());
    }

    @Test
    void keepsNullBuffersApartFromEmptyOnes() throws MalformedFrame {
        JuteReader in = reader("ffffffff 00000000 00000002 0102 ffffffff");
        assertNull(in.readBuffer());
        assertArrayEquals(new byte[0], in.readBuffer());
        assertArrayEquals(bytes("0102"), in.readBuffer());
        assertArrayEquals(new byte[0], in.readBytes());
    }

    @Test
    void refusesLengthsThatCannotBe() {
        for (String length : new String[] {"fffffffe", "80000000", "00000002", "7fffffff"}) {
            malformed(() -> reader(length + "61").readString());
            malformed(() -> reader(length + "61").readText());
            malformed(() -> reader(length + "61").readBuffer());
            malformed(() -> reader(length + "61").readBytes());
            malformed(() -> reader(length + "61").readCount());
        }
    }

    @Test
    void boundsCountsByTheBytesThatRemain() throws MalformedFrame {
        assertEquals(3, reader("00000003 000000").readCount());
        malformed(() -> reader("00000004 000000").readCount());
        assertEquals(2, reader("00000002 00000000 00000000").readCount(4));
        malformed(() -> reader("00000002 00000000 000000").readCount(4));
        assertEquals(0, reader("ffffffff").readCount(), "null");
    }

    @Test
    void takesExpectedBytesOnlyIfAllAreThere() {
        JuteReader in = reader("0102030405").reset(bytes("0102030405"), 1, 4);
        assertFalse(in.accept(bytes("0203ff")));
        assertFalse(in.accept(bytes("02030405")), "the last one is behind the limit");
        assertEquals(3, in.remaining());
        assertTrue(in.accept(bytes("0203")));
        assertEquals(1, in.remaining());
    }

    @Test
    void readsSomethingElseAfterAReset() throws MalformedFrame {
        JuteReader in = new JuteReader();
        malformed(in::readByte);
        assertSame(in, in.reset(bytes("ff 00000007 ff"), 1, 5));
        assertEquals(1, in.position());
        assertEquals(7, in.readInt());
        malformed(in::readByte);
    }

    @Test
    void refusesAStretchThatIsNotThere() {
        JuteReader in = new JuteReader();
        assertThrows(IndexOutOfBoundsException.class, () -> in.reset(new byte[4], 0, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> in.reset(new byte[4], -1, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> in.reset(new byte[4], 3, 2));
    }

    private static void malformed(Executable read) {
        assertThrows(MalformedFrame.class, read);
    }
}
