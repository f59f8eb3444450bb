package io.pinfold.wire;

import static io.pinfold.wire.Hex.assertWritten;
import static io.pinfold.wire.Hex.bytes;
import static io.pinfold.wire.Hex.reader;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final String REQUEST = "00000000 0000000000000000 00002710 0000000000000000 00000010 16*00";
    private static final String RESPONSE =
            "00000000 00002710 010000143e350000 00000010 013213bffa619a5d471f3b55d3635c65";
    private static final byte[] PASSWORD = bytes("013213bffa619a5d471f3b55d3635c65");

    private final JuteWriter out = new JuteWriter();

    @Test
    void requestOfAModernClient() throws MalformedFrame {
        var request = new ConnectRequest(0, 0, 10_000, 0, new byte[16], false, true);
        request.write(out);
        assertWritten(REQUEST + "00", out);
        assertEquals(45, out.size());
        assertSameRequest(request, ConnectRequest.read(reader(REQUEST + "00")));
    }

    @Test
    void requestOfAnOldClient() throws MalformedFrame {
        var request = new ConnectRequest(7, 0x55, -1, 0x10, PASSWORD, false, false);
        String golden = "00000007 0000000000000055 ffffffff 0000000000000010 00000010 013213bffa619a5d471f3b55d3635c65";
        request.write(out);
        assertWritten(golden, out);
        assertSameRequest(request, ConnectRequest.read(reader(golden)));
    }

    @Test
    void requestForAReadOnlyServerWithSomethingBehindIt() throws MalformedFrame {
        assertSameRequest(
                new ConnectRequest(0, 0, 10_000, 0, new byte[16], true, true),
                ConnectRequest.read(reader(REQUEST + "01 aabbcc")));
    }

    @Test
    void requestWithoutAPassword() throws MalformedFrame {
        String start = "00000000 0000000000000000 00002710 0000000000000000";
        assertEquals(0, ConnectRequest.read(reader(start + "ffffffff 00")).password().length);
        assertEquals(0, ConnectRequest.read(reader(start + "00000000 00")).password().length);
    }

    @Test
    void requestThatEndsEarly() {
        byte[] bytes = bytes(REQUEST);
        for (int length = 0; length < bytes.length; length++) {
            JuteReader in = new JuteReader(bytes, 0, length);
            assertThrows(MalformedFrame.class, () -> ConnectRequest.read(in));
        }
    }

    @Test
    void answerHasTheFlagIfAndOnlyIfTheRequestHadIt() throws MalformedFrame {
        var modern = ConnectRequest.read(reader(REQUEST + "00"));
        ConnectResponse.accept(modern, 10_000, 0x010000143e350000L, PASSWORD).write(out);
        assertWritten(RESPONSE + "00", out);
        assertEquals(37, out.size());

        out.reset();
        var old = ConnectRequest.read(reader(REQUEST));
        ConnectResponse.accept(old, 10_000, 0x010000143e350000L, PASSWORD).write(out);
        assertWritten(RESPONSE, out);
        assertEquals(36, out.size());
    }

    @Test
    void refusalHasZerosEverywhere() throws MalformedFrame {
        ConnectResponse.refuse(ConnectRequest.read(reader(REQUEST + "00"))).write(out);
        assertWritten("00000000 00000000 0000000000000000 00000010 16*00 00", out);
        assertFalse(ConnectResponse.read(new JuteReader(out.toByteArray())).isAccepted());
        out.reset();
        ConnectResponse.refuse(ConnectRequest.read(reader(REQUEST))).write(out);
        assertWritten("00000000 00000000 0000000000000000 00000010 16*00", out);
    }

    @Test
    void readsTheAnswersOfOldAndNewServers() throws MalformedFrame {
        var response = ConnectResponse.read(reader(RESPONSE + "01"));
        assertTrue(response.isAccepted());
        assertTrue(response.readOnly());
        assertTrue(response.hasReadOnlyFlag());
        assertEquals(10_000, response.timeoutMillis());
        assertEquals(0x010000143e350000L, response.sessionId());
        assertArrayEquals(PASSWORD, response.password());
        assertFalse(ConnectResponse.read(reader(RESPONSE)).hasReadOnlyFlag());
    }

    @Test
    void answersNobodyWithAPasswordOfAnotherLength() {
        var response = new ConnectResponse(0, 1, 1, new byte[15], false, true);
        assertThrows(IllegalStateException.class, () -> response.write(out));
    }

    private static void assertSameRequest(ConnectRequest expected, ConnectRequest actual) {
        assertEquals(Same.withoutIdentities(expected), Same.withoutIdentities(actual));
        assertArrayEquals(expected.password(), actual.password());
    }
}
