package io.pinfold.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

/** Compares by content what holds byte arrays, which records compare by identity. Stateless. */
final class Same {
    private Same() {}

    static void assertSameRequest(Request expected, Request actual) {
        assertSame(expected.getClass(), actual.getClass());
        assertSame(expected.opCode(), actual.opCode());
        assertEquals(withoutIdentities(expected), withoutIdentities(actual));
        assertArrayEquals(written(expected), written(actual), () -> expected + " is not " + actual);
    }

    static byte[] written(Request request) {
        JuteWriter out = new JuteWriter();
        request.write(out);
        return out.toByteArray();
    }

    /** What a record says about itself, but for the addresses of its arrays. */
    static String withoutIdentities(Object record) {
        return record.toString().replaceAll("\\[B@[0-9a-f]+", "bytes");
    }
}
