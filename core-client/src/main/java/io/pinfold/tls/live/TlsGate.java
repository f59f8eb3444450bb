package io.pinfold.tls.live;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the handler of TLS: who follows hears of the connection only when the handshake is over, and nothing of one that
 * fails. Confined to the loop of the connection.
 */
public final class TlsGate extends ChannelInboundHandlerAdapter {
    private final Consumer<String> onRefusal;
    private boolean open;
    private boolean refused;

    /** Tells of a connection that does not come about, at most once. */
    public TlsGate(Consumer<String> onRefusal) {
        this.onRefusal = onRefusal;
    }

    /** {@return the certificate that the other end showed, or null if it showed none} */
    public static @Nullable X509Certificate certificateOf(ChannelHandlerContext context) {
        SslHandler handler = context.pipeline().get(SslHandler.class);
        try {
            Certificate[] shown =
                    handler == null ? null : handler.engine().getSession().getPeerCertificates();
            return shown != null && shown.length > 0 && shown[0] instanceof X509Certificate first ? first : null;
        } catch (SSLPeerUnverifiedException e) {
            return null; // a server that wants none
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        // those behind are told when the handshake is over
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent done)) {
            context.fireUserEventTriggered(event);
        } else if (done.isSuccess()) {
            open = true;
            context.fireChannelActive();
        } else {
            refuse(context, done.cause());
        }
    }

    /** In a connection that is up, this is bytes that are no TLS, or an alarm of the other end. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refuse(context, cause);
    }

    private void refuse(ChannelHandlerContext context, Throwable cause) {
        if (!refused && !open) {
            refused = true;
            Throwable reason = cause.getCause() == null ? cause : cause.getCause();
            onRefusal.accept("TLS failed: " + (reason.getMessage() == null ? reason : reason.getMessage()));
        }
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (open) {
            context.fireChannelInactive();
        } else if (!refused) {
            refused = true;
            onRefusal.accept("the connection ended in the handshake of TLS");
        }
    }
}
