package io.pinfold.server.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.pinfold.server.engine.Inspection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves operators and their tools over HTTP: Apache ZooKeeper's commands below {@code /commands}, metrics at
 * {@code /metrics}, and whether the member lives and serves at {@code /livez} and {@code /readyz}. It has a thread of its
 * own, which only asks the node loop, so that it tells when that does not answer. Thread-safe.
 */
public final class AdminPort implements AutoCloseable {
    /** The member that operators ask about. */
    public interface Member {
        /**
         * Asks on the node loop.
         *
         * @param question gets the member and the time on its clock
         * @return the answer, which does not come from a member that hangs or has stopped
         */
        <T> CompletableFuture<T> ask(BiFunction<Inspection, Long, T> question);
    }

    /** What a port serves, besides whether the member lives and serves. */
    public enum Content {
        /** Metrics and commands. */
        EVERYTHING,
        /** Metrics: whoever collects them need not see who is connected, nor reset anything. */
        METRICS
    }

    /** What is sent back. */
    private record Reply(HttpResponseStatus status, String type, String text) {
        static Reply text(HttpResponseStatus status, String text) {
            return new Reply(status, "text/plain; charset=utf-8", text + "\n");
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(AdminPort.class);
    private static final long PATIENCE_SECONDS = 2;
    private static final int IDLE_SECONDS = 30;
    private static final int MOST_CONNECTIONS = 64;
    private static final int LONGEST_LINE = 4096;
    private static final int LONGEST_HEADERS = 8192;
    private static final String PREFIX = "/commands";

    private final MemberFacts facts;
    private final Member member;
    private final Content content;
    private final EventLoopGroup group;
    private final ChannelGroup connections;
    private final InetSocketAddress address;

    private AdminPort(MemberFacts facts, Member member, Content content, InetSocketAddress wanted) throws IOException {
        this.content = content;
        this.facts = facts;
        this.member = member;
        String thread = "pinfold-" + facts.memberId() + "-admin";
        ThreadFactory threads = task -> daemon(task, thread);
        this.group = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
        this.connections = new DefaultChannelGroup(group.next());
        this.address = bind(wanted);
    }

    /**
     * {@return the port, which serves already}
     *
     * @throws IOException if the address cannot be had
     */
    public static AdminPort open(MemberFacts facts, Member member, Content content, InetSocketAddress wanted)
            throws IOException {
        return new AdminPort(facts, member, content, wanted);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private InetSocketAddress bind(InetSocketAddress wanted) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                });
        ChannelFuture bound = bootstrap.bind(wanted).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IOException("The port for operators, " + wanted + ", cannot be opened: "
                    + bound.cause().getMessage());
        }
        connections.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private void accept(Channel channel) {
        if (connections.size() > MOST_CONNECTIONS) {
            channel.close();
            return;
        }
        connections.add(channel);
        channel.pipeline()
                .addLast(
                        new ReadTimeoutHandler(IDLE_SECONDS),
                        new HttpServerCodec(LONGEST_LINE, LONGEST_HEADERS, LONGEST_HEADERS),
                        new HttpObjectAggregator(LONGEST_HEADERS),
                        new Handler());
    }

    /** {@return where operators are served} */
    public InetSocketAddress address() {
        return address;
    }

    /** Closes every connection and the port. Blocks until the thread has ended. */
    @Override
    public void close() {
        connections.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Answers the requests of one connection, one after the other. */
    private final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            boolean keep =
                    HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
            context.channel().config().setAutoRead(false);
            reply(request)
                    .whenComplete((reply, problem) -> context.executor().execute(() -> {
                        send(
                                context,
                                keep,
                                problem == null
                                        ? reply
                                        : Reply.text(HttpResponseStatus.SERVICE_UNAVAILABLE, why(problem)));
                        context.channel().config().setAutoRead(true);
                    }));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("admin-connection-failed reason={}", cause.toString());
            context.close();
        }

        private void send(ChannelHandlerContext context, boolean keep, Reply reply) {
            byte[] body = reply.text.getBytes(StandardCharsets.UTF_8);
            FullHttpResponse response =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, reply.status, Unpooled.wrappedBuffer(body));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, reply.type)
                    .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
            HttpUtil.setKeepAlive(response, keep);
            ChannelFuture sent = context.writeAndFlush(response);
            if (!keep) {
                sent.addListener(ChannelFutureListener.CLOSE);
            }
        }
    }

    private static String why(Throwable problem) {
        Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
        return cause instanceof TimeoutException
                ? "the member has not answered for " + PATIENCE_SECONDS + " seconds"
                : "the member cannot answer: " + cause;
    }

    private CompletableFuture<Reply> reply(FullHttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            return done(HttpResponseStatus.BAD_REQUEST, "that is no request");
        }
        QueryStringDecoder query = new QueryStringDecoder(request.uri());
        String path = query.path().equals(PREFIX + "/") ? PREFIX : query.path();
        boolean isCommand = content == Content.EVERYTHING && path.startsWith(PREFIX + "/");
        String name = isCommand ? path.substring(PREFIX.length() + 1) : "";
        if (request.method() != HttpMethod.GET && !Commands.isRefused(name)) {
            return done(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET is allowed");
        }
        if (content == Content.METRICS && path.startsWith(PREFIX)) {
            return done(HttpResponseStatus.NOT_FOUND, "there are /metrics, /livez and /readyz");
        }
        if (isCommand) {
            DirectoryFacts directory =
                    Commands.looksAtDirectory(name) ? facts.directory().get() : DirectoryFacts.NONE;
            HttpResponseStatus status =
                    Commands.isRefused(name) ? HttpResponseStatus.SERVICE_UNAVAILABLE : HttpResponseStatus.OK;
            return ask(
                    directory,
                    asked -> new Reply(status, "application/json", Commands.answer(name, query.parameters(), asked)));
        }
        return switch (path) {
            case PREFIX ->
                CompletableFuture.completedFuture(
                        new Reply(HttpResponseStatus.OK, "text/html; charset=utf-8", index()));
            case "/metrics" ->
                ask(
                        facts.directory().get(),
                        asked -> new Reply(
                                HttpResponseStatus.OK,
                                "text/plain; version=0.0.4; charset=utf-8",
                                PrometheusText.of(asked)));
            case "/livez" -> ask(DirectoryFacts.NONE, asked -> Reply.text(HttpResponseStatus.OK, "ok"));
            case "/readyz" -> ask(DirectoryFacts.NONE, AdminPort::ready);
            default -> done(HttpResponseStatus.NOT_FOUND, "there are /commands, /metrics, /livez and /readyz");
        };
    }

    /** Each command on a line of its own, to be clicked on. */
    private static String index() {
        StringBuilder links = new StringBuilder();
        for (String name : Commands.names()) {
            links.append("<a href=\"%s/%s\">%s</a>\n<br/>\n".formatted(PREFIX, name, name));
        }
        return links.toString();
    }

    private static Reply ready(Asked asked) {
        return asked.seen().status().serving()
                ? Reply.text(HttpResponseStatus.OK, "ok")
                : Reply.text(
                        HttpResponseStatus.SERVICE_UNAVAILABLE, "no leader that a majority of the members follows");
    }

    private static CompletableFuture<Reply> done(HttpResponseStatus status, String text) {
        return CompletableFuture.completedFuture(Reply.text(status, text));
    }

    /** The disk is looked at before, in this thread, and only for questions about it: it may be what hangs. */
    private CompletableFuture<Reply> ask(DirectoryFacts directory, Function<Asked, Reply> question) {
        return member.ask((seen, nowNanos) -> question.apply(new Asked(facts, seen, nowNanos, directory)))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
