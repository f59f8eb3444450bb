package io.pinfold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinfold.client.ClientBuilder;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.ConfigException;
import io.pinfold.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Whom a command believes, and who it is. Secrets are in files that others cannot read, never among the arguments, which everybody
 * on the machine sees. Each option has a variable of the environment, which commands that this one starts inherit. Confined to the
 * thread that runs the command.
 */
final class SecurityOptions {
    private static final String AUTH = "PINFOLD_AUTH";
    private static final String AUTH_FILE = "PINFOLD_AUTH_FILE";
    private static final String TRUST = "PINFOLD_TLS_TRUST";
    private static final String CERTIFICATE = "PINFOLD_TLS_CERT";
    private static final String KEY = "PINFOLD_TLS_KEY";
    private static final String KEY_PASSWORD = "PINFOLD_TLS_KEY_PASSWORD_FILE";
    private static final Set<PosixFilePermission> READ_BY_OTHERS =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    @Option(
            names = "--tls-trust",
            paramLabel = "FILE",
            defaultValue = "${env:" + TRUST + ":-}",
            description = "TLS: the authorities to believe, as PEM or a key store without password.")
    private String trust = "";

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            defaultValue = "${env:" + CERTIFICATE + ":-}",
            description = "TLS: the certificate to show, as PEM or a key store.")
    private String certificate = "";

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            defaultValue = "${env:" + KEY + ":-}",
            description = "TLS: its key; default the file of --tls-cert.")
    private String key = "";

    @Option(
            names = "--tls-key-password-file",
            paramLabel = "FILE",
            defaultValue = "${env:" + KEY_PASSWORD + ":-}",
            description = "TLS: a file with the password of the key, or of the key store.")
    private String keyPassword = "";

    @Option(
            names = "--auth-file",
            paramLabel = "FILE",
            defaultValue = "${env:" + AUTH_FILE + ":-}",
            description = "A file with identities for the servers, each in a line, such as digest:user:password.")
    private String authFile = "";

    /** Tells a client about TLS, if anything is said about that. */
    void prepare(ClientBuilder client) {
        if (trust.isEmpty() && certificate.isEmpty()) {
            if (!key.isEmpty() || !keyPassword.isEmpty()) {
                throw new ConfigException("--tls-key is of no use without --tls-cert");
            }
            return;
        }
        TlsConfig tls = TlsConfig.defaults();
        if (!trust.isEmpty()) {
            tls = tls.withTrust(readable("--tls-trust", trust));
        }
        if (!certificate.isEmpty()) {
            Path shown = readable("--tls-cert", certificate);
            tls = tls.withIdentity(
                    shown,
                    key.isEmpty() ? shown : readable("--tls-key", key),
                    keyPassword.isEmpty() ? "" : firstLine("--tls-key-password-file", keyPassword));
        }
        client.tls(tls);
    }

    /** Has a client take on the identities, if there are any. */
    void identify(PinfoldClient client) {
        String inherited = System.getenv(AUTH);
        if (inherited != null && !inherited.isEmpty()) {
            identify(client, AUTH, inherited);
        }
        if (!authFile.isEmpty()) {
            for (String line : secret("--auth-file", authFile)) {
                if (!line.isBlank()) {
                    identify(client, authFile, line);
                }
            }
        }
    }

    private static void identify(PinfoldClient client, String source, String identity) {
        int colon = identity.indexOf(':');
        if (colon < 1) {
            throw new ConfigException(source + " does not say SCHEME:CREDENTIALS, such as digest:user:password");
        }
        client.addAuth(
                identity.substring(0, colon), identity.substring(colon + 1).getBytes(UTF_8));
    }

    /** {@return what commands that this one starts need to talk to the same servers as the same somebody} */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        put(environment, TRUST, trust);
        put(environment, CERTIFICATE, certificate);
        put(environment, KEY, key);
        put(environment, KEY_PASSWORD, keyPassword);
        put(environment, AUTH_FILE, authFile);
        return environment;
    }

    private static void put(Map<String, String> environment, String name, String file) {
        if (!file.isEmpty()) {
            environment.put(name, Path.of(file).toAbsolutePath().toString());
        }
    }

    private static Path readable(String option, String name) {
        Path file = Path.of(name);
        if (!Files.isReadable(file)) {
            throw new ConfigException(option + ": " + file + " cannot be read");
        }
        return file;
    }

    private static String firstLine(String option, String name) {
        List<String> lines = secret(option, name);
        return lines.isEmpty() ? "" : lines.get(0);
    }

    private static List<String> secret(String option, String name) {
        Path file = readable(option, name);
        try {
            Set<PosixFilePermission> readers = permissions(file);
            if (readers != null && readers.stream().anyMatch(READ_BY_OTHERS::contains)) {
                throw new ConfigException(option + ": others can read " + file + "; chmod 600 " + file);
            }
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigException(option + ": " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static @Nullable Set<PosixFilePermission> permissions(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view == null ? null : view.readAttributes().permissions();
    }
}
