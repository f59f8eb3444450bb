package io.pinfold.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of a link between peers show that they know the secret, before anything else is read. Each sends a few bytes of its
 * own making, then a MAC over the bytes of both; whoever is behind this hears of the link when that is done. Confined to the node
 * loop.
 */
final class PeerProof extends ChannelInboundHandlerAdapter {
    /** "PNFS". */
    private static final byte[] MAGIC = {0x50, 0x4e, 0x46, 0x53};

    private static final int GREETING_BYTES = MAGIC.length + LinkSecret.NONCE_BYTES;
    private static final int PATIENCE_SECONDS = 5;

    private final byte[] secret;
    private final boolean dialled;
    private final Consumer<String> onRefusal;
    private final Consumer<LinkSecret> onProof;
    private final byte[] nonce = new byte[LinkSecret.NONCE_BYTES];
    private final byte[] received = new byte[GREETING_BYTES + LinkSecret.PROOF_BYTES];
    private int receivedBytes;
    private @Nullable LinkSecret link;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean over;

    /** Tells either of a refusal or of what was agreed, once. */
    PeerProof(byte[] secret, boolean dialled, Consumer<String> onRefusal, Consumer<LinkSecret> onProof) {
        this.secret = secret;
        this.dialled = dialled;
        this.onRefusal = onRefusal;
        this.onProof = onProof;
        new SecureRandom().nextBytes(nonce);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        deadline = ctx.executor()
                .schedule(() -> refuse(ctx, "it does not show the secret"), PATIENCE_SECONDS, TimeUnit.SECONDS);
        ctx.writeAndFlush(Unpooled.wrappedBuffer(MAGIC, nonce));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            int taken = Math.min(in.readableBytes(), received.length - receivedBytes);
            in.readBytes(received, receivedBytes, taken);
            receivedBytes += taken;
            if (!over) {
                look(ctx);
            }
            if (over && link != null && in.isReadable()) {
                ctx.fireChannelRead(in.retain());
            }
        } finally {
            in.release();
        }
    }

    private void look(ChannelHandlerContext ctx) {
        if (link == null && receivedBytes >= GREETING_BYTES) {
            if (!Arrays.equals(received, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                refuse(ctx, "it has no secret, or is no Pinfold server");
                return;
            }
            byte[] others = Arrays.copyOfRange(received, MAGIC.length, GREETING_BYTES);
            LinkSecret mixed = dialled ? new LinkSecret(secret, nonce, others) : new LinkSecret(secret, others, nonce);
            link = mixed;
            ctx.writeAndFlush(Unpooled.wrappedBuffer(mixed.proof(dialled)));
        }
        LinkSecret agreed = link;
        if (agreed != null && receivedBytes == received.length) {
            byte[] proof = Arrays.copyOfRange(received, GREETING_BYTES, received.length);
            if (MessageDigest.isEqual(proof, agreed.proof(!dialled))) {
                over = true;
                cancelDeadline();
                onProof.accept(agreed);
                ctx.fireChannelActive();
            } else {
                refuse(ctx, "it has another secret");
            }
        }
    }

    private void refuse(ChannelHandlerContext ctx, String reason) {
        if (!over) {
            over = true;
            link = null;
            cancelDeadline();
            onRefusal.accept(reason);
            ctx.close();
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (over && link != null || !(cause instanceof IOException)) {
            ctx.fireExceptionCaught(cause);
        } else {
            refuse(ctx, String.valueOf(cause.getMessage()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (over && link != null) {
            ctx.fireChannelInactive();
        } else {
            refuse(ctx, "the connection ended before it showed the secret: perhaps it has none or another one");
        }
    }
}
