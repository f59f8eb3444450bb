package io.pinfold.wire;

import static io.pinfold.wire.Hex.assertWritten;
import static io.pinfold.wire.Hex.reader;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.ErrorCode;
import io.pinfold.Stat;
import io.pinfold.WatchEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every part of a reply byte by byte, in both directions. */
class ReplyGoldenTest {
    private final JuteWriter out = new JuteWriter();

    @Test
    void header() throws MalformedFrame {
        String golden = "00000001 0000000000000007 ffffff9b";
        Replies.writeHeader(out, 1, 7, ErrorCode.NO_NODE.number());
        assertWritten(golden, out);
        assertEquals(new ReplyHeader(1, 7, -101), Replies.readHeader(reader(golden)));
        out.reset();
        Replies.writeHeader(out, new ReplyHeader(1, 7, -101));
        assertWritten(golden, out);
    }

    @ParameterizedTest
    @EnumSource
    void headerWithEveryError(ErrorCode code) throws MalformedFrame {
        String golden = "fffffffe 0000000100000002 " + number(code);
        Replies.writeHeader(out, -2, 0x100000002L, code.number());
        assertWritten(golden, out);
        ReplyHeader header = Replies.readHeader(reader(golden + "00000000"));
        assertEquals(new ReplyHeader(-2, 0x100000002L, code.number()), header);
        assertSame(code, header.code());
        byte[] bytes = Hex.bytes(golden);
        for (int length = 0; length < bytes.length; length++) {
            JuteReader in = new JuteReader(bytes, 0, length);
            assertThrows(MalformedFrame.class, () -> Replies.readHeader(in), "of " + length + " bytes");
        }
    }

    private static String number(ErrorCode code) {
        return switch (code) {
            case OK -> "00000000";
            case SYSTEM_ERROR -> "ffffffff";
            case RUNTIME_INCONSISTENCY -> "fffffffe";
            case DATA_INCONSISTENCY -> "fffffffd";
            case CONNECTION_LOSS -> "fffffffc";
            case MARSHALLING_ERROR -> "fffffffb";
            case UNIMPLEMENTED -> "fffffffa";
            case OPERATION_TIMEOUT -> "fffffff9";
            case BAD_ARGUMENTS -> "fffffff8";
            case NEW_CONFIG_NO_QUORUM -> "fffffff3";
            case RECONFIG_IN_PROGRESS -> "fffffff2";
            case NO_NODE -> "ffffff9b";
            case NO_AUTH -> "ffffff9a";
            case BAD_VERSION -> "ffffff99";
            case NO_CHILDREN_FOR_EPHEMERALS -> "ffffff94";
            case NODE_EXISTS -> "ffffff92";
            case NOT_EMPTY -> "ffffff91";
            case SESSION_EXPIRED -> "ffffff90";
            case INVALID_ACL -> "ffffff8e";
            case AUTH_FAILED -> "ffffff8d";
            case SESSION_MOVED -> "ffffff8a";
            case NOT_READ_ONLY -> "ffffff89";
            case EPHEMERAL_ON_LOCAL_SESSION -> "ffffff88";
            case NO_WATCHER -> "ffffff87";
            case REQUEST_TIMEOUT -> "ffffff86";
            case RECONFIG_DISABLED -> "ffffff85";
            case SESSION_CLOSED_REQUIRE_AUTH -> "ffffff84";
            case QUOTA_EXCEEDED -> "ffffff83";
            case THROTTLED -> "ffffff81";
        };
    }

    @Test
    void headerWithAnErrorOfServersToCome() throws MalformedFrame {
        ReplyHeader header = Replies.readHeader(reader("00000001 0000000000000007 fffffc18"));
        assertEquals(-1000, header.err());
        assertSame(ErrorCode.SYSTEM_ERROR, header.code());
    }

    @Test
    void replyToACreate() {
        int frame = out.beginFrame();
        Replies.writeHeader(out, 1, 7, 0);
        ReplyBodies.writePath(out, "/a");
        out.endFrame(frame);
        assertWritten("00000016 | 00000001 0000000000000007 00000000 | 00000002 2f61", out);
    }

    @Test
    void replyWithoutContent() {
        Replies.writeEmptyFrame(out, Xid.PING, 5, ErrorCode.OK);
        Replies.writeEmptyFrame(out, Xid.AUTH, 0, ErrorCode.OK);
        Replies.writeEmptyFrame(out, 3, 9, ErrorCode.BAD_VERSION);
        assertWritten(
                "00000010 fffffffe 0000000000000005 00000000"
                        + "| 00000010 fffffffc 0000000000000000 00000000"
                        + "| 00000010 00000003 0000000000000009 ffffff99",
                out);
    }

