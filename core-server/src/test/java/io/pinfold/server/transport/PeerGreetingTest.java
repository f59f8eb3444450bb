package io.pinfold.server.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.PeerHello;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerGreetingTest {
    private static final PeerGreeting.Hello HELLO =
            new PeerGreeting.Hello(3, 1, new PeerHello(new ClusterId(1, 2), 7, true, false));

    private static byte[] bytes(PeerGreeting greeting) {
        JuteWriter out = new JuteWriter(64);
        greeting.write(out);
        return out.toByteArray();
    }

    private static PeerGreeting read(byte[] bytes) throws MalformedFrame {
        return PeerGreeting.read(new JuteReader().reset(bytes, 0, bytes.length));
    }

    @Test
    void aHelloHasAlwaysTheSameBytes() {
        assertEquals(
                "01504e4644000000020000000300000001000000000000000100000000000000020000000000000007" + "0100",
                HexFormat.of().formatHex(bytes(HELLO)));
    }

    @Test
    void whatIsSaidIsUnderstood() throws MalformedFrame {
        assertEquals(HELLO, read(bytes(HELLO)));
        assertEquals(new PeerGreeting.Refusal("why"), read(bytes(new PeerGreeting.Refusal("why"))));
        PeerGreeting.Key key = (PeerGreeting.Key) read(bytes(new PeerGreeting.Key(new byte[] {1, 2})));
        assertArrayEquals(new byte[] {1, 2}, key.sessionKey());
    }

    @Test
    void anotherVersionIsNamed() {
        byte[] other = bytes(HELLO);
        other[8] = 9;

        MalformedFrame e = assertThrows(MalformedFrame.class, () -> read(other));

        assertEquals("it speaks version 9 of the protocol between peers, this member version 2", e.getMessage());
    }

    @Test
    void whoeverSaysSomethingElseIsNoServer() {
        byte[] other = bytes(HELLO);
        other[1] = 'X';

        MalformedFrame e = assertThrows(MalformedFrame.class, () -> read(other));

        assertEquals("whoever connected is no Pinfold server", e.getMessage());
    }

    @Test
    void theSecretIsNotPrinted() {
        assertEquals("Key", new PeerGreeting.Key("secret".getBytes()).toString());
    }

    @Test
    void noBytesBreakTheReader() {
        Random dice = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = Arrays.copyOf(bytes(HELLO), dice.nextInt(50));
            for (int j = dice.nextInt(4); j > 0 && bytes.length > 0; j--) {
                bytes[dice.nextInt(bytes.length)] = (byte) dice.nextInt();
            }
            try {
                read(bytes);
            } catch (MalformedFrame expected) {
                assertEquals(MalformedFrame.class, expected.getClass());
            }
        }
    }
}
