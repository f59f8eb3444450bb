package io.pinfold.framework;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Turns values into the bytes of a znode and back. Both directions are pure functions, called on any thread; what they
 * throw reaches whoever asked for the value.
 *
 * @param <T> the type of the values
 */
public interface Codec<T> {
    /** Bytes as they are; the arrays are not copied. */
    Codec<byte[]> BYTES = of(bytes -> bytes, bytes -> bytes);

    /** Text in UTF-8; bytes that are no UTF-8 are replaced when read. */
    Codec<String> TEXT =
            of(text -> text.getBytes(StandardCharsets.UTF_8), bytes -> new String(bytes, StandardCharsets.UTF_8));

    /** A whole number in four bytes, the most significant first. */
    Codec<Integer> INT = of(
            number -> ByteBuffer.allocate(Integer.BYTES).putInt(number).array(),
            bytes -> ByteBuffer.wrap(bytes).getInt());

    /** A whole number as decimal text; spaces around it do not count. */
    Codec<Integer> INT_TEXT = of(
            number -> TEXT.encode(Integer.toString(number)),
            bytes -> Integer.valueOf(TEXT.decode(bytes).trim()));

    /** A whole number in eight bytes, the most significant first. */
    Codec<Long> LONG = of(
            number -> ByteBuffer.allocate(Long.BYTES).putLong(number).array(),
            bytes -> ByteBuffer.wrap(bytes).getLong());

    /**
     * {@return the bytes of a value}
     *
     * @param value the value
     */
    byte[] encode(T value);

    /**
     * {@return the value that the bytes stand for}
     *
     * @param bytes what {@link #encode} made, here or in another process
     * @throws RuntimeException if they stand for none
     */
    T decode(byte[] bytes);

    /**
     * {@return this codec with its bytes compressed as gzip does, which is how Apache Curator compresses, too}
     *
     * <p>Bytes that are not compressed are read as they are, so compression can begin with values that are there. Those
     * that begin with {@code 1f 8b} are taken for compressed ones: {@link IllegalArgumentException} if they are not, or
     * are damaged, or stand for more than 64 MiB.
     */
    default Codec<T> compressed() {
        return of(value -> Gzip.pack(encode(value)), bytes -> decode(Gzip.unpack(bytes)));
    }

    /**
     * {@return a codec made of two functions}
     *
     * @param encode from values to bytes
     * @param decode from bytes to values
     * @param <T> the type of the values
     */
    static <T> Codec<T> of(Function<? super T, byte[]> encode, Function<byte[], ? extends T> decode) {
        return new Codec<>() {
            @Override
            public byte[] encode(T value) {
                return encode.apply(value);
            }

            @Override
            public T decode(byte[] bytes) {
                return decode.apply(bytes);
            }
        };
    }
}
