package io.pinfold.server.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;

/** Counts a client's socket from its first moment, and lets nobody hear of one too many. Confined to the node loop. */
final class Admission extends ChannelInboundHandlerAdapter {
    private final ClientPort port;
    private String admitted = "";

    Admission(ClientPort port) {
        this.port = port;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        String host =
                ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress().getHostAddress();
        if (port.admit(host)) {
            admitted = host;
            ctx.fireChannelActive();
        } else {
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!admitted.isEmpty()) {
            port.leave(admitted);
            ctx.fireChannelInactive();
        }
    }
}
