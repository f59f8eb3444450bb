package io.pinfold.queue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Names and bytes of a queue on the server. */
class FormatTest {
    private static final String ID = "c1b8db52-596b-43cd-a142-6d346728a612";

    @Test
    void aNameSaysAllThatOrdersAnItem() {
        String name = Item.request(42, 0x18bcfe5687bL, "=order-7", ID) + "0000000012";

        assertEquals("042.18bcfe5687b.=order-7." + ID + ".0000000012", name);
        assertEquals(Optional.of(new Item(3, 42, 0x18bcfe5687bL, "=order-7", ID, 12, name)), Item.parse(3, name));
    }

    @Test
    void aNameOfAnotherShapeIsAStranger() {
        assertEquals(Optional.empty(), Item.parse(0, "queue-0000000001"));
        assertEquals(Optional.empty(), Item.parse(0, "042.0._." + ID + ".-000000001"));
        assertEquals(Optional.empty(), Item.parse(0, "042.0._." + ID + ".9999999999"));
        assertEquals(OptionalInt.empty(), QueuePaths.bucketNumber("12"));
        assertEquals(OptionalInt.of(12), QueuePaths.bucketNumber("0000000012"));
    }

    @Test
    void keysOfAnyKindBecomeTokensThatFitIntoNames() {
        assertEquals("=order-7", KeyToken.of("order-7"));
        for (String key : new String[] {"", "a/b", "a.b", "ü", "x".repeat(1000)}) {
            String name = Item.request(1, 0, KeyToken.of(key), ID) + "0000000001";
            assertTrue(Item.parse(0, name).isPresent(), name);
        }
        assertNotEquals(KeyToken.of("a/b"), KeyToken.of("a.b"));
    }

    @Test
    void anEnvelopeIsReadAsItWasWritten() {
        Envelope written = new Envelope("ключ", null, 3, "why", new byte[] {1, 2});

        Envelope read = Envelope.parse(written.toBytes());

        assertEquals("ключ", read.key());
        assertEquals(null, read.dedupKey());
        assertEquals(3, read.deaths());
        assertEquals("why", read.reason());
        assertArrayEquals(new byte[] {1, 2}, read.payload());
    }

    @Test
    void bytesThatAreNoEnvelopeAreRefused() {
        byte[] good = new Envelope("k", "d", 1, "r", new byte[0]).toBytes();

        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThrows(IllegalArgumentException.class, () -> Envelope.parse(cut));
        }
        assertThrows(IllegalArgumentException.class, () -> Envelope.parse(new byte[] {0, 0, 0, 0}));
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> PutOptions.priority(1000));
        assertThrows(IllegalArgumentException.class, () -> PutOptions.priority(-1));
        assertThrows(IllegalArgumentException.class, () -> PutOptions.delay(Duration.ofMillis(-1)));
    }

    @Test
    void theLeadersTimeIsKnownBetweenTwoBounds() {
        ServerClock clock = new ServerClock();
        clock.learn(1_000_000_000, 1_010_000_000, 5000);

        assertEquals(5000 + 90, clock.atLeast(1_100_000_000));
        assertEquals(5000 + 101, clock.atMost(1_100_000_000));
        assertTrue(clock.isFresh(60_000_000_000L));
        assertEquals(false, clock.isFresh(62_000_000_000L));
    }
}
