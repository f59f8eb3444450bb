package io.pinfold.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.ScheduledFuture;
import io.pinfold.server.consensus.PeerHello;
import io.pinfold.server.engine.PeerLink;
import io.pinfold.tls.live.TlsGate;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One socket between two members: greets, then carries frames of the engine, each with its length and checksum in front. A link
 * that is idle is kept alive by empty frames, and one that stays silent is given up. Confined to the node loop.
 */
final class PeerHandler extends ChannelInboundHandlerAdapter implements PeerLink {
    private static final int CHECKSUM_BYTES = 4;
    private static final int HEADER_BYTES = 4 + CHECKSUM_BYTES;
    private static final int MAX_FRAME_BYTES = 512 << 20;
    /** A peer that leaves more than this unread is as good as gone. */
    private static final long MAX_QUEUED_BYTES = 256L << 20;

    private static final int TICK_MILLIS = 500;
    private static final int SILENT_TICKS = 10;

    private final NodeLoop node;
    private final PeerPort port;
    /** The member that was connected to; 0 when the other one connected. */
    private final int dialled;

    private final FrameSplitter frames = new FrameSplitter(MAX_FRAME_BYTES);
    private final CRC32C checksum = new CRC32C();
    private final Runnable flush = this::flush;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> ticking;
    private boolean unflushed;
    private boolean sent;
    private int silentTicks;

    private @Nullable LinkSecret secret;
    private @Nullable PeerHello said;
    private PeerGreeting.@Nullable Hello greeting;
    private boolean up;
    private boolean closed;
    private boolean refused;
    /** Whether it was seen that the other end closed the connection. */
    private boolean ended = true;

    private String reason = "the connection ended";

    PeerHandler(NodeLoop node, PeerPort port, int dialled) {
        this.node = node;
        this.port = port;
        this.dialled = dialled;
    }

    /** {@return the other member; 0 while it is not known} */
    int peer() {
        PeerGreeting.Hello hello = greeting;
        return hello == null ? dialled : hello.from();
    }

    /** {@return whether the greeting is over and the link carries frames} */
    boolean isUp() {
        return up && !closed;
    }

    /** {@return whether the greeting ended well, also when the link broke later} */
    boolean wasUp() {
        return up;
    }

    boolean isDialled() {
        return dialled != 0;
    }

    /** {@return whether the other end was not who it had to be} */
    boolean wasRefused() {
        return refused;
    }

    /** {@return why the link broke} */
    String reason() {
        return reason;
    }

    /** {@return the other end, for the log} */
    String remote() {
        ChannelHandlerContext ctx = context;
        return ctx == null ? "" : String.valueOf(ctx.channel().remoteAddress());
    }

    // ---- the socket ----

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        if (!port.admit(this)) {
            abort("too many connections that said nothing yet");
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        port.forget(this);
    }

    /** Both ends have shown that they know the secret. */
    void agreed(LinkSecret agreed) {
        secret = agreed;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (closed) {
            return;
        }
        ticking = ctx.executor().scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        if (dialled != 0) {
            sayHello(dialled);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed = true;
        if (ticking != null) {
            ticking.cancel(false);
        }
        port.down(this, ended);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            silentTicks = 0;
            if (!closed && !node.hasFailed() && !port.isIsolated()) {
                node.turn();
                String problem = frames.accept(in, node.scratch(in.readableBytes()), this::onFrame);
                if (!problem.isEmpty()) {
                    abort(problem);
                }
            }
        } finally {
            in.release();
        }
    }

    private boolean onFrame(byte[] bytes, int offset, int length) {
        if (closed || node.hasFailed()) {
            return false;
        }
        if (length < CHECKSUM_BYTES) {
            abort("a frame of " + length + " bytes");
            return false;
        }
        int at = offset + CHECKSUM_BYTES;
        int size = length - CHECKSUM_BYTES;
        if (checksumOf(bytes, at, size) != intAt(bytes, offset)) {
            abort("a frame with a wrong checksum");
            return false;
        }
        if (up) {
            node.turn().onPeerFrame(peer(), this, bytes, at, size);
        } else if (size > 0) {
            greeted(bytes, at, size);
        }
        return !closed;
    }

    private static int intAt(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    }

