package io.pinfold.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import io.pinfold.AuthId;
import io.pinfold.server.engine.ClientLink;
import io.pinfold.server.engine.Connection;
import io.pinfold.server.engine.SaslStep;
import io.pinfold.tls.live.TlsGate;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One client's socket. Confined to the node loop. */
final class ClientHandler extends ChannelInboundHandlerAdapter implements ClientLink, MemoryBudget.Holder {
    private static final Logger LOG = LoggerFactory.getLogger(ClientHandler.class);

    private static final Object GO_ON = new Object();
    /** How long a client may take to read the last replies before its connection closes. */
    private static final int LAST_REPLIES_SECONDS = 5;
    /** Unfinished requests and unread replies below this are not counted. */
    private static final int SMALL_BYTES = 4096;
    /** How often it is looked whether a client reads, while there is something to read. */
    private static final int PROGRESS_MILLIS = 100;

    private final NodeLoop node;
    private final ClientPort port;
    private final FrameSplitter frames;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Connection connection;
    private @Nullable SaslLogin login;
    private int remotePort;
    private boolean readWanted = true;
    /** What unread replies and an unfinished request take, as far as it is worth counting. */
    private long heldBytes;

    private long unreadBytes;
    private boolean aborted;
    private @Nullable ScheduledFuture<?> watching;

    ClientHandler(NodeLoop node, ClientPort port, int maxFrameBytes) {
        this.node = node;
        this.port = port;
        this.frames = new FrameSplitter(maxFrameBytes);
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext current = context;
        if (current == null) {
            throw new IllegalStateException("The socket is not open yet");
        }
        return current;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        InetSocketAddress remote = (InetSocketAddress) ctx.channel().remoteAddress();
        remotePort = remote.getPort();
        connection = node.turn().onConnected(this, remote.getAddress().getHostAddress());
    }

    @Override
    public int remotePort() {
        return remotePort;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        release();
        if (connection != null) {
            node.turn().onDisconnected(connection);
            connection = null;
        }
    }

    @Override
    public long heldBytes() {
        return heldBytes;
    }

    @Override
    public void giveUp(String reason) {
        abort(reason, false);
    }

    private void hold(long bytes) {
        long before = heldBytes;
        heldBytes = bytes;
        if (before != bytes) {
            port.memory().changed(this, before, bytes);
        }
    }

    /** What is small is left out: there are limits of connections, too. */
    private void countHeld(ChannelHandlerContext ctx) {
        if (!aborted) {
            int kept = frames.keptBytes();
            long unread = pending(ctx);
            hold((unread < SMALL_BYTES ? 0 : unread) + (kept < SMALL_BYTES ? 0 : kept));
        }
    }

    private void release() {
        aborted = true;
        hold(0);
        if (watching != null) {
            watching.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (connection != null && !node.hasFailed()) {
                node.turn();
                String problem = frames.accept(in, node.scratch(in.readableBytes()), this::onFrame);
                if (!problem.isEmpty() && !answeredWord(frames.refusedLength())) {
                    abort(problem, false);
                }
            }
        } finally {
            in.release();
            countHeld(ctx);
        }
    }

    /** What would be a length may be the question of an operator. {@return whether it was} */
    private boolean answeredWord(int word) {
        Connection current = connection;
        String answer = current == null || current.sessionId() != 0
                ? null
                : port.answer(word, node.turn().inspect());
        if (answer == null) {
            return false;
        }
        byte[] text = answer.getBytes(StandardCharsets.UTF_8);
        send(text, text.length);
        close("it asked as an operator", true);
        return true;
    }

    private boolean onFrame(byte[] bytes, int offset, int length) {
        Connection current = connection;
        if (current == null || node.hasFailed()) {
            return false;
        }
        node.turn().onFrame(current, bytes, offset, length);
        return connection != null && context().channel().isWritable();
    }

