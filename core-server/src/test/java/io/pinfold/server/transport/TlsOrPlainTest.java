package io.pinfold.server.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.pinfold.tls.live.TlsGate;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

/** One byte tells whom a port speaks with, and whoever says nothing is not waited for. */
class TlsOrPlainTest {
    private final List<String> heard = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new TlsOrPlain(TlsOrPlainTest::tls, new TlsGate(heard::add)), new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext context) {
                    heard.add("active");
                }

                @Override
                public void channelInactive(ChannelHandlerContext context) {
                    heard.add("inactive");
                }

                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    ByteBuf bytes = (ByteBuf) message;
                    heard.add(bytes.readableBytes() + " bytes");
                    bytes.release();
                }
            });

    private static SslHandler tls() {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(false);
            return new SslHandler(engine);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nobodyHearsOfAConnectionBeforeItsFirstByte() {
        assertEquals(List.of(), heard);
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0}));
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {22, 3, 1}));
        channel.close();

        assertEquals(List.of("active", "1 bytes", "3 bytes", "inactive"), heard);
    }

    @Test
    void aHandshakeOfTlsIsLeftToTls() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {22}));

        assertTrue(channel.pipeline().get(SslHandler.class) != null);
        assertEquals(List.of(), heard);
    }

    @Test
    void aSilentConnectionIsClosed() {
        channel.advanceTimeBy(9, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertTrue(channel.isOpen());
        channel.advanceTimeBy(2, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertFalse(channel.isOpen());
        assertEquals(List.of(), heard);
    }
}