    private int checksumOf(byte[] bytes, int offset, int length) {
        checksum.reset();
        checksum.update(bytes, offset, length);
        return (int) checksum.getValue();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            reason = String.valueOf(cause.getMessage());
            // A reset shows that the other process is gone, and silence of the network shows nothing.
            ended = !reason.contains("timed out");
            ctx.close();
        } else {
            node.fail("a frame of a peer broke an invariant", cause);
        }
    }

    private void tick() {
        if (!port.isIsolated() && !sent && isUp()) {
            write(new byte[0], 0);
            flush();
        }
        sent = false;
        if (++silentTicks > SILENT_TICKS) {
            abort("nothing was heard for " + SILENT_TICKS * TICK_MILLIS + " ms");
        }
    }

    // ---- the greeting ----

    private void sayHello(int to) {
        PeerHello state = node.turn().hello();
        said = state;
        say(new PeerGreeting.Hello(port.memberId(), to, state));
    }

    private void say(PeerGreeting words) {
        JuteWriter out = new JuteWriter(256);
        words.write(out);
        write(out.array(), out.size());
        flush();
    }

    private void greeted(byte[] bytes, int offset, int length) {
        try {
            PeerGreeting words = PeerGreeting.read(new JuteReader().reset(bytes, offset, offset + length));
            if (words instanceof PeerGreeting.Hello hello && greeting == null) {
                onHello(hello);
            } else if (words instanceof PeerGreeting.Key key && greeting != null) {
                onKey(key.sessionKey());
            } else if (words instanceof PeerGreeting.Refusal refusal && dialled != 0) {
                abort("it refuses: " + refusal.reason());
            } else {
                abort("a greeting out of order");
            }
        } catch (MalformedFrame e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    private void onHello(PeerGreeting.Hello hello) {
        String problem = port.problemWith(
                hello, dialled, node.turn().hello(), TlsGate.certificateOf(Objects.requireNonNull(context)));
        if (!problem.isEmpty()) {
            refuse(problem);
            return;
        }
        if (dialled == 0) {
            sayHello(hello.from());
        }
        greeting = hello;
        if (!hello.state().adopted()) {
            byte[] key = node.turn().sessionKey();
            LinkSecret agreed = secret;
            say(new PeerGreeting.Key(agreed == null ? key : agreed.seal(key)));
        }
        PeerHello own = said;
        if (own != null && own.adopted()) {
            becomeUp(new byte[0]);
        }
    }

    private void onKey(byte[] shown) {
        LinkSecret agreed = secret;
        byte[] key = agreed == null ? shown : agreed.open(shown);
        if (key.length == 0) {
            abort("the key of the cluster cannot be read");
        } else {
            becomeUp(key);
        }
    }

    private void becomeUp(byte[] key) {
        PeerGreeting.Hello hello = greeting;
        if (hello != null && !closed) {
            up = true;
            port.up(this, hello, key);
        }
    }

    private void refuse(String problem) {
        refused = true;
        if (dialled == 0) {
            say(new PeerGreeting.Refusal(problem));
        }
        abort(problem);
    }

    // ---- what the engine asks for ----

    @Override
    public void send(byte[] bytes, int length) {
        if (closed || node.hasFailed() || port.isIsolated()) {
            return;
        }
        write(bytes, length);
        if (!unflushed) {
            unflushed = true;
            node.atEndOfTurn(flush);
        }
        ChannelHandlerContext ctx = context;
        ChannelOutboundBuffer queued =
                ctx == null ? null : ctx.channel().unsafe().outboundBuffer();
        if (queued != null && queued.totalPendingWriteBytes() > MAX_QUEUED_BYTES) {
            abort("it does not read what it is sent");
        }
    }

    private void write(byte[] bytes, int length) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || closed) {
            return;
        }
        ByteBuf out = ctx.alloc().directBuffer(HEADER_BYTES + length, HEADER_BYTES + length);
        out.writeInt(CHECKSUM_BYTES + length);
        out.writeInt(checksumOf(bytes, 0, length));
        out.writeBytes(bytes, 0, length);
        sent = true;
        ctx.write(out, ctx.voidPromise());
    }

    private void flush() {
        unflushed = false;
        ChannelHandlerContext ctx = context;
        if (ctx != null && !closed) {
            ctx.flush();
        }
    }

    @Override
    public void close(String why) {
        abort(why);
    }

    /** Closes from this side, whatever the other side said. */
    void abort(String why) {
        if (closed) {
            return;
        }
        closed = true;
        ended = false;
        reason = why;
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.close();
        }
    }

    /** Ends the connection as if this process had died. */
    void reset() {
        ChannelHandlerContext ctx = context;
        if (ctx != null && ctx.channel().isOpen()) {
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            abort("reset");
        }
    }
}
