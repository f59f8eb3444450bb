package io.pinfold.tls.live;

import io.netty.handler.ssl.SslContextBuilder;
import io.pinfold.tls.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Reads keys and certificates: PEM, or stores of Java by the ending of their name. Stateless. */
final class TlsFiles {
    private TlsFiles() {}

    static SslContextBuilder identityOfServer(Path certificates, TlsConfig config) throws IOException {
        String type = storeType(certificates);
        if (type != null) {
            return SslContextBuilder.forServer(keysOf(certificates, type, config.keyPassword()));
        }
        Path key = Objects.requireNonNull(config.key());
        try (InputStream chain = Files.newInputStream(certificates);
                InputStream secret = Files.newInputStream(key)) {
            return SslContextBuilder.forServer(chain, secret, password(config.keyPassword()));
        } catch (IllegalArgumentException e) {
            throw unusable(certificates + " and " + key, e);
        }
    }

    static void addIdentity(SslContextBuilder builder, Path certificates, TlsConfig config) throws IOException {
        String type = storeType(certificates);
        if (type != null) {
            builder.keyManager(keysOf(certificates, type, config.keyPassword()));
            return;
        }
        Path key = Objects.requireNonNull(config.key());
        try (InputStream chain = Files.newInputStream(certificates);
                InputStream secret = Files.newInputStream(key)) {
            builder.keyManager(chain, secret, password(config.keyPassword()));
        } catch (IllegalArgumentException e) {
            throw unusable(certificates + " and " + key, e);
        }
    }

    static void addTrust(SslContextBuilder builder, Path trust, TlsConfig config) throws IOException {
        String type = storeType(trust);
        if (type != null) {
            try {
                TrustManagerFactory managers =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                managers.init(store(trust, type, config.trustPassword()));
                builder.trustManager(managers);
                return;
            } catch (GeneralSecurityException e) {
                throw unusable(trust.toString(), e);
            }
        }
        try (InputStream certificates = Files.newInputStream(trust)) {
            builder.trustManager(certificates);
        } catch (IllegalArgumentException e) {
            throw unusable(trust.toString(), e);
        }
    }

    private static KeyManagerFactory keysOf(Path file, String type, String password) throws IOException {
        try {
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store(file, type, password), password.toCharArray());
            return managers;
        } catch (GeneralSecurityException e) {
            throw unusable(file.toString(), e);
        }
    }

    static KeyStore store(Path file, String type, String password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type);
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password.isEmpty() ? null : password.toCharArray());
        }
        return store;
    }

    static @Nullable String storeType(Path file) {
        String name = file.toString();
        if (name.endsWith(".p12") || name.endsWith(".pfx")) {
            return "PKCS12";
        }
        return name.endsWith(".jks") ? "JKS" : null;
    }

    private static @Nullable String password(String text) {
        return text.isEmpty() ? null : text;
    }

    static IOException unusable(String files, Throwable cause) {
        Throwable reason = cause.getCause() == null ? cause : cause.getCause();
        return new IOException(files + " cannot be used for TLS: " + reason.getMessage(), cause);
    }
}
