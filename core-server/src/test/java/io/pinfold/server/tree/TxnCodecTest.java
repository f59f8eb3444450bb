package io.pinfold.server.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.Acl;
import io.pinfold.wire.MalformedFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TxnCodecTest {
    private static final String HEADER = "01" + "0000000000000a0b" + "0100000000000005" + "00000007";
    private static final String OPEN = "00000001" + "0000001f" + "00000005776f726c64" + "00000006616e796f6e65";

    @Test
    void writesACreation() {
        Txn txn = new Txn.Create("/a", new byte[] {1, 2}, Acl.OPEN, NodeKind.EPHEMERAL, 3);
        assertForm(txn, "01" + "000000022f61" + "000000020102" + OPEN + "01" + "0000000000000003");
    }

    @Test
    void writesTheTimeToLiveOfThoseThatHaveOne() {
        Txn txn = new Txn.Create("/a", null, Acl.OPEN, NodeKind.TTL, 3, 60_000);
        assertForm(txn, "01" + "000000022f61" + "ffffffff" + OPEN + "03" + "0000000000000003" + "000000000000ea60");
    }

    @Test
    void keepsNoDataApartFromEmptyData() {
        Txn none = new Txn.SetData("/a", null, -2);
        assertForm(none, "03" + "000000022f61" + "ffffffff" + "fffffffe");
        assertForm(new Txn.SetData("/a", new byte[0], 1), "03" + "000000022f61" + "00000000" + "00000001");
    }

    @Test
    void writesADeletion() {
        assertForm(new Txn.Delete("/ü"), "02" + "000000032fc3bc");
    }

    @Test
    void writesAChangeOfTheAccessControlList() {
        Txn txn = new Txn.SetAcl("/a", List.of(new Acl(1, "ip", "::1")), 9);
        assertForm(
                txn, "04" + "000000022f61" + "00000001" + "00000001" + "000000026970" + "000000033a3a31" + "00000009");
    }

    @Test
    void writesSeveralOperationsAsOne() {
        Txn txn = new Txn.Multi(List.of(new Txn.Check("/a"), new Txn.Delete("/b")));
        assertForm(txn, "06" + "00000002" + "05000000022f61" + "02000000022f62");
        assertForm(new Txn.Multi(List.of()), "06" + "00000000");
    }

    @Test
    void writesBeginAndEndOfASession() {
        assertForm(new Txn.CreateSession(10000), "07" + "00002710");
        assertForm(new Txn.CloseSession(List.of("/a", "/b")), "08" + "00000002" + "000000022f61" + "000000022f62");
    }

    @Test
    void knowsTheSizeBeforehand() {
        Txn create = new Txn.Create(
                "/ü/\ud83d\ude00/\u20ac", new byte[9], List.of(new Acl(1, "sasl", "ß")), NodeKind.CONTAINER, 1);
        Txn all = new Txn.Multi(List.of(
                create,
                new Txn.SetData("/a", null, 1),
                new Txn.SetAcl("/a", Acl.CREATOR_ALL, 1),
                new Txn.Delete("/x"),
                new Txn.Check("/yy")));
        Txn mortal = new Txn.Create("/a", null, Acl.OPEN, NodeKind.TTL, 1, 5);
        for (Txn txn :
                List.of(create, mortal, all, new Txn.CreateSession(1), new Txn.CloseSession(List.of("/ö", "/p")))) {
            assertEquals(TxnCodec.encode(record(txn)).length, TxnCodec.encodedSize(txn), txn::toString);
        }
    }

    @Test
    void refusesAnyTransactionThatIsCutShortOrTooLong() {
        byte[] whole = TxnCodec.encode(record(new Txn.Multi(
                List.of(new Txn.Create("/a", new byte[3], Acl.OPEN, NodeKind.PERSISTENT, 1), new Txn.Delete("/b")))));
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThrows(MalformedFrame.class, () -> TxnCodec.decode(1, part));
        }
        assertThrows(MalformedFrame.class, () -> TxnCodec.decode(1, Arrays.copyOf(whole, whole.length + 1)));
    }

    @Test
    void refusesWhatItNeverWrites() {
        for (String body : List.of(
                "00",
                "09",
                "ff",
                "05" + "0000000161",
                "05" + "ffffffff",
                "06" + "00000001" + "06" + "00000000",
                "06" + "00000001" + "0700002710",
                "01" + "000000022f61" + "ffffffff" + OPEN + "03" + "0000000000000001",
                "01" + "000000022f61" + "ffffffff" + OPEN + "04" + "0000000000000001",
                "06" + "7fffffff",
                "08" + "80000000")) {
            byte[] bytes = HexFormat.of().parseHex(HEADER + body);
            assertThrows(MalformedFrame.class, () -> TxnCodec.decode(1, bytes), body);
        }
        byte[] otherFormat = HexFormat.of().parseHex("02" + HEADER.substring(2) + "0700002710");
        assertThrows(MalformedFrame.class, () -> TxnCodec.decode(1, otherFormat));
    }

    @Test
    void failsInOneWayOnlyForDamagedBytes() {
        Random random = new Random(7);
        List<TxnRecord> history = new TreeRun(7).steps(400).history;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = TxnCodec.encode(history.get(random.nextInt(history.size())));
            for (int damage = random.nextInt(4); damage >= 0; damage--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextInt(3) == 0 ? 0xff : random.nextInt());
            }
            assertNull(unexpected(bytes), () -> HexFormat.of().formatHex(bytes));
        }
    }

    private static RuntimeException unexpected(byte[] bytes) {
        try {
            TxnCodec.decode(1, bytes);
            return null;
        } catch (MalformedFrame expected) {
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static TxnRecord record(Txn body) {
        return new TxnRecord(4, 0xa0b, 0x0100_0000_0000_0005L, 7, body);
    }

    private static void assertForm(Txn body, String hex) {
        byte[] bytes = TxnCodec.encode(record(body));
        assertEquals(HEADER + hex, HexFormat.of().formatHex(bytes), () -> new String(bytes, StandardCharsets.UTF_8));
        try {
            TxnRecord read = TxnCodec.decode(4, bytes);
            assertArrayEquals(bytes, TxnCodec.encode(read));
            assertEquals(
                    record(body).toString().replaceAll("@\\w+", ""),
                    read.toString().replaceAll("@\\w+", ""));
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }
}
