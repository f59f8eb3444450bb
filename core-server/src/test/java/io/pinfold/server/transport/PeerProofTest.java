package io.pinfold.server.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerProofTest {
    private static final byte[] SECRET = "the secret of the cluster".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "the secret of others".getBytes(StandardCharsets.UTF_8);

    @Test
    void thoseWhoKnowTheSecretAgreeOnAKeyAndHearEachOther() {
        End dialled = new End(SECRET, true);
        End accepted = new End(SECRET, false);

        converse(dialled, accepted);

        assertEquals(List.of("active"), dialled.events);
        assertEquals(List.of("active"), accepted.events);
        byte[] sealed = accepted.agreed.seal(new byte[] {1, 2, 3});
        assertArrayEquals(new byte[] {1, 2, 3}, dialled.agreed.open(sealed));
        sealed[sealed.length - 1] ^= 1;
        assertEquals(0, dialled.agreed.open(sealed).length);
    }

    @Test
    void whoKnowsAnotherSecretIsRefusedByBoth() {
        End dialled = new End(SECRET, true);
        End accepted = new End(OTHER, false);

        converse(dialled, accepted);

        assertEquals(List.of("it has another secret"), accepted.events.subList(0, 1));
        assertFalse(accepted.channel.isOpen());
        assertFalse(dialled.events.contains("active"));
    }

    @Test
    void nothingIsReadOfWhoDoesNotShowTheSecret() {
        End accepted = new End(SECRET, false);

        accepted.channel.writeInbound(Unpooled.wrappedBuffer(new byte[200]));

        assertEquals(List.of("it has no secret, or is no Pinfold server"), accepted.events);
        assertFalse(accepted.channel.isOpen());
    }

    @Test
    void whoEchoesWhatItHearsIsRefused() {
        End accepted = new End(SECRET, false);

        for (ByteBuf said = accepted.channel.readOutbound(); said != null; said = accepted.channel.readOutbound()) {
            accepted.channel.writeInbound(said);
        }

        assertEquals(List.of("it has another secret"), accepted.events);
    }

    @Test
    void bytesThatComeOneByOneAreUnderstoodAndWhatFollowsIsPassedOn() {
        End dialled = new End(SECRET, true);
        End accepted = new End(SECRET, false);
        pass(accepted, dialled, 1);
        pass(dialled, accepted, 1);
        pass(accepted, dialled, 1);

        accepted.channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {7}));

        assertEquals(List.of("active", "1 bytes"), accepted.events);
        assertTrue(dialled.events.contains("active"));
    }

    private static void converse(End one, End other) {
        for (int i = 0; i < 3; i++) {
            pass(one, other, 1000);
            pass(other, one, 1000);
        }
    }

    private static void pass(End from, End to, int step) {
        for (ByteBuf said = from.channel.readOutbound(); said != null; said = from.channel.readOutbound()) {
            while (said.isReadable() && to.channel.isOpen()) {
                to.channel.writeInbound(said.readBytes(Math.min(step, said.readableBytes())));
            }
            said.release();
        }
    }

    private static final class End {
        final List<String> events = new ArrayList<>();
        final EmbeddedChannel channel;
        LinkSecret agreed;

        End(byte[] secret, boolean dialled) {
            channel = new EmbeddedChannel(
                    new PeerProof(secret, dialled, events::add, link -> agreed = link),
                    new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelActive(ChannelHandlerContext ctx) {
                            events.add("active");
                        }

                        @Override
                        public void channelRead(ChannelHandlerContext ctx, Object message) {
                            ByteBuf in = (ByteBuf) message;
                            events.add(in.readableBytes() + " bytes");
                            in.release();
                        }
                    });
        }
    }
}
