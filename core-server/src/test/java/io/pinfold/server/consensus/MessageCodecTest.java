package io.pinfold.server.consensus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.server.storage.LogEntry;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    private static final List<Message> ALL = List.of(
            new Message.VoteRequest(3, 0x200000007L, true, false, 77),
            new Message.VoteReply(3, false, true),
            new Message.Append(
                    3,
                    0x200000007L,
                    99,
                    List.of(new LogEntry(0x300000000L, new byte[0]), new LogEntry(0x300000001L, new byte[] {1, 2})),
                    0x200000006L,
                    5),
            new Message.AppendReply(3, true, 0x300000001L, 0x300000000L, 5),
            new Message.SnapshotBlock(3, 0x200000001L, 98, 4, new byte[] {7}, true),
            new Message.SnapshotReply(3, 0x200000001L, 5),
            new Message.TimeoutNow(3),
            new Message.Committed(3, 0x300000007L),
            new Message.Reminder(3, 0x200000001L));

    private static byte[] bytes(Message message) {
        JuteWriter out = new JuteWriter(16);
        MessageCodec.write(out, message);
        return out.toByteArray();
    }

    private static Message read(byte[] bytes, int length) throws MalformedFrame {
        return MessageCodec.read(new JuteReader().reset(bytes, 0, length));
    }

    @Test
    void everyMessageComesBack() throws MalformedFrame {
        for (Message message : ALL) {
            byte[] bytes = bytes(message);
            Message back = read(bytes, bytes.length);
            assertEquals(message.getClass(), back.getClass());
            assertArrayEquals(bytes, bytes(back));
        }
    }

    @Test
    void theBytesStayTheSame() {
        assertEquals(
                "030000000000000003000000020000000700000000000000630000000200000006000000000000000500000002"
                        + "000000030000000000000000000000030000000100000002" + "0102",
                HexFormat.of().formatHex(bytes(ALL.get(2))));
    }

    @Test
    void everyTruncationAndEveryExtensionIsRefused() {
        for (Message message : ALL) {
            byte[] bytes = bytes(message);
            for (int length = 0; length < bytes.length; length++) {
                int cut = length;
                assertThrows(MalformedFrame.class, () -> read(bytes, cut), message + " cut to " + cut);
            }
            byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
            assertThrows(MalformedFrame.class, () -> read(longer, longer.length));
        }
    }

    @Test
    void anyBytesGiveAMessageOrARefusal() {
        SplittableRandom random = new SplittableRandom(5);
        int refused = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = bytes(ALL.get(random.nextInt(ALL.size()))).clone();
            for (int k = random.nextInt(4); k >= 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                read(bytes, bytes.length);
            } catch (MalformedFrame e) {
                refused++;
            }
        }
        assertEquals(true, refused > 10_000, "only " + refused + " were refused");
    }
}
