package io.pinfold.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is in a record, it is the same after a journey. */
class RoundTripTest {
    private static final int EACH = 300;

    @Test
    void everyRecordSurvivesWithWhateverContent() throws MalformedFrame {
        RandomRecords records = new RandomRecords(new Random(20_260_101));
        for (Codec<?> codec : Codec.all()) {
            for (int i = 0; i < EACH; i++) {
                travel(codec, records);
            }
        }
    }

    private static <T> void travel(Codec<T> codec, RandomRecords records) throws MalformedFrame {
        T sent = codec.random().apply(records);
        byte[] bytes = codec.bytes(sent);
        // In the middle of a larger buffer, as frames are.
        byte[] buffer = new byte[bytes.length + 7];
        System.arraycopy(bytes, 0, buffer, 3, bytes.length);
        JuteReader in = new JuteReader(buffer, 3, 3 + bytes.length);
        T received = codec.read().from(in);
        assertEquals(0, in.remaining(), codec::name);
        assertEquals(Same.withoutIdentities(sent), Same.withoutIdentities(received), codec::name);
        assertArrayEquals(bytes, codec.bytes(received), () -> codec.name() + ": " + sent);
    }
}