    @Test
    void event() throws MalformedFrame {
        Replies.writeEventFrame(out, WatchEvent.Type.NODE_CREATED, "/w/none", 0x55);
        String record = "00000001 00000003 00000007 \"/w/none\"";
        assertWritten("00000023 | ffffffff 0000000000000055 00000000 | " + record, out);
        WatcherEvent event = Replies.readEvent(reader(record));
        assertEquals(new WatcherEvent(1, 3, "/w/none"), event);
        assertSame(WatchEvent.Type.NODE_CREATED, event.knownType());
    }

    @ParameterizedTest
    @CsvSource({
        "NODE_CREATED, 00000001",
        "NODE_DELETED, 00000002",
        "NODE_DATA_CHANGED, 00000003",
        "NODE_CHILDREN_CHANGED, 00000004"
    })
    void eventOfEveryTypeThatIsSent(WatchEvent.Type type, String number) throws MalformedFrame {
        String golden = number + "00000003 00000003 2fc3a4";
        Replies.writeEvent(out, type, "/\u00e4");
        assertWritten(golden, out);
        WatcherEvent event = Replies.readEvent(reader(golden + "00"));
        assertEquals(new WatcherEvent(type.number(), WatcherEvent.CONNECTED, "/\u00e4"), event);
        assertSame(type, event.knownType());
        byte[] bytes = Hex.bytes(golden);
        for (int length = 0; length < bytes.length; length++) {
            JuteReader in = new JuteReader(bytes, 0, length);
            assertThrows(MalformedFrame.class, () -> Replies.readEvent(in), "of " + length + " bytes");
        }
    }

    @Test
    void eventOfATypeOfServersToCome() throws MalformedFrame {
        for (String type : List.of("00000009", "00000000", "ffffffff")) {
            assertNull(
                    Replies.readEvent(reader(type + "00000003 00000001 \"/\"")).knownType());
        }
    }

    @Test
    void stat() throws MalformedFrame {
        Stat stat = new Stat(0x101, 0x202, 0x303, 0x404, -1, -2, 7, 0x100000000000008L, 9, 10, 0xb0b);
        String golden = "0000000000000101 0000000000000202 0000000000000303 0000000000000404 ffffffff fffffffe 00000007"
                + "0100000000000008 00000009 0000000a 0000000000000b0b";
        Replies.writeStat(out, stat);
        assertWritten(golden, out);
        assertEquals(FrameLimits.STAT_BYTES, out.size());
        assertEquals(stat, Replies.readStat(reader(golden)));
        assertThrows(MalformedFrame.class, () -> Replies.readStat(new JuteReader(out.array(), 0, 67)));
    }

    @Test
    void openAcl() throws MalformedFrame {
        String golden = "00000001 0000001f 00000005 \"world\" 00000006 \"anyone\"";
        Replies.writeAcls(out, Acl.OPEN);
        Replies.writeAcls(out, List.of(new Acl(31, "world", "anyone")));
        assertWritten(golden + golden, out);
        assertSame(Acl.OPEN, Replies.readAcls(reader(golden)));
    }

    @Test
    void otherAcls() throws MalformedFrame {
        check(List.of(), "00000000");
        check(Acl.READ_ONLY, "00000001 00000001 00000005 \"world\" 00000006 \"anyone\"");
        check(
                List.of(new Acl(31, "world", "anyone"), new Acl(2, "ip", "::1")),
                "00000002 0000001f 00000005 \"world\" 00000006 \"anyone\" 00000002 00000002 \"ip\" 00000003 \"::1\"");
    }

    private void check(List<Acl> acls, String golden) throws MalformedFrame {
        out.reset();
        Replies.writeAcls(out, acls);
        assertWritten(golden, out);
        assertEquals(acls, Replies.readAcls(reader(golden)));
    }

    @Test
    void texts() throws MalformedFrame {
        List<String> names = List.of("b", "", "a-0000000001");
        String golden = "00000003 00000001 \"b\" 00000000 0000000c \"a-0000000001\"";
        Replies.writeStrings(out, names);
        assertWritten(golden, out);
        assertEquals(names, Replies.readStrings(reader(golden)));
        assertEquals(List.of(), Replies.readStrings(reader("ffffffff")));
        assertThrows(MalformedFrame.class, () -> Replies.readStrings(reader("00000001 ffffffff")));
    }

    @Test
    void identities() throws MalformedFrame {
        List<AuthId> ids = List.of(new AuthId("ip", "::1"), new AuthId("digest", "bob"));
        String golden = "00000002 00000002 \"ip\" 00000003 \"::1\" 00000006 \"digest\" 00000003 \"bob\"";
        Replies.writeAuthIds(out, ids);
        assertWritten(golden, out);
        assertEquals(ids, Replies.readAuthIds(reader(golden)));
    }
}
