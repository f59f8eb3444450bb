package io.pinfold.server.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.pinfold.server.engine.AuditLine;
import io.pinfold.server.engine.Inspection;
import io.pinfold.tls.live.LiveTls;
import io.pinfold.tls.live.TlsGate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where clients connect. Opened and closed by any thread; everything else is confined to the node loop. */
public final class ClientPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientPort.class);
    private static final int BACKLOG = 1024;
    /** How often it is looked whether keys and certificates changed. */
    static final int KEY_SECONDS = 1;
    /** Above the high mark a client has to read before its requests are read. */
    private static final WriteBufferWaterMark WRITE_MARKS = new WriteBufferWaterMark(256 * 1024, 1024 * 1024);

    /**
     * Limits of a port. Immutable.
     *
     * @param maxPerAddress connections from one address; 0 for no limit
     * @param maxConnections connections in all
     * @param connectionReason where that number comes from
     * @param maxFrameBytes longest request
     * @param maxQueuedBytes replies and events that a client may leave unread before it is disconnected
     * @param maxHeldBytes unread replies and unfinished requests of all connections; beyond that, the one that holds most
     *     is disconnected
     */
    public record Limits(
            int maxPerAddress,
            int maxConnections,
            String connectionReason,
            int maxFrameBytes,
            long maxQueuedBytes,
            long maxHeldBytes) {}

    private final NodeLoop node;
    private final Limits limits;
    private final Words words;
    private final Map<String, Integer> perAddress = new HashMap<>();
    private final ChannelGroup sockets;
    private final Logins logins;
    private final MemoryBudget memory;
    private int connections;
    private final List<Channel> listening = new ArrayList<>();
    private final List<LiveTls> keys = new ArrayList<>();

    /** Knows the words of operators. */
    public interface Words {
        /** {@return the answer to the first four bytes of a connection, or null if they are no word} */
        @Nullable
        String answer(int word, Inspection seen, long nowNanos);
    }

    /** Makes a port that is not open yet. */
    public ClientPort(NodeLoop node, Limits limits, Words words, Logins logins) {
        this.logins = logins;
        this.words = words;
        this.node = node;
        this.limits = limits;
        this.memory = new MemoryBudget(limits.maxHeldBytes());
        this.sockets = new DefaultChannelGroup(node.loop());
    }

    /**
     * Begins to accept clients, also on a second address.
     *
     * @param tls what their connections are encrypted with; null for nothing
     * @throws IOException if the address cannot be used; the message names it
     */
    public InetSocketAddress open(InetSocketAddress address, @Nullable LiveTls tls) throws IOException {
        return open(address, tls, pipeline -> {
            if (tls != null) {
                pipeline.addLast(tls.accepted(pipeline.channel().alloc()), gate(pipeline.channel()));
            }
        });
    }

    /**
     * As {@link #open}, for clients that speak TLS and others that do not: their first byte tells.
     *
     * @throws IOException if the address cannot be used; the message names it
     */
    public InetSocketAddress openForBoth(InetSocketAddress address, LiveTls tls) throws IOException {
        return open(address, tls, pipeline -> {
            Channel channel = pipeline.channel();
            pipeline.addLast(new TlsOrPlain(() -> tls.accepted(channel.alloc()), gate(channel)));
        });
    }

    private TlsGate gate(Channel channel) {
        return new TlsGate(reason -> notEncrypted(channel, reason));
    }

    private InetSocketAddress open(
            InetSocketAddress address, @Nullable LiveTls tls, Consumer<ChannelPipeline> encryption) throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(node.group())
                .channel(node.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_MARKS)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        sockets.add(channel);
                        channel.pipeline().addLast(new Admission(ClientPort.this));
                        encryption.accept(channel.pipeline());
                        channel.pipeline().addLast(new ClientHandler(node, ClientPort.this, limits.maxFrameBytes()));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "Clients cannot be served on " + address.getHostString() + ":" + address.getPort() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        listening.add(bound.channel());
        if (tls != null) {
            keys.add(tls);
            node.every(KEY_SECONDS, tls::refresh);
        }
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private void notEncrypted(Channel channel, String reason) {
        LOG.info("connection-refused client={} reason={}", channel.remoteAddress(), reason);
        String host = channel.remoteAddress() instanceof InetSocketAddress from
                ? from.getAddress().getHostAddress()
                : "";
        node.auditLog()
                .write(
                        AuditLine.Kind.SECURITY,
                        new AuditLine()
                                .with("ip", host)
                                .with("operation", "authenticate")
                                .with("scheme", "tls")
                                .with("reason", reason),
                        AuditLine.Result.FAILURE);
    }

    @Nullable
    String answer(int word, Inspection seen) {
        return words.answer(word, seen, node.nowNanos());
    }

    boolean admit(String host) {
        int already = perAddress.getOrDefault(host, 0);
        if (limits.maxPerAddress() > 0 && already >= limits.maxPerAddress()) {
            LOG.warn("connection-refused client={} reason=maxClientCnxns limit={}", host, limits.maxPerAddress());
            return false;
        }
        if (connections >= limits.maxConnections()) {
            LOG.warn(
                    "connection-refused client={} reason={} limit={}",
                    host,
                    limits.connectionReason(),
                    limits.maxConnections());
            return false;
        }
        perAddress.put(host, already + 1);
        connections++;
        return true;
    }

    void leave(String host) {
        connections--;
        perAddress.merge(host, -1, (now, change) -> now + change == 0 ? null : now + change);
    }

    Logins logins() {
        return logins;
    }

    MemoryBudget memory() {
        return memory;
    }

    long maxQueuedBytes() {
        return limits.maxQueuedBytes();
    }

    /** Ends all connections as if this process had died. On the node loop. */
    public void reset() {
        listening.forEach(Channel::close);
        keys.forEach(LiveTls::close);
        for (Channel socket : sockets) {
            if (socket.isOpen()) {
                socket.config().setOption(ChannelOption.SO_LINGER, 0);
                socket.close();
            }
        }
    }

    /** Stops accepting and closes all connections. */
    @Override
    public void close() {
        listening.forEach(port -> port.close().awaitUninterruptibly());
        sockets.close().awaitUninterruptibly();
        keys.forEach(LiveTls::close);
    }
}
