package io.pinfold.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.pinfold.tls.live.TlsGate;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first byte of a connection, which tells whether it speaks TLS, and makes way for what follows from that. Those
 * behind hear of the connection only then. Confined to the node loop.
 *
 * <p>A record of TLS that begins a handshake has the type 22. As the first byte of a length that would be 369 MB, and it is no letter
 * of a word of operators, either.
 */
final class TlsOrPlain extends ChannelInboundHandlerAdapter {
    private static final int TLS_HANDSHAKE = 22;
    private static final int FIRST_BYTE_SECONDS = 10;

    private final Supplier<SslHandler> tls;
    private final TlsGate gate;
    private @Nullable ScheduledFuture<?> deadline;

    TlsOrPlain(Supplier<SslHandler> tls, TlsGate gate) {
        this.tls = tls;
        this.gate = gate;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> context.close(), FIRST_BYTE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
            ReferenceCountUtil.release(message);
            return;
        }
        waitNoLonger();
        if (bytes.getByte(bytes.readerIndex()) == TLS_HANDSHAKE) {
            ChannelPipeline pipeline = context.pipeline();
            pipeline.addAfter(context.name(), "gate", gate);
            pipeline.addAfter(context.name(), "tls", tls.get());
        } else {
            context.fireChannelActive();
        }
        context.fireChannelRead(message);
        context.pipeline().remove(this);
    }

    /** Nobody behind has heard of the connection. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waitNoLonger();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private void waitNoLonger() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
