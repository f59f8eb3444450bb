package io.pinfold.cli;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.server.ServerConfig.IgnoredKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pinfold config}: what a configuration means. Confined to the thread that runs it. */
@Command(
        name = "config",
        description = "Explains a configuration.",
        mixinStandardHelpOptions = true,
        subcommands = ConfigCommand.Check.class)
final class ConfigCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** {@return what the keys that have an effect do, by key; a family ends with a dot} */
    static Map<String, String> texts() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(ConfigCommand.class.getResourceAsStream("keys.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int space = line.indexOf(' ');
                texts.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        return texts;
    }

    /** {@code pinfold config check}. Confined to the thread that runs it. */
    @Command(
            name = "check",
            description = "Says of each key of a zoo.cfg what it does, or why it does nothing.",
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(index = "0", paramLabel = "CONFIG", description = "A zoo.cfg as ZooKeeper reads it.")
        private Path file = Path.of("");

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            ServerConfig config = ServerConfig.load(file);
            Map<String, String> ignored = new TreeMap<>();
            for (IgnoredKey key : config.ignoredKeys()) {
                ignored.put(key.key(), key.reason());
            }
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
            Map<String, String> texts = texts();
            for (String key : new TreeMap<>(properties)
                    .keySet().stream().map(Object::toString).toList()) {
                String reason = ignored.get(key);
                out.println(key + "="
                        + (key.toLowerCase(Locale.ROOT).contains("password") ? "..." : properties.getProperty(key)));
                out.println(reason == null ? "    " + text(key, texts) : "    no effect: " + reason);
            }
            if (config.clientsKeptLocal()) {
                out.println("pinfold: clients of other machines are not served, for the file has neither TLS nor"
                        + " pinfold.allowPlaintext=clients");
            }
            PinfoldServer.check(config);
            out.println("pinfold: " + file + " can be used");
            return 0;
        }

        private static String text(String key, Map<String, String> texts) {
            String exact = texts.get(key);
            if (exact != null) {
                return exact;
            }
            for (Map.Entry<String, String> entry : texts.entrySet()) {
                if (entry.getKey().endsWith(".") && key.startsWith(entry.getKey())) {
                    return entry.getValue();
                }
            }
            return "has an effect";
        }
    }
}
