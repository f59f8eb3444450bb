package io.pinfold.tls.live;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.pinfold.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS as its files say at the moment. Thread-safe: what was read last is published by one volatile write, and {@link #refresh}
 * is for one thread at a time. The arithmetic of handshakes has threads of its own, so that the loop goes on meanwhile.
 */
public final class LiveTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveTls.class);
    private static final int HANDSHAKE_MILLIS = 10_000;
    private static final int THREADS = 2;

    private final TlsConfig config;
    private final boolean server;
    private final ThreadPoolExecutor arithmetic = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("pinfold-tls", true));
    private volatile Loaded loaded;
    private String trouble = "";

    private record Loaded(List<String> stamps, SslContext context) {}

    private LiveTls(TlsConfig config, boolean server) throws IOException {
        this.config = config;
        this.server = server;
        this.arithmetic.allowCoreThreadTimeOut(true);
        this.loaded = load();
    }

    /**
     * Reads the files. Blocks.
     *
     * @throws IOException if one cannot be read or is not what it should be; the message names it
     */
    public static LiveTls forServer(TlsConfig config) throws IOException {
        if (config.certificates() == null || config.key() == null) {
            throw new IOException("TLS of a server needs a certificate and its private key");
        }
        return new LiveTls(config, true);
    }

    /** As {@link #forServer}, for the other end. */
    public static LiveTls forClient(TlsConfig config) throws IOException {
        return new LiveTls(config, false);
    }

    /** Reads the files again if one of them changed; what was read before stays if they make no sense. Blocks. */
    public void refresh() {
        try {
            if (!stamps().equals(loaded.stamps)) {
                loaded = load();
                trouble = "";
                LOG.info("tls-reloaded files={}", config);
            }
        } catch (IOException e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(trouble)) {
                trouble = problem;
                LOG.warn("tls-not-reloaded reason={}", problem);
            }
        }
    }

    /** {@return what makes TLS of a connection that somebody made to this server} */
    public SslHandler accepted(ByteBufAllocator allocator) {
        return withDeadline(loaded.context.newHandler(allocator, arithmetic));
    }

    /** {@return what makes TLS of a connection to a host, whose name is compared if the configuration says so} */
    public SslHandler connected(ByteBufAllocator allocator, String host, int port) {
        return withDeadline(loaded.context.newHandler(allocator, host, port, arithmetic));
    }

    private static SslHandler withDeadline(SslHandler handler) {
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
        return handler;
    }

    private List<String> stamps() throws IOException {
        List<String> stamps = new ArrayList<>();
        for (Path file : files()) {
            if (!Files.isReadable(file)) {
                throw new IOException("TLS needs the file " + file + ", which "
                        + (Files.exists(file) ? "cannot be read" : "is not there"));
            }
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            stamps.add(now.lastModifiedTime() + "/" + now.size() + "/" + now.fileKey());
        }
        return stamps;
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (@Nullable Path file : new Path[] {config.certificates(), config.key(), config.trust(), config.revoked()}) {
            if (file != null) {
                files.add(file);
            }
        }
        return files;
    }

    private Loaded load() throws IOException {
        List<String> before = stamps(); // if a file changes meanwhile, it is read once more
        Path certificates = config.certificates();
        SslContextBuilder builder = server
                ? TlsFiles.identityOfServer(Objects.requireNonNull(certificates), config)
                : SslContextBuilder.forClient();
        if (!server && certificates != null) {
            TlsFiles.addIdentity(builder, certificates, config);
        }
        Path trust = config.trust();
        if (config.revoked() != null) {
            builder.trustManager(RevokedCertificates.refusing(config));
        } else if (trust != null) {
            TlsFiles.addTrust(builder, trust, config);
        }
        builder.sslProvider(SslProvider.JDK).protocols(config.protocols());
        if (!config.ciphers().isEmpty()) {
            builder.ciphers(config.ciphers());
        }
        if (server) {
            builder.clientAuth(
                    switch (config.clients()) {
                        case NOT_ASKED -> ClientAuth.NONE;
                        case WANTED -> ClientAuth.OPTIONAL;
                        case NEEDED -> ClientAuth.REQUIRE;
                    });
        } else {
            builder.endpointIdentificationAlgorithm(config.hostNamesCompared() ? "HTTPS" : null);
        }
        return new Loaded(before, builder.build());
    }

    /** Ends the threads; connections that are up do not need them. */
    @Override
    public void close() {
        arithmetic.shutdown();
    }
}
