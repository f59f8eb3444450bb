package io.pinfold.server.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.PeerHello;
import io.pinfold.server.engine.AuditLine;
import io.pinfold.tls.live.CertificateNames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where peers connect, and from where they are connected to: one link for each pair of members, made by the one with the higher
 * number. A member that the others may not know yet connects to all of them. Opened and closed by any thread; everything else is
 * confined to the node loop.
 */
public final class PeerPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerPort.class);
    private static final int MAX_STRANGERS = 64;
    private static final int CONNECT_MILLIS = 1_000;
    /** Short and long frames alternate, of which a guess by the last ones makes two reads of one. */
    private static final RecvByteBufAllocator READING = new FixedRecvByteBufAllocator(64 << 10);

    private final NodeLoop node;
    private final int memberId;
    private final Membership configured;
    private final PeerSecurity security;
    private final ChannelGroup sockets;
    private final Map<Integer, PeerHandler> links = new TreeMap<>();
    private final Map<Integer, PeerDialer> dialers = new TreeMap<>();
    private final Map<String, String> lastTroubles = new TreeMap<>();
    private final List<PeerHandler> strangers = new ArrayList<>();
    private Membership membership;
    private final Channel listening;
    private boolean isolated;
    private boolean closed;

    /**
     * Listens. Nothing is said to anybody before {@link #start}.
     *
     * @param security what peers show each other
     * @param configured the members that this member was told of; while it is connected to, the agreed membership wins
     * @throws IOException if the address cannot be used; the message names it
     */
    public PeerPort(
            NodeLoop node, int memberId, Membership configured, InetSocketAddress address, PeerSecurity security)
            throws IOException {
        this.security = security;
        this.node = node;
        this.memberId = memberId;
        this.configured = configured;
        this.membership = configured;
        this.sockets = new DefaultChannelGroup(node.loop());
        ChannelFuture bound = new ServerBootstrap()
                .group(node.group())
                .channel(node.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, READING)
                .childHandler(initializer(0, null))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "Peers cannot be served on " + address.getHostString() + ":" + address.getPort() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        this.listening = bound.channel();
    }

    private ChannelInitializer<Channel> initializer(int dialled, @Nullable InetSocketAddress to) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                sockets.add(channel);
                PeerHandler link = new PeerHandler(node, PeerPort.this, dialled);
                String who = dialled == 0 ? hostOf(channel) : Integer.toString(dialled);
                security.guard(channel, to, reason -> notProven(who, reason), link::agreed);
                channel.pipeline().addLast(link);
            }
        };
    }

    /** Begins to accept and to connect; after the node loop has its engine. Any thread. */
    public void start() {
        listening.config().setAutoRead(true);
        if (security.accepting() != null) {
            node.every(ClientPort.KEY_SECONDS, security::refresh);
        }
        node.loop().execute(() -> changed(membership));
    }

    /** {@return this member} */
    int memberId() {
        return memberId;
    }

    // ---- whom to connect to ----

    /** These are the members now. */
    public void changed(Membership current) {
        membership = current;
        for (Member member : current.members()) {
            dial(member.id());
        }
        for (Member member : configured.members()) {
            dial(member.id());
        }
    }

    private void dial(int id) {
        if (id != memberId && !closed) {
            dialers.computeIfAbsent(id, peer -> new PeerDialer(node, this, peer))
                    .wake();
        }
    }

    /** {@return whether this member is to make the link, which is missing, after it waited for so many nanoseconds} */
    boolean wants(int peer, long waitedNanos) {
        if (closed || isolated || links.containsKey(peer)) {
            return false;
        }
        if (isGreeting(peer)) {
            return false;
        }
        boolean known = membership.find(peer) != null || configured.find(peer) != null;
        // Whoever has the lower number waits to be called, unless the others may not know where.
        return known && (peer < memberId || waitedNanos > 1_000_000_000L);
    }

    /** {@return whether there is no link to a member} */
    boolean isMissing(int peer) {
        return !closed && !isolated && !links.containsKey(peer);
    }

    /** {@return where a peer may be found: as agreed, and as configured if that is another place} */
    List<InetSocketAddress> addresses(int peer) {
        List<InetSocketAddress> found = new ArrayList<>();
        for (Membership source : List.of(membership, configured)) {
            Member member = source.find(peer);
            if (member != null && !member.host().isEmpty()) {
                InetSocketAddress address = InetSocketAddress.createUnresolved(member.host(), member.peerPort());
                if (!found.contains(address)) {
                    found.add(address);
                }
            }
        }
        return found;
    }

    /** {@return whether a connection to a peer was made whose greeting is not over} */
    boolean isGreeting(int peer) {
        return strangers.stream().anyMatch(link -> link.isDialled() && link.peer() == peer);
    }

    ChannelFuture connect(int peer, InetSocketAddress address) {
        return new Bootstrap()
                .group(node.loop())
                .channel(node.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, READING)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(initializer(peer, address))
                .connect(address);
    }

    // ---- links ----

    private static String hostOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote ? remote.getHostString() : "";
    }

    /** {@return whether a new socket may stay: strangers are few at a time} */
    boolean admit(PeerHandler link) {
        if (closed || isolated || !link.isDialled() && strangers.size() >= MAX_STRANGERS) {
            return false;
        }
        strangers.add(link);
        return true;
    }

    /** {@return what is wrong with who says hello, or an empty text} */
    String problemWith(PeerGreeting.Hello hello, int dialled, PeerHello own, @Nullable X509Certificate certificate) {
        if (hello.to() != memberId) {
            return "it looks for member " + hello.to() + ", but this is member " + memberId;
        }
        if (hello.from() < 1 || hello.from() > 254 || hello.from() == memberId) {
            return "it says that it is member " + hello.from() + ", and so is this one";
        }
        if (dialled != 0 && hello.from() != dialled) {
            return "it was expected to be member " + dialled + ", but is member " + hello.from();
        }
        if (certificate != null && security.hostNames() && !isCertificateOf(hello.from(), certificate)) {
            return "its certificate is not one of member " + hello.from();
        }
        boolean foreign = own.adopted()
                && hello.state().adopted()
                && !own.cluster().equals(hello.state().cluster());
        return foreign ? "it belongs to another cluster; one of the two has a wrong address or data directory" : "";
    }

    private boolean isCertificateOf(int member, X509Certificate certificate) {
        List<InetSocketAddress> known = addresses(member);
        return known.isEmpty()
                || known.stream().anyMatch(at -> CertificateNames.match(certificate, at.getHostString()));
    }

    /** A socket is gone, whose greeting perhaps never began. */
    void forget(PeerHandler link) {
        strangers.remove(link);
    }

    void up(PeerHandler link, PeerGreeting.Hello hello, byte[] key) {
        int peer = hello.from();
        strangers.remove(link);
        PeerHandler former = links.get(peer);
        if (former != null && isCalledUpwards(link) && !isCalledUpwards(former)) {
            link.abort("there is a connection already");
            return;
        }
        links.put(peer, link);
        if (former != null) {
            node.turn().onPeerDown(peer, former, false);
            former.abort("there is a newer connection");
        }
        lastTroubles.remove(Integer.toString(peer));
        LOG.info("peer-linked peer={} address={}", peer, link.remote());
        audit(Integer.toString(peer), "", AuditLine.Result.SUCCESS);
        node.turn().onPeerUp(peer, hello.state(), key, link);
    }

    /** {@return whether the member with the lower number made the link, which both ends take for the less wanted one} */
    private boolean isCalledUpwards(PeerHandler link) {
        return link.isDialled() == memberId < link.peer();
    }

    void down(PeerHandler link, boolean ended) {
        int peer = link.peer();
        strangers.remove(link);
        if (links.get(peer) == link) {
            links.remove(peer);
            LOG.info("peer-lost peer={} reason={}", peer, link.reason());
            if (!node.hasFailed()) {
                node.turn().onPeerDown(peer, link, ended);
            }
        } else if (!link.wasUp()) {
            String who = peer == 0 ? link.remote().replaceAll("^/|:\\d+$", "") : Integer.toString(peer);
            if (link.wasRefused()) {
                notProven(who, link.reason());
            } else {
                trouble(who, link.reason());
            }
        }
        PeerDialer dialer = dialers.get(peer);
        if (dialer != null) {
            dialer.wake();
        }
    }

    /** Says why there is no link, but not again and again. {@return whether it said so} */
    boolean trouble(String who, String reason) {
        if (lastTroubles.size() > MAX_STRANGERS) {
            lastTroubles.clear();
        }
        if (closed || isolated || reason.equals(lastTroubles.put(who, reason))) {
            return false;
        }
        LOG.warn("peer-not-linked peer={} reason={}", who, reason);
        return true;
    }

    /** The other end is not who it has to be, or does not show it. */
    private void notProven(String who, String reason) {
        if (trouble(who, reason)) {
            audit(who, reason, AuditLine.Result.FAILURE);
        }
    }

    private void audit(String who, String reason, AuditLine.Result result) {
        String key = who.matches("\\d+") ? "user" : "ip"; // somebody who has no number yet
        AuditLine line = new AuditLine().with(key, who).with("operation", "linkPeer");
        node.auditLog().write(AuditLine.Kind.SECURITY, line.with("reason", reason), result);
    }

    // ---- for tests ----

    /** Loses everything that peers say to this member and hear from it, or lets it be heard again over new links. */
    public void isolate(boolean cut) {
        isolated = cut;
        if (!cut) {
            handlers().forEach(link -> link.abort("the partition is healed"));
            dialers.values().forEach(PeerDialer::wake);
        }
    }

    boolean isIsolated() {
        return isolated;
    }

    /** Ends everything as if this process had died. On the node loop. */
    public void reset() {
        closed = true;
        listening.close();
        handlers().forEach(PeerHandler::reset);
    }

    private List<PeerHandler> handlers() {
        List<PeerHandler> all = new ArrayList<>(links.values());
        all.addAll(strangers);
        return all;
    }

    /** Stops listening and closes all links. Any thread but the node loop. */
    @Override
    public void close() {
        node.loop().submit(() -> closed = true).awaitUninterruptibly();
        listening.close().awaitUninterruptibly();
        sockets.close().awaitUninterruptibly();
        dialers.values().forEach(PeerDialer::close);
        security.close();
    }
}
