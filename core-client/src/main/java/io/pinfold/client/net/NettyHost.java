package io.pinfold.client.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.ScheduledFuture;
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
    private final SecureRandom random = new SecureRandom();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes part in the JVM's shared loop; callbacks run on the given executor, or on shared threads if it is null. */
    public NettyHost(@Nullable Executor callbacks) {
        this.loop = SharedThreads.ofThisJvm().acquire().next();
        this.callbacks = callbacks == null ? SharedThreads.ofThisJvm().callbackThreads() : callbacks;
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
        if (literal != null) {
            // Behind this turn of the loop, so that the listener is not called from here.
            loop.execute(() -> open(link, resolved(host, literal), port, 0));
        } else {
            // Looking up a name may block, so not on the loop.
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
            InetAddress[] addresses = InetAddress.getAllByName(host);
            loop.execute(() -> open(link, addresses, port, 0));
        } catch (UnknownHostException e) {
            loop.execute(() -> link.failed("its name is not known"));
        }
    }

    /** Tries one address after the other. */
    private void open(NettyLink link, InetAddress[] addresses, int port, int index) {
        if (link.isClosed()) {
            return;
        }
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, GIVE_UP_MILLIS)
                .handler(link)
                .connect(new InetSocketAddress(addresses[index], port))
                .addListener(opened -> {
                    if (!opened.isSuccess() && index + 1 < addresses.length) {
                        open(link, addresses, port, index + 1);
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
            SharedThreads.ofThisJvm().release();
        }
    }
}
