package io.pinfold.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.pinfold.tls.live.LiveTls;
import io.pinfold.tls.live.TlsGate;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What peers show each other before anything else is read. Immutable.
 *
 * @param accepting TLS of links that others make; null for none
 * @param dialling TLS of links that this member makes; null for none
 * @param hostNames whether the certificate of a member has to name its host
 * @param secret what both have to know; empty for nothing
 */
public record PeerSecurity(
        @Nullable LiveTls accepting, @Nullable LiveTls dialling, boolean hostNames, byte[] secret) {
    /** Nothing is shown: whoever reaches the port is believed. */
    public static final PeerSecurity NONE = new PeerSecurity(null, null, false, new byte[0]);

    /** Puts the gates in front of the handler of a link; {@code to} is null when the other end connected. */
    void guard(
            Channel channel, @Nullable InetSocketAddress to, Consumer<String> onRefusal, Consumer<LinkSecret> onProof) {
        ChannelPipeline pipeline = channel.pipeline();
        LiveTls accepted = accepting;
        LiveTls dialled = dialling;
        if (to == null && accepted != null) {
            pipeline.addLast(accepted.accepted(channel.alloc()), new TlsGate(onRefusal));
        } else if (to != null && dialled != null) {
            pipeline.addLast(
                    dialled.connected(channel.alloc(), to.getHostString(), to.getPort()), new TlsGate(onRefusal));
        }
        if (secret.length > 0) {
            pipeline.addLast(new PeerProof(secret, to != null, onRefusal, onProof));
        }
    }

    /** Reads keys and certificates again if they changed. Blocks. */
    void refresh() {
        if (accepting != null) {
            accepting.refresh();
        }
        if (dialling != null) {
            dialling.refresh();
        }
    }

    void close() {
        if (accepting != null) {
            accepting.close();
        }
        if (dialling != null) {
            dialling.close();
        }
    }
}
