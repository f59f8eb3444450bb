package io.pinfold.wire;

import static io.pinfold.wire.Hex.assertWritten;
import static io.pinfold.wire.Hex.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.Acl;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every request byte by byte, in both directions. */
class RequestGoldenTest {
    private static final String OPEN = "00000001 0000001f 00000005 \"world\" 00000006 \"anyone\"";

    static Stream<Arguments> requests() {
        List<Acl> two = List.of(new Acl(1, "ip", "::1"), new Acl(6, "auth", ""));
        String twoAcls = "00000002 | 00000001 00000002 \"ip\" 00000003 \"::1\" | 00000006 00000004 \"auth\" 00000000";
        return Stream.of(
                golden(
                        new Request.Create(OpCode.CREATE, "/a", bytes("\"x\""), Acl.OPEN, 0, -1),
                        "00000002 2f61 | 00000001 78 | " + OPEN + " | 00000000"),
                golden(
                        new Request.Create(OpCode.CREATE2, "/b-", null, two, 3, -1),
                        "00000003 \"/b-\" | ffffffff | " + twoAcls + " | 00000003"),
                golden(
                        new Request.Create(OpCode.CREATE_CONTAINER, "/c", bytes(""), List.of(), 4, -1),
                        "00000002 \"/c\" | 00000000 | 00000000 | 00000004"),
                golden(
                        new Request.Create(OpCode.CREATE_TTL, "/t", null, Acl.OPEN, 5, 60_000),
                        "00000002 \"/t\" | ffffffff | " + OPEN + " | 00000005 | 000000000000ea60"),
                golden(new Request.Delete("/a", 7), "00000002 \"/a\" 00000007"),
                golden(new Request.Exists("/a", true), "00000002 \"/a\" 01"),
                golden(new Request.GetData("/a", false), "00000002 \"/a\" 00"),
                golden(new Request.SetData("/a", bytes("0102"), -1), "00000002 \"/a\" | 00000002 0102 | ffffffff"),
                golden(new Request.SetData("/a", null, 3), "00000002 \"/a\" | ffffffff | 00000003"),
                golden(new Request.GetAcl("/a"), "00000002 \"/a\""),
                golden(new Request.SetAcl("/a", two, 2), "00000002 \"/a\" | " + twoAcls + " | 00000002"),
                golden(new Request.GetChildren("/", true), "00000001 \"/\" 01"),
                golden(new Request.GetChildren2("", false), "00000000 00"),
                golden(new Request.Sync("/s"), "00000002 \"/s\""),
                golden(new Request.Ping(), ""),
                golden(new Request.CloseSession(), ""),
                golden(new Request.WhoAmI(), ""),
                golden(new Request.Check("/a", 5), "00000002 \"/a\" 00000005"),
                golden(new Request.Multi(List.of()), "ffffffff 01 ffffffff"),
                golden(
                        new Request.Multi(List.of(
                                new Request.Create(OpCode.CREATE, "/a", null, Acl.OPEN, 0, -1),
                                new Request.Delete("/b", 1),
                                new Request.SetData("/c", bytes("07"), 2),
                                new Request.Check("/d", 3),
                                new Request.Create(OpCode.CREATE2, "/e", null, List.of(), 1, -1),
                                new Request.Create(OpCode.CREATE_CONTAINER, "/f", null, List.of(), 4, -1),
                                new Request.Create(OpCode.CREATE_TTL, "/g", null, List.of(), 5, 9))),
                        "00000001 00 ffffffff | 00000002 \"/a\" ffffffff " + OPEN + " 00000000"
                                + "00000002 00 ffffffff | 00000002 \"/b\" 00000001"
                                + "00000005 00 ffffffff | 00000002 \"/c\" 00000001 07 00000002"
                                + "0000000d 00 ffffffff | 00000002 \"/d\" 00000003"
                                + "0000000f 00 ffffffff | 00000002 \"/e\" ffffffff 00000000 00000001"
                                + "00000013 00 ffffffff | 00000002 \"/f\" ffffffff 00000000 00000004"
                                + "00000015 00 ffffffff | 00000002 \"/g\" ffffffff 00000000 00000005 0000000000000009"
                                + "ffffffff 01 ffffffff"),
                golden(
                        new Request.MultiRead(
                                List.of(new Request.GetData("/a", false), new Request.GetChildren("/b", false))),
                        "00000004 00 ffffffff | 00000002 \"/a\" 00"
                                + "00000008 00 ffffffff | 00000002 \"/b\" 00"
                                + "ffffffff 01 ffffffff"),
                golden(
                        new Request.Reconfig("server.4=h:1:2;3", null, "", -1),
                        "00000010 \"server.4=h:1:2;3\" | ffffffff | 00000000 | ffffffffffffffff"),
                golden(new Request.CheckWatches("/a", 1), "00000002 \"/a\" 00000001"),
                golden(new Request.RemoveWatches("/a", 3), "00000002 \"/a\" 00000003"),
                golden(
                        new Request.Auth(0, "digest", bytes("\"bob:pw\"")),
                        "00000000 | 00000006 \"digest\" | 00000006 \"bob:pw\""),
                golden(new Request.Sasl(bytes("aabb")), "00000002 aabb"),
                golden(
                        new Request.SetWatches(0x55, List.of("/d"), List.of("/e", "/f"), List.of()),
                        "0000000000000055 | 00000001 00000002 \"/d\" | 00000002 00000002 \"/e\" 00000002 \"/f\""
                                + "| 00000000"),
                golden(
                        new Request.SetWatches2(
                                1, List.of(), List.of("/e"), List.of("/c"), List.of("/p"), List.of("/r")),
                        "0000000000000001 | 00000000 | 00000001 00000002 \"/e\" | 00000001 00000002 \"/c\""
                                + "| 00000001 00000002 \"/p\" | 00000001 00000002 \"/r\""),
                golden(new Request.GetEphemerals("/x"), "00000002 \"/x\""),
                golden(new Request.GetAllChildrenNumber("/x"), "00000002 \"/x\""),
                golden(new Request.AddWatch("/x", 1), "00000002 \"/x\" 00000001"));
    }

