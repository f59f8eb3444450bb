package io.pinfold.server.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameSplitterTest {
    private final List<byte[]> frames = new ArrayList<>();
    private final FrameSplitter splitter = new FrameSplitter(0xfffff);

    private String arrive(ByteBuf bytes) {
        return splitter.accept(bytes, new byte[bytes.readableBytes()], (array, offset, length) -> {
            frames.add(Arrays.copyOfRange(array, offset, offset + length));
            return true;
        });
    }

    private static ByteBuf frame(int length) {
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        return Unpooled.buffer().writeInt(length).writeBytes(body);
    }

    @Test
    void framesComeOutTheSameHoweverTheBytesArrive() {
        Random random = new Random(7);
        ByteBuf all = Unpooled.buffer();
        List<Integer> lengths = new ArrayList<>(List.of(45));
        for (int i = 0; i < 300; i++) {
            lengths.add(random.nextInt(i % 50 == 0 ? 200_000 : 300));
        }
        lengths.forEach(length -> all.writeBytes(frame(length)));

        while (all.isReadable()) {
            int chunk = Math.min(all.readableBytes(), random.nextInt(5) == 0 ? 1 : random.nextInt(3000) + 1);
            assertEquals("", arrive(all.readSlice(chunk)));
        }

        assertEquals(lengths, frames.stream().map(f -> f.length).toList());
        for (byte[] body : frames) {
            assertTrue(
                    Arrays.equals(frame(body.length).skipBytes(4).array(), 4, 4 + body.length, body, 0, body.length));
        }
    }

    @Test
    void whatTheConsumerDoesNotWantNowIsKept() {
        ByteBuf all = Unpooled.buffer();
        List<Integer> lengths = List.of(45, 8, 300, 9, 77);
        lengths.forEach(length -> all.writeBytes(frame(length)));
        FrameSplitter.FrameConsumer oneAtATime = (array, offset, length) -> {
            frames.add(Arrays.copyOfRange(array, offset, offset + length));
            return false;
        };

        assertEquals("", splitter.accept(all.readSlice(250), new byte[250], oneAtATime));
        while (frames.size() < 2) {
            assertEquals("", splitter.resume(oneAtATime));
        }
        arrive(all);

        assertEquals(lengths, frames.stream().map(f -> f.length).toList());
        assertFalse(splitter.hasRest());
    }

    @Test
    void anAnnouncedLengthOutsideTheLimitIsAProblem() {
        arrive(frame(45));

        assertTrue(arrive(Unpooled.buffer().writeInt(0x100000)).contains("1048576 bytes"));
        assertTrue(arrive(Unpooled.buffer().writeInt(-1)).contains("-1 bytes"));
        assertEquals(1, frames.size());
    }

    @Test
    void theLongestFrameIsAccepted() {
        arrive(frame(45));

        assertEquals("", arrive(frame(0xfffff)));
        assertEquals(2, frames.size());
    }

    @Test
    void theFirstFrameMustBeShort() {
        assertTrue(arrive(Unpooled.buffer().writeInt(5000)).contains("5000 bytes"));
        assertEquals(0, splitter.keptBytes());
    }

    @Test
    void littleIsKeptForAFirstFrameHoweverItArrives() {
        ByteBuf longest = frame(4096);
        while (longest.readableBytes() > 1) {
            assertEquals("", arrive(longest.readSlice(1)));
            assertTrue(splitter.keptBytes() <= 8 * 1024, splitter.keptBytes() + " bytes are kept");
        }
        assertEquals(0, frames.size());

        assertEquals("", arrive(longest));
        assertEquals(1, frames.size());
        assertEquals(0, splitter.keptBytes());
    }

    @Test
    void memoryIsTakenForWhatArrivedAndNotForWhatIsAnnounced() {
        arrive(frame(45));

        assertEquals("", arrive(Unpooled.buffer().writeInt(0xfffff).writeZero(100)));
        assertEquals(104, splitter.keptBytes());
    }
}
