package io.pinfold.wire;

import static io.pinfold.wire.Hex.bytes;
import static io.pinfold.wire.Hex.reader;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands behind the header of a reply, for every operation, byte by byte, in both directions. */
class ReplyBodyGoldenTest {
    private static final Stat STAT =
            new Stat(0x101, 0x202, 0x303, 0x404, 5, 6, 7, 0x100000000000008L, 9, 10, 0x100000b0bL);
    private static final String STAT_BYTES = " 0000000000000101 0000000000000202 0000000000000303 0000000000000404"
            + "00000005 00000006 00000007 0100000000000008 00000009 0000000a 0000000100000b0b ";
    private static final String OPEN = "00000001 0000001f 00000005 \"world\" 00000006 \"anyone\"";
    private static final String NAMES = "00000003 00000001 \"b\" 00000002 c3a4 0000000c \"a-0000000001\"";
    private static final String END = " ffffffff 01 ffffffff";

    /** Operations whose success is a header and nothing else. */
    private static final Set<OpCode> WITHOUT_BODY = EnumSet.of(
            OpCode.DELETE,
            OpCode.PING,
            OpCode.CLOSE_SESSION,
            OpCode.AUTH,
            OpCode.SET_WATCHES,
            OpCode.SET_WATCHES2,
            OpCode.CHECK_WATCHES,
            OpCode.REMOVE_WATCHES);

    /** One answer and its bytes. */
    record Golden<T>(OpCode op, Codec<T> codec, T body, String hex) {
        T read(JuteReader in) throws MalformedFrame {
            return codec.read().from(in);
        }

        void assertSameBody(T other) {
            assertEquals(Same.withoutIdentities(body), Same.withoutIdentities(other));
            assertArrayEquals(bytes(hex), codec.bytes(other));
        }

        byte[] written() {
            return codec.bytes(body);
        }

        void readsFrom(JuteReader in) throws MalformedFrame {
            assertSameBody(read(in));
        }
    }

    static Stream<Golden<?>> bodies() {
        return Stream.of(writes(), reads(), others()).flatMap(List::stream);
    }

    private static List<Golden<?>> writes() {
        var created = new OpResult.Created("/a-0000000001", STAT);
        String createdBytes = "0000000d \"/a-0000000001\"" + STAT_BYTES;
        List<OpResult> results = List.of(new OpResult.Created("/b", STAT), new OpResult.DataSet(STAT));
        return List.of(
                golden(OpCode.CREATE, BodyCodecs.PATH, "/a", "00000002 2f61"),
                golden(OpCode.CREATE, BodyCodecs.PATH, "/ä", "00000003 2fc3a4"),
                golden(OpCode.CREATE2, BodyCodecs.CREATED, created, createdBytes),
                golden(OpCode.CREATE_CONTAINER, BodyCodecs.CREATED, created, createdBytes),
                golden(OpCode.CREATE_TTL, BodyCodecs.CREATED, created, createdBytes),
                golden(OpCode.SET_DATA, Codec.STAT, STAT, STAT_BYTES),
                golden(OpCode.SET_ACL, Codec.STAT, STAT, STAT_BYTES),
                golden(
                        OpCode.MULTI,
                        Codec.MULTI,
                        results,
                        "0000000f 00 00000000 00000002 \"/b\"" + STAT_BYTES + "00000005 00 00000000" + STAT_BYTES
                                + END));
    }

    private static List<Golden<?>> reads() {
        var two = List.of(new Acl(1, "ip", "::1"), new Acl(31, "digest", ""));
        String twoAcls = "00000002 00000001 00000002 \"ip\" 00000003 \"::1\" 0000001f 00000006 \"digest\" 00000000";
        List<String> names = List.of("b", "ä", "a-0000000001");
        return List.of(
                golden(OpCode.EXISTS, Codec.STAT, STAT, STAT_BYTES),
                golden(OpCode.GET_DATA, BodyCodecs.DATA, new ReadResult.Data(null, STAT), "ffffffff" + STAT_BYTES),
                golden(
                        OpCode.GET_DATA,
                        BodyCodecs.DATA,
                        new ReadResult.Data(new byte[0], STAT),
                        "00000000" + STAT_BYTES),
                golden(
                        OpCode.GET_DATA,
                        BodyCodecs.DATA,
                        new ReadResult.Data(bytes("00ff7f"), STAT),
                        "00000003 00ff7f" + STAT_BYTES),
                golden(OpCode.GET_CHILDREN, BodyCodecs.NAMES, names, NAMES),
                golden(OpCode.GET_CHILDREN, BodyCodecs.NAMES, List.of(), "00000000"),
                golden(
                        OpCode.GET_CHILDREN2,
                        BodyCodecs.CHILDREN,
                        new BodyCodecs.Listing(names, STAT),
                        NAMES + STAT_BYTES),
                golden(
                        OpCode.GET_CHILDREN2,
                        BodyCodecs.CHILDREN,
                        new BodyCodecs.Listing(List.of(), STAT),
                        "00000000" + STAT_BYTES),
                golden(OpCode.GET_ACL, BodyCodecs.ACL, new BodyCodecs.Access(Acl.OPEN, STAT), OPEN + STAT_BYTES),
                golden(OpCode.GET_ACL, BodyCodecs.ACL, new BodyCodecs.Access(two, STAT), twoAcls + STAT_BYTES),
                golden(OpCode.GET_ALL_CHILDREN_NUMBER, BodyCodecs.COUNT, 0x10203, "00010203"),
                golden(
                        OpCode.GET_EPHEMERALS,
                        Codec.TEXTS,
                        List.of("/a", "/b/c"),
                        "00000002 00000002 \"/a\" 00000004 \"/b/c\""),
                golden(
                        OpCode.MULTI_READ,
                        Codec.MULTI_READ,
                        List.of(new ReadResult.Data(bytes("07"), STAT), new ReadResult.Failed(ErrorCode.NO_NODE)),
                        "00000004 00 00000000 00000001 07" + STAT_BYTES + "ffffffff 00 ffffff9b ffffff9b" + END));
    }