    private static Arguments golden(Request request, String bytes) {
        return Arguments.of(request, bytes);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void writesEveryRequest(Request request, String golden) {
        JuteWriter out = new JuteWriter();
        request.write(out);
        assertWritten(golden, out);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void readsEveryRequest(Request request, String golden) throws MalformedFrame {
        JuteReader in = Hex.reader(golden);
        Request read = Requests.read(request.opCode(), in);
        assertEquals(0, in.remaining());
        Same.assertSameRequest(request, read);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void ignoresWhatFollowsARequest(Request request, String golden) throws MalformedFrame {
        JuteReader in = Hex.reader(golden + "0102030405");
        Same.assertSameRequest(request, Requests.read(request.opCode(), in));
        assertEquals(5, in.remaining());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void refusesARequestThatEndsEarly(Request request, String golden) {
        byte[] bytes = bytes(golden);
        for (int length = 0; length < bytes.length; length++) {
            JuteReader in = new JuteReader(bytes, 0, length);
            assertThrows(MalformedFrame.class, () -> Requests.read(request.opCode(), in), "of " + length + " bytes");
        }
    }

    @Test
    void thereIsAGoldenRequestForEachOperation() {
        List<OpCode> covered =
                requests().map(pair -> ((Request) pair.get()[0]).opCode()).toList();
        for (OpCode op : OpCode.values()) {
            assertEquals(op.isRequest() || op == OpCode.CHECK, covered.contains(op), () -> op.toString());
        }
    }

    @Test
    void writesAWholeFrame() {
        JuteWriter out = new JuteWriter();
        Requests.writeFrame(out, 1, new Request.Create(OpCode.CREATE, "/a", bytes("\"x\""), Acl.OPEN, 0, -1));
        Requests.writeFrame(out, Xid.PING, Request.Ping.INSTANCE);
        assertWritten(
                "00000032 00000001 00000001 | 00000002 2f61 | 00000001 78 | " + OPEN + " | 00000000"
                        + "00000008 fffffffe 0000000b",
                out);
    }

    @Test
    void refusesANullPathInEveryRequest() {
        for (OpCode op : OpCode.values()) {
            boolean hasNoPath = switch (op) {
                case PING, CLOSE_SESSION, WHO_AM_I, AUTH, SASL, GET_EPHEMERALS, RECONFIG -> true;
                case MULTI, MULTI_READ, SET_WATCHES, SET_WATCHES2 -> true;
                default -> false;
            };
            if (!hasNoPath) {
                JuteReader in = Hex.reader("ffffffff 00000000 00000000 64*00");
                assertThrows(MalformedFrame.class, () -> Requests.read(op, in), () -> op.toString());
            }
        }
        assertThrows(
                MalformedFrame.class,
                () -> Requests.read(OpCode.SET_WATCHES, Hex.reader("8*00 00000001 ffffffff 00000000 00000000")));
        assertThrows(
                MalformedFrame.class,
                () -> Requests.read(OpCode.MULTI, Hex.reader("00000002 00 ffffffff ffffffff 00000000")));
    }

    @Test
    void takesNullForTextsThatAreNoPaths() throws MalformedFrame {
        var create = (Request.Create) Requests.read(
                OpCode.CREATE,
                Hex.reader("00000002 \"/a\" ffffffff 00000002 0000001f 00000004 \"auth\" ffffffff"
                        + "00000001 ffffffff 00000000 00000000"));
        assertEquals(List.of(new Acl(31, "auth", ""), new Acl(1, "", "")), create.acl());
        var auth = (Request.Auth) Requests.read(OpCode.AUTH, Hex.reader("00000000 ffffffff ffffffff"));
        assertEquals("", auth.scheme());
        assertArrayEquals(new byte[0], auth.auth());
        var reconfig = (Request.Reconfig) Requests.read(OpCode.RECONFIG, Hex.reader("12*ff 8*00"));
        assertNull(reconfig.joining());
        assertNull(reconfig.newMembers());
        var sasl = (Request.Sasl) Requests.read(OpCode.SASL, Hex.reader("ffffffff"));
        assertArrayEquals(new byte[0], sasl.token());
        var ephemerals = (Request.GetEphemerals) Requests.read(OpCode.GET_EPHEMERALS, Hex.reader("ffffffff"));
        assertEquals("", ephemerals.prefix());
    }

    @Test
    void takesNullListsAsEmpty() throws MalformedFrame {
        var watches = (Request.SetWatches) Requests.read(OpCode.SET_WATCHES, Hex.reader("8*00 12*ff"));
        assertEquals(List.of(), watches.child());
        var setAcl = (Request.SetAcl) Requests.read(OpCode.SET_ACL, Hex.reader("00000002 \"/a\" ffffffff 00000000"));
        assertEquals(List.of(), setAcl.acl());
    }

    @Test
    void sharesWhatNearlyAllRequestsHaveInCommon() throws MalformedFrame {
        var create = (Request.Create)
                Requests.read(OpCode.CREATE, Hex.reader("00000002 \"/a\" ffffffff " + OPEN + " 00000000"));
        assertSame(Acl.OPEN, create.acl());
        assertSame(Request.Ping.INSTANCE, Requests.read(OpCode.PING, new JuteReader()));
    }

    @Test
    void refusesOperationsThatAreNoRequests() {
        for (OpCode op : List.of(OpCode.NOTIFICATION, OpCode.ERROR, OpCode.CREATE_SESSION, OpCode.DELETE_CONTAINER)) {
            assertThrows(MalformedFrame.class, () -> Requests.read(op, Hex.reader("64*00")));
        }
    }

    @Test
    void doesNotTellSecretsWhenPrinted() throws MalformedFrame {
        Request auth = Requests.read(OpCode.AUTH, Hex.reader("00000000 00000006 \"digest\" 00000006 \"bob:pw\""));
        assertNotNull(assertInstanceOf(Request.Auth.class, auth).scheme());
        assertEquals(-1, auth.toString().indexOf("bob"));
    }
}
