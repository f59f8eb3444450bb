package io.pinfold.client.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.pinfold.tls.TlsConfig;
import io.pinfold.tls.live.LiveTls;
import io.pinfold.tls.live.TlsGate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The world as it is: netty's loop, TCP, the JVM's clock. Thread-safe where the interface says so. */
public final class NettyHost implements ClientHost {
    /** Cleans up behind attempts that the session gave up before: it has a deadline of its own, no later than this. */
    private static final int GIVE_UP_MILLIS = 6_000;

    private final EventLoop loop;
    private final Executor callbacks;
    private final @Nullable TlsConfig tlsConfig;
    /** Confined to threads for callbacks, one at a time because connections are opened one at a time. */
    private volatile @Nullable LiveTls tls;

    private final SecureRandom random = new SecureRandom();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes part in the JVM's shared loop; callbacks run on the given executor, or on shared threads if it is null. */
    public NettyHost(@Nullable Executor callbacks) {
        this(callbacks, null);
    }

    /** As {@link #NettyHost(Executor)}, with TLS on each connection unless it is null. */
    public NettyHost(@Nullable Executor callbacks, @Nullable TlsConfig tls) {
        this.tlsConfig = tls;
        this.loop = SharedThreads.ofThisJvm().acquire().next();
        this.callbacks = callbacks == null ? SharedThreads.ofThisJvm().callbackThreads() : callbacks;
    }

    @Override
    public String processName() {
        return ProcessName.hostAndPid();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        try {
            ScheduledFuture<?> scheduled = loop.schedule(task, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {}; // the loop stopped, as close() promises
        }
    }

    @Override
    public Link connect(String host, int port, LinkListener listener) {
        NettyLink link = new NettyLink(listener);
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null && tlsConfig == null) {
            // Behind this turn of the loop, so that the listener is not called from here.
            loop.execute(() -> open(link, host, resolved(host, literal), port, 0));
        } else {
            // Looking up a name or reading keys may block, so not on the loop.
            SharedThreads.ofThisJvm().callbackThreads().execute(() -> lookUp(link, host, port));
        }
        return link;
    }

    private static InetAddress[] resolved(String host, byte[] literal) {
        try {
            return new InetAddress[] {InetAddress.getByAddress(host, literal)};
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address of " + literal.length + " bytes", e);
        }
    }

    private void lookUp(NettyLink link, String host, int port) {
        try {
            loadKeys();
            InetAddress[] addresses = InetAddress.getAllByName(host);
            onLoop(() -> open(link, host, addresses, port, 0));
        } catch (UnknownHostException e) {
            onLoop(() -> link.failed("its name is not known"));
        } catch (IOException e) {
            onLoop(() -> link.failed(NettyLink.describe(e)));
        }
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            return; // the host was closed meanwhile
        }
    }

    private void loadKeys() throws IOException {
        LiveTls current = tls;
        if (tlsConfig != null && current == null) {
            tls = LiveTls.forClient(tlsConfig);
        } else if (current != null) {
            current.refresh();
        }
    }

    private ChannelHandler handler(NettyLink link, String host, int port) {
        LiveTls current = tls;
        if (current == null) {
            return link;
        }
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(current.connected(channel.alloc(), host, port))
                        .addLast(new TlsGate(link::failed))
                        .addLast(link);
            }
        };
    }

    /** Tries one address after the other. */
    private void open(NettyLink link, String host, InetAddress[] addresses, int port, int index) {
        if (link.isClosed()) {
            return;
        }
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, GIVE_UP_MILLIS)
                .handler(handler(link, host, port))
                .connect(new InetSocketAddress(addresses[index], port))
                .addListener(opened -> {
                    if (!opened.isSuccess() && index + 1 < addresses.length) {
                        open(link, host, addresses, port, index + 1);
                    } else if (!opened.isSuccess()) {
                        link.failed(NettyLink.describe(opened.cause()));
                    }
                });
    }

    @Override
    public Executor callbacks() {
        return callbacks;
    }

    @Override
    public long randomLong() {
        return random.nextLong();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            LiveTls current = tls;
            if (current != null) {
                current.close();
            }
            SharedThreads.ofThisJvm().release();
        }
    }
}