    private static List<Golden<?>> others() {
        return List.of(
                golden(OpCode.SYNC, BodyCodecs.PATH, "/s", "00000002 \"/s\""),
                golden(OpCode.SYNC, BodyCodecs.PATH, "", "00000000"),
                golden(
                        OpCode.WHO_AM_I,
                        Codec.IDENTITIES,
                        List.of(new AuthId("ip", "::1"), new AuthId("digest", "bob")),
                        "00000002 00000002 \"ip\" 00000003 \"::1\" 00000006 \"digest\" 00000003 \"bob\""),
                golden(OpCode.SASL, BodyCodecs.TOKEN, new BodyCodecs.Token(null), "ffffffff"),
                golden(OpCode.SASL, BodyCodecs.TOKEN, new BodyCodecs.Token(new byte[0]), "00000000"),
                golden(OpCode.SASL, BodyCodecs.TOKEN, new BodyCodecs.Token(bytes("aabb")), "00000002 aabb"),
                golden(OpCode.ADD_WATCH, BodyCodecs.WATCH_ADDED, 0, "00000000"));
    }

    private static <T> Golden<T> golden(OpCode op, Codec<T> codec, T body, String hex) {
        return new Golden<>(op, codec, body, hex);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void writesEveryBody(Golden<?> golden) {
        assertArrayEquals(bytes(golden.hex()), golden.written());
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void readsEveryBody(Golden<?> golden) throws MalformedFrame {
        JuteReader in = reader(golden.hex());
        golden.readsFrom(in);
        assertEquals(0, in.remaining());
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void ignoresWhatFollowsABody(Golden<?> golden) throws MalformedFrame {
        JuteReader in = reader(golden.hex() + "0102030405");
        golden.readsFrom(in);
        assertEquals(5, in.remaining());
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void refusesABodyThatEndsEarly(Golden<?> golden) {
        byte[] bytes = bytes(golden.hex());
        for (int length = 0; length < bytes.length; length++) {
            JuteReader in = new JuteReader(bytes, 0, length);
            assertThrows(MalformedFrame.class, () -> golden.read(in), "of " + length + " bytes");
        }
    }

    /** Membership changes are always refused, and a check comes in transactions only. */
    @Test
    void thereIsAGoldenBodyForEachOperationWhoseReplyHasOne() {
        Set<OpCode> covered = bodies().map(Golden::op).collect(Collectors.toSet());
        for (OpCode op : OpCode.values()) {
            boolean hasBody = op.isRequest() && op != OpCode.RECONFIG && !WITHOUT_BODY.contains(op);
            assertEquals(hasBody, covered.contains(op), op::toString);
        }
    }

    @Test
    void everyBodyIsAmongTheRecordsThatAreTestedAlike() {
        List<Codec<?>> alike = Codec.all();
        bodies().forEach(golden -> assertEquals(
                1, alike.stream().filter(codec -> codec == golden.codec()).count(), golden::toString));
    }

    @Test
    void refusesANullPath() {
        for (Codec<?> codec : List.of(BodyCodecs.PATH, BodyCodecs.CREATED)) {
            assertThrows(MalformedFrame.class, () -> codec.read().from(reader("ffffffff" + STAT_BYTES)));
        }
        for (Codec<?> codec : List.of(BodyCodecs.NAMES, BodyCodecs.CHILDREN, Codec.TEXTS)) {
            assertThrows(MalformedFrame.class, () -> codec.read().from(reader("00000001 ffffffff" + STAT_BYTES)));
        }
    }

    @Test
    void takesNullListsAsEmpty() throws MalformedFrame {
        assertEquals(List.of(), ReplyBodies.readNames(reader("ffffffff")));
        assertEquals(
                new BodyCodecs.Listing(List.of(), STAT),
                BodyCodecs.CHILDREN.read().from(reader("ffffffff" + STAT_BYTES)));
        assertEquals(
                new BodyCodecs.Access(List.of(), STAT), BodyCodecs.ACL.read().from(reader("ffffffff" + STAT_BYTES)));
    }

    @Test
    void sharesTheListThatNearlyAllZnodesHave() throws MalformedFrame {
        assertSame(Acl.OPEN, ReplyBodies.readAcl(reader(OPEN + STAT_BYTES), (acl, stat) -> acl));
    }

    @Test
    void replyToGetDataAsAWhole() {
        JuteWriter out = new JuteWriter();
        int frame = out.beginFrame();
        Replies.writeHeader(out, 1, 7, 0);
        ReplyBodies.writeData(out, bytes("\"x\""), to -> Replies.writeStat(to, STAT));
        out.endFrame(frame);
        Hex.assertWritten("00000059 | 00000001 0000000000000007 00000000 | 00000001 78" + STAT_BYTES, out);
    }
}