    /** Comes in the middle of a write as well, so what follows from it waits for its turn. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!ctx.channel().isWritable()) {
            ctx.channel().config().setAutoRead(false);
            watchProgress(ctx);
        } else {
            ctx.executor().execute(() -> ctx.pipeline().fireUserEventTriggered(GO_ON));
        }
    }

    /** A client that reads a long reply lives, though its pings are not read meanwhile. */
    private void watchProgress(ChannelHandlerContext ctx) {
        if (watching == null && !aborted) {
            unreadBytes = unsent(ctx);
            watching = ctx.executor().schedule(() -> lookForProgress(ctx), PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void lookForProgress(ChannelHandlerContext ctx) {
        watching = null;
        Connection current = connection;
        if (current == null || node.hasFailed()) {
            return;
        }
        if (!ctx.channel().isWritable() && unsent(ctx) < unreadBytes) {
            node.turn().onProgress(current);
        }
        countHeld(ctx);
        if (pending(ctx) >= SMALL_BYTES) {
            watchProgress(ctx);
        }
    }

    /** A reply is pending as a whole until its last byte has left. */
    private static long unsent(ChannelHandlerContext ctx) {
        ChannelOutboundBuffer queued = ctx.channel().unsafe().outboundBuffer();
        return queued == null ? 0 : queued.totalPendingWriteBytes() - queued.currentProgress();
    }

    private static long pending(ChannelHandlerContext ctx) {
        ChannelOutboundBuffer queued = ctx.channel().unsafe().outboundBuffer();
        return queued == null ? 0 : queued.totalPendingWriteBytes();
    }

    /** The client has read: takes the requests that are here already, then reads on. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event != GO_ON) {
            return;
        }
        countHeld(ctx);
        if (connection != null && frames.hasRest() && !node.hasFailed()) {
            node.turn();
            String problem = frames.resume(this::onFrame);
            if (!problem.isEmpty()) {
                abort(problem, false);
            }
        }
        ctx.channel().config().setAutoRead(readWanted && ctx.channel().isWritable());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof java.io.IOException) {
            abort(String.valueOf(cause.getMessage()), true);
        } else {
            node.fail("a request broke an invariant", cause);
        }
    }

    // ---- what the engine asks for ----

    @Override
    public void send(byte[] bytes, int length) {
        ChannelHandlerContext ctx = context();
        ByteBuf out = ctx.alloc().directBuffer(length, length).writeBytes(bytes, 0, length);
        ctx.writeAndFlush(out, ctx.voidPromise());
        if (pending(ctx) > port.maxQueuedBytes()) {
            abort("the client does not read what it asked for", false);
        } else if (pending(ctx) >= SMALL_BYTES) {
            countHeld(ctx); // the socket is full
            watchProgress(ctx);
        }
    }

    @Override
    public void close(String reason, boolean orderly) {
        tell(reason, orderly);
        ChannelHandlerContext ctx = context();
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        if (ctx.channel().isOpen()) {
            ctx.executor().schedule(() -> ctx.close(), LAST_REPLIES_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Closes without waiting until the client has read what was sent. */
    private void abort(String reason, boolean orderly) {
        if (!aborted) {
            tell(reason, orderly);
        }
        release();
        context().close();
    }

    private void tell(String reason, boolean orderly) {
        if (connection != null) {
            LOG.atLevel(orderly ? Level.DEBUG : Level.INFO)
                    .log("connection-closed client={} reason={}", connection, reason);
        }
    }

    @Override
    public List<AuthId> proven() {
        return port.logins().ownerOf(TlsGate.certificateOf(context()));
    }

    @Override
    public boolean isSecure() {
        return context().pipeline().get(SslHandler.class) != null;
    }

    @Override
    public SaslStep sasl(byte[] token) {
        SaslLogin current = login;
        if (current == null) {
            current = new SaslLogin(port.logins());
            login = current;
        }
        return current.step(token);
    }

    @Override
    public void read(boolean wanted) {
        readWanted = wanted;
        context().channel().config().setAutoRead(wanted && context().channel().isWritable());
    }
}
