package io.pinfold.server.transport;

import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to one peer for as long as its link is missing: at once, then after 10 ms and twice as long each time up to half a
 * second. Names are looked up anew for each attempt, away from the node loop. Confined to the node loop.
 */
final class PeerDialer {
    private static final int FIRST_DELAY_MILLIS = 10;
    private static final int LONGEST_DELAY_MILLIS = 500;

    private final NodeLoop node;
    private final PeerPort port;
    private final int peer;
    private long missingSinceNanos;
    private long attemptedNanos = Long.MIN_VALUE / 2;
    private int attempts;
    private boolean busy;
    private boolean closed;
    private @Nullable ScheduledFuture<?> waiting;

    PeerDialer(NodeLoop node, PeerPort port, int peer) {
        this.node = node;
        this.port = port;
        this.peer = peer;
        this.missingSinceNanos = node.nowNanos();
    }

    /** Something changed: the membership, or the link was lost. */
    void wake() {
        if (busy || waiting != null || closed) {
            return;
        }
        missingSinceNanos = node.nowNanos();
        if (missingSinceNanos - attemptedNanos > LONGEST_DELAY_MILLIS * 1_000_000L) {
            attempts = 0;
            attempt();
        } else {
            later();
        }
    }

    void close() {
        closed = true;
    }

    private void attempt() {
        waiting = null;
        if (closed) {
            return;
        }
        if (!port.wants(peer, node.nowNanos() - missingSinceNanos)) {
            if (port.isMissing(peer)) {
                later();
            }
            return;
        }
        attemptedNanos = node.nowNanos();
        List<InetSocketAddress> addresses = port.addresses(peer);
        if (addresses.isEmpty()) {
            return;
        }
        InetSocketAddress address = addresses.get(attempts % addresses.size());
        busy = true;
        CompletableFuture.supplyAsync(() -> resolve(address))
                .whenCompleteAsync((resolved, problem) -> connect(address, resolved), node.loop());
    }

    /** Blocks while the name is looked up, so never on the node loop. */
    private static @Nullable InetSocketAddress resolve(InetSocketAddress address) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address.getHostString()), address.getPort());
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private void connect(InetSocketAddress named, @Nullable InetSocketAddress resolved) {
        if (resolved == null) {
            port.trouble(Integer.toString(peer), "the host " + named.getHostString() + " is not known");
            failed();
            return;
        }
        port.connect(peer, resolved).addListener((ChannelFuture done) -> {
            if (done.isSuccess()) {
                busy = false;
                attempts++;
                later(); // in case the greeting fails
            } else {
                port.trouble(Integer.toString(peer), String.valueOf(done.cause().getMessage()));
                failed();
            }
        });
    }

    private void failed() {
        busy = false;
        attempts++;
        later();
    }

    private void later() {
        if (waiting == null && !closed && !node.loop().isShuttingDown()) {
            int longest = Math.min(LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(attempts, 10));
            int delay = longest / 2 + ThreadLocalRandom.current().nextInt(longest / 2 + 1);
            waiting = node.loop().schedule(this::attempt, delay, TimeUnit.MILLISECONDS);
        }
    }
}
