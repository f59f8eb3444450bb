package io.pinfold.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the protocol's primitives, also the ones that no sane client would send. Deliberately not the codec of the
 * product: what both get wrong alike would not be seen. Confined to one thread.
 */
final class Jute {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private interface Write {
        void run() throws IOException;
    }

    Jute int32(int value) {
        return write(() -> out.writeInt(value));
    }

    Jute int64(long value) {
        return write(() -> out.writeLong(value));
    }

    Jute bool(boolean value) {
        return write(() -> out.writeBoolean(value));
    }

    Jute raw(byte[] value) {
        return write(() -> out.write(value));
    }

    Jute buffer(byte @Nullable [] value) {
        int32(value == null ? -1 : value.length);
        return value == null ? this : raw(value);
    }

    Jute text(@Nullable String value) {
        return buffer(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    Jute texts(List<String> values) {
        int32(values.size());
        values.forEach(this::text);
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private Jute write(Write write) {
        try {
            write.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // not from a buffer in memory
        }
    }
}
