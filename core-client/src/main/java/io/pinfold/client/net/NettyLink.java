package io.pinfold.client.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** One TCP connection. Confined to the loop. */
@ChannelHandler.Sharable // used again when a name has several addresses and the first one does not answer
final class NettyLink extends ChannelInboundHandlerAdapter implements Link {
    private final LinkListener listener;
    private byte[] scratch = new byte[1 << 13];
    private @Nullable Channel channel;
    private boolean closed;
    private String reason = "the server closed the connection";

    NettyLink(LinkListener listener) {
        this.listener = listener;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void send(byte[] bytes, int length) {
        Channel open = channel;
        if (open != null && !closed) {
            open.writeAndFlush(open.alloc().buffer(length).writeBytes(bytes, 0, length), open.voidPromise());
        }
    }

    @Override
    public void close() {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }

    void failed(String why) {
        if (!closed) {
            closed = true;
            listener.disconnected(why);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (closed) {
            context.close();
            return;
        }
        channel = context.channel();
        listener.connected();
        listener.turnEnded();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf arrived = (ByteBuf) message;
        try {
            int length = arrived.readableBytes();
            if (scratch.length < length) {
                scratch = new byte[Math.max(length, 2 * scratch.length)];
            }
            arrived.readBytes(scratch, 0, length);
            if (!closed) {
                listener.received(scratch, 0, length);
            }
        } finally {
            arrived.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        listener.turnEnded(); // also of a connection that was closed in this turn: its end is yet to be dealt with
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (channel != null) { // else an attempt that failed, which its own future reports
            failed(reason);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        reason = describe(cause);
        context.close();
    }

    static String describe(@Nullable Throwable cause) {
        if (cause == null) {
            return "the connection failed";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
