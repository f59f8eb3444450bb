package io.pinfold.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
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
        assertEquals(OptionalInt.empty(), OwnLayout.bucketNumber("12"));
        assertEquals(OptionalInt.of(12), OwnLayout.bucketNumber("0000000012"));
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

    @Test
    void namesAndBytesOfCuratorsQueuesAreTheirs() {
        CuratorLayout plain = new CuratorLayout(CuratorQueueKind.PLAIN, "/q", "/l");
        byte[] bytes = plain.write(new Envelope(null, null, 0, null, "hello".getBytes(UTF_8)));

        assertEquals("00010001010000000568656c6c6f02", HexFormat.of().formatHex(bytes));
        assertEquals("queue-", CuratorQueueKind.PLAIN.request(PutOptions.DEFAULT, 0));
        assertEquals("queue-|my_id|", CuratorQueueKind.ID.request(PutOptions.key("my/id"), 0));
        assertEquals("queue-100000005", CuratorQueueKind.PRIORITY.request(PutOptions.priority(5), 0));
        assertEquals("queue-|18BCFE5687B|", CuratorQueueKind.DELAY.request(PutOptions.DEFAULT, 0x18BCFE5687BL));
        assertEquals("qn-", CuratorQueueKind.SIMPLE.request(PutOptions.DEFAULT, 0));
    }

    @Test
    void itemsOfCuratorsQueuesAreRead() {
        assertEquals(
                -2,
                CuratorQueueKind.PRIORITY
                        .parse("queue-0FFFFFFFE0000000001")
                        .orElseThrow()
                        .priority());
        Item delayed =
                CuratorQueueKind.DELAY.parse("queue-|18BCFE5687B|0000000007").orElseThrow();
        assertEquals(0x18BCFE5687BL, delayed.due());
        assertEquals(7, delayed.sequence());
        assertEquals(Optional.empty(), CuratorQueueKind.PLAIN.parse("queue-|id|0000000000"));
        assertEquals(Optional.empty(), CuratorQueueKind.SIMPLE.parse("queue-0000000000"));
    }

    @Test
    void bytesThatAreNoItemOfCuratorsAreRefused() {
        CuratorLayout plain = new CuratorLayout(CuratorQueueKind.PLAIN, "/q", "/l");
        Item item = CuratorQueueKind.PLAIN.parse("queue-0000000000").orElseThrow();
        byte[] good = plain.write(new Envelope(null, null, 0, null, "hello".getBytes(UTF_8)));
        byte[] tooLong = good.clone();
        tooLong[5] = 0x7f;

        assertThrows(IllegalArgumentException.class, () -> plain.read(item, tooLong));
        for (int length = 0; length < good.length; length++) {
            byte[] torn = Arrays.copyOf(good, length);
            assertThrows(IllegalArgumentException.class, () -> plain.read(item, torn));
        }
    }

    @Test
    void whatCuratorsQueuesCannotSayIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> CuratorQueueKind.PLAIN.check(PutOptions.dedupKey("once")));
        assertThrows(IllegalArgumentException.class, () -> CuratorQueueKind.DELAY.check(PutOptions.priority(1)));
        assertThrows(IllegalArgumentException.class, () -> CuratorQueueKind.PRIORITY.check(PutOptions.key("k")));
        CuratorQueueKind.ID.check(PutOptions.key("id"));
    }
}
