package io.pinfold.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes the protocol's primitives from a stretch of an array, without trusting it: whatever the bytes are, the only
 * failure is {@link MalformedFrame}, and nothing is allocated that the bytes at hand could not fill. Made to be kept
 * and reused by {@link #reset}. Confined to one owner at a time.
 */
public final class JuteReader {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] EMPTY = {};

    private byte[] bytes = EMPTY;
    private int position;
    private int limit;

    /** Makes one over nothing; {@link #reset} gives it something to read. */
    public JuteReader() {}

    /**
     * Makes one.
     *
     * @param bytes what to read, all of it
     */
    public JuteReader(byte[] bytes) {
        reset(bytes, 0, bytes.length);
    }

    /**
     * Makes one.
     *
     * @param bytes holds what to read
     * @param offset index of the first byte to read
     * @param limit index behind the last byte to read
     */
    public JuteReader(byte[] bytes, int offset, int limit) {
        reset(bytes, offset, limit);
    }

    /**
     * {@return this, reading something else from now on}
     *
     * @param newBytes holds what to read; not copied
     * @param offset index of the first byte to read
     * @param newLimit index behind the last byte to read
     */
    public JuteReader reset(byte[] newBytes, int offset, int newLimit) {
        if (offset < 0 || offset > newLimit || newLimit > newBytes.length) {
            throw new IndexOutOfBoundsException(
                    "No stretch from " + offset + " to " + newLimit + " in " + newBytes.length + " bytes");
        }
        bytes = newBytes;
        position = offset;
        limit = newLimit;
        return this;
    }

    /** {@return the number of bytes not read yet} */
    public int remaining() {
        return limit - position;
    }

    /** {@return the index in the array of the next byte} */
    public int position() {
        return position;
    }

    /**
     * {@return the next byte}
     *
     * @throws MalformedFrame if there is none
     */
    public byte readByte() throws MalformedFrame {
        return bytes[take(1)];
    }

    /**
     * {@return whether the next byte is anything but 0}
     *
     * @throws MalformedFrame if there is none
     */
    public boolean readBool() throws MalformedFrame {
        return bytes[take(1)] != 0;
    }

    /**
     * {@return the next four bytes}
     *
     * @throws MalformedFrame if there are fewer
     */
    public int readInt() throws MalformedFrame {
        return (int) INT.get(bytes, take(4));
    }

    /**
     * {@return the next eight bytes}
     *
     * @throws MalformedFrame if there are fewer
     */
    public long readLong() throws MalformedFrame {
        return (long) LONG.get(bytes, take(8));
    }

    /**
     * {@return the next text, or null where its length is −1}
     *
     * <p>Decodes leniently: supplementary characters may come as UTF-8 or as two surrogates of three bytes each, which
     * is what the Java client of Apache ZooKeeper sends; anything else that is not UTF-8 becomes U+FFFD, which no path
     * may contain.
     *
     * @throws MalformedFrame if the length is impossible
     */
    public @Nullable String readString() throws MalformedFrame {
        int length = readLength();
        if (length <= 0) {
            return length == 0 ? "" : null;
        }
        int from = take(length);
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        // A search that costs nothing for texts of one byte per character, and those are nearly all.
        return text.indexOf('\uFFFD') < 0 ? text : Surrogates.decode(bytes, from, length);
    }

    /**
     * {@return the next text, empty where it is null: some clients write empty texts that way}
     *
     * @throws MalformedFrame if the length is impossible
     */
    public String readText() throws MalformedFrame {
        String text = readString();
        return text == null ? "" : text;
    }

    /**
     * {@return the next text, which may not be null}
     *
     * @throws MalformedFrame if the length is impossible or −1
     */
    public String readPath() throws MalformedFrame {
        String path = readString();
        if (path == null) {
            throw new MalformedFrame("A path is null");
        }
        return path;
    }

    /**
     * {@return the next bytes behind their length, or null where the length is −1}
     *
     * @throws MalformedFrame if the length is impossible
     */
    public byte @Nullable [] readBuffer() throws MalformedFrame {
        int length = readLength();
        if (length <= 0) {
            return length == 0 ? EMPTY : null;
        }
        int from = take(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    /**
     * {@return the next bytes behind their length, empty where the length is −1}
     *
     * @throws MalformedFrame if the length is impossible
     */
    public byte[] readBytes() throws MalformedFrame {
        byte[] data = readBuffer();
        return data == null ? EMPTY : data;
    }

    /**
     * {@return the number of elements that follow; 0 also for a null list}
     *
     * @throws MalformedFrame if that many cannot follow even if each took one byte only
     */
    public int readCount() throws MalformedFrame {
        return readCount(1);
    }

    /**
     * {@return the number of elements that follow; 0 also for a null list}
     *
     * @param smallest the least number of bytes that an element takes, at least 1
     * @throws MalformedFrame if that many cannot follow
     */
    public int readCount(int smallest) throws MalformedFrame {
        int count = readInt();
        if (count < -1 || count > remaining() / smallest) {
            throw new MalformedFrame("A list of " + count + " elements in " + remaining() + " bytes");
        }
        return Math.max(count, 0);
    }

    /**
     * {@return whether the next bytes are these; if so, they count as read}
     *
     * @param expected the bytes
     */
    boolean accept(byte[] expected) {
        int end = position + expected.length;
        if (expected.length > remaining() || !Arrays.equals(bytes, position, end, expected, 0, expected.length)) {
            return false;
        }
        position = end;
        return true;
    }

    private int readLength() throws MalformedFrame {
        int length = readInt();
        if (length < -1 || length > remaining()) {
            throw new MalformedFrame("A field of " + length + " bytes where " + remaining() + " are left");
        }
        return length;
    }

    /** Moves on by so many bytes, all of them known to be there, and returns where they begin. */
    private int take(int count) throws MalformedFrame {
        int from = position;
        if (count > limit - from) {
            throw new MalformedFrame("The record ends early: " + count + " bytes wanted, " + (limit - from) + " left");
        }
        position = from + count;
        return from;
    }
}
