package io.pinfold.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Appends the protocol's primitives to an array that grows. Made to be kept and reused: {@link #reset()} forgets the
 * content and keeps the memory. Confined to one owner at a time.
 */
public final class JuteWriter {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private byte[] bytes;
    private int size;

    /** Makes an empty one with room for a few small frames. */
    public JuteWriter() {
        this(256);
    }

    /**
     * Makes an empty one.
     *
     * @param capacity the number of bytes that fit before it grows for the first time
     */
    public JuteWriter(int capacity) {
        bytes = new byte[capacity];
    }

    /** {@return the array written to: valid up to {@link #size()}, and only until the next write} */
    public byte[] array() {
        return bytes;
    }

    /** {@return the number of bytes written since the last reset} */
    public int size() {
        return size;
    }

    /** {@return a copy of what was written} */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Forgets what was written and keeps the memory. */
    public void reset() {
        size = 0;
    }

    /**
     * Forgets what was written behind a place, for example a reply that turned out to be an error.
     *
     * @param newSize a former {@link #size()}
     */
    public void truncate(int newSize) {
        if (newSize < 0 || newSize > size) {
            throw new IndexOutOfBoundsException("Cannot cut " + size + " bytes back to " + newSize);
        }
        size = newSize;
    }

    /**
     * Makes room, so that what follows does not grow the array several times.
     *
     * @param more how many bytes will be appended
     */
    public void ensure(int more) {
        if (more > bytes.length - size) {
            grow(more);
        }
    }

    private void grow(int more) {
        long needed = (long) size + more;
        if (more < 0 || needed > LARGEST_ARRAY) {
            throw new IllegalStateException("A buffer cannot hold " + needed + " bytes");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(LARGEST_ARRAY, Math.max(needed, 2L * bytes.length)));
    }

    /**
     * Appends one byte.
     *
     * @param value its low eight bits
     */
    public void writeByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /**
     * Appends a boolean: one byte, 1 or 0.
     *
     * @param value the value
     */
    public void writeBool(boolean value) {
        writeByte(value ? 1 : 0);
    }

    /**
     * Appends four bytes.
     *
     * @param value the value
     */
    public void writeInt(int value) {
        ensure(4);
        INT.set(bytes, size, value);
        size += 4;
    }

    /**
     * Appends eight bytes.
     *
     * @param value the value
     */
    public void writeLong(long value) {
        ensure(8);
        LONG.set(bytes, size, value);
        size += 8;
    }

    /**
     * Overwrites four bytes written earlier.
     *
     * @param position where they begin
     * @param value the value
     */
    public void setInt(int position, int value) {
        if (position < 0 || position > size - 4) {
            throw new IndexOutOfBoundsException("No int at " + position + " of " + size + " bytes");
        }
        INT.set(bytes, position, value);
    }

    /**
     * Appends a text as UTF-8 behind its length. A lone surrogate, which UTF-8 cannot express, becomes a question mark.
     * Null is for fields of requests only: in replies it breaks clients.
     *
     * @param text the text; null is written as length −1
     */
    public void writeString(@Nullable String text) {
        if (text == null) {
            writeInt(-1);
            return;
        }
        int length = text.length();
        ensure(Math.addExact(length, 4));
        byte[] to = bytes;
        int at = size + 4;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                writeBeyondAscii(text);
                return;
            }
            to[at + i] = (byte) c;
        }
        INT.set(to, size, length);
        size = at + length;
    }

    private void writeBeyondAscii(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        ensure(Math.addExact(encoded.length, 4));
        writeInt(encoded.length);
        writeRaw(encoded, 0, encoded.length);
    }

    /**
     * Appends bytes behind their length.
     *
     * @param data the bytes; null is written as length −1 and stays distinct from empty
     */
    public void writeBuffer(byte @Nullable [] data) {
        if (data == null) {
            writeInt(-1);
            return;
        }
        ensure(Math.addExact(data.length, 4));
        writeInt(data.length);
        writeRaw(data, 0, data.length);
    }

    /**
     * Appends bytes as they are.
     *
     * @param data holds the bytes
     * @param offset where they begin
     * @param length how many there are
     */
    public void writeRaw(byte[] data, int offset, int length) {
        ensure(length);
        System.arraycopy(data, offset, bytes, size, length);
        size += length;
    }

    /** {@return a mark for {@link #endFrame}: begins a frame by leaving room for its length} */
    public int beginFrame() {
        int mark = size;
        writeInt(0);
        return mark;
    }

    /**
     * Ends a frame: writes its length in front of it.
     *
     * @param mark what {@link #beginFrame} returned
     */
    public void endFrame(int mark) {
        setInt(mark, size - mark - FrameLimits.LENGTH_BYTES);
    }
}
