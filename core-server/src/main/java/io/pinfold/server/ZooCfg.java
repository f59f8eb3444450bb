package io.pinfold.server;

import io.pinfold.server.ServerConfig.IgnoredKey;
import io.pinfold.server.admin.FourLetterWords;
import io.pinfold.server.admin.Hidden;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a {@code zoo.cfg} once. ZooKeeper's rules, but for three of them: a key that nobody knows is an error instead of
 * a system property, so that a misspelt one does not go unnoticed; {@code jute.maxbuffer}, in ZooKeeper a system
 * property only, may stand in the file; {@code clientPort=0} means any free port. Confined to the thread that loads.
 */
final class ZooCfg {
    /** The keys that have an effect, each with the place its value goes to. */
    private static final Map<String, Setting> SETTINGS = settings();

    private static final String SERVER = "server.";
    private static final int DEFAULT_TICK_MILLIS = 3000;
    private static final int LEAST_SNAPSHOTS = 3;

    private final Path file;
    private final Map<String, String> entries = new TreeMap<>();
    private final Map<String, String> members = new TreeMap<>();
    private boolean clientAddressNamed;
    private final List<IgnoredKey> ignored = new ArrayList<>();

    ZooCfg(Path file) {
        this.file = file;
    }

    ServerConfig read() {
        try {
            return interpret();
        } catch (ConfigException e) {
            throw new ConfigException(file + ": " + e.getMessage(), e);
        }
    }

    /** {@return the members that the {@code server.N} lines of a file name, by number} */
    static List<MemberAddress> members(Path file) {
        try {
            Map<String, String> lines = loadWhole(file);
            lines.keySet().removeIf(key -> !key.startsWith(SERVER));
            return addresses(lines);
        } catch (ConfigException e) {
            throw new ConfigException(file + ": " + e.getMessage(), e);
        }
    }

    private static List<MemberAddress> addresses(Map<String, String> lines) {
        List<MemberAddress> addresses = new ArrayList<>();
        lines.forEach((key, value) -> addresses.add(MemberAddress.parse(memberId(key), value)));
        addresses.sort(Comparator.comparingInt(MemberAddress::id));
        return addresses;
    }

    private ServerConfig interpret() {
        entries.putAll(loadWhole(file));
        ServerConfig config = ServerConfig.standalone()
                .withFileText(shown(entries))
                .withTickTime(Duration.ofMillis(DEFAULT_TICK_MILLIS))
                .withClientAddress(new InetSocketAddress(0).getAddress());
        clientAddressNamed = entries.containsKey("clientPortAddress");
        config = config.withSecurity(SecurityKeys.take(entries));
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            config = set(config, entry.getKey(), entry.getValue());
        }
        Path dataDir = config.dataDir();
        if (dataDir == null) {
            throw new ConfigException("dataDir is missing; give the directory of log and snapshots");
        }
        config = AdminKeys.apply(keptLocal(withMembers(readMyId(config, dataDir))), entries);
        checkTogether(config);
        ForeignData.refuse(dataDir);
        return config.withIgnoredKeys(ignored);
    }

    private static String shown(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + Hidden.shown(entry.getKey(), entry.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    private static Map<String, String> loadWhole(Path file) {
        Map<String, String> entries = load(file);
        String dynamic = entries.remove("dynamicConfigFile");
        if (dynamic != null) {
            entries.putAll(loadDynamic(dynamic));
        }
        return entries;
    }

    /**
     * A file that names no address means all of them, which others can hear: one that allows that, or has TLS, gets them. Any other one
     * that served ZooKeeper is good for this machine, instead of for nobody.
     */
    private ServerConfig keptLocal(ServerConfig config) {
        TransportSecurity security = config.security();
        if (clientAddressNamed || !security.plainPort() || security.plaintextClients()) {
            return config;
        }
        boolean secureEverywhere = security.clients() != null && security.secureAddress() == null;
        return config.withSecurity(secureEverywhere ? security.withSecureAddress(config.clientAddress()) : security)
                .withClientsKeptLocal();
    }

    private static Map<String, String> load(Path file) {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            throw new ConfigException("there is no such file", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException("it cannot be read: " + e.getMessage(), e);
        }
        Map<String, String> entries = new TreeMap<>();
        properties.forEach((key, value) ->
                entries.put(key.toString().trim(), value.toString().trim()));
        return entries;
    }

    private static Map<String, String> loadDynamic(String file) {
        try {
            return load(Path.of(file));
        } catch (ConfigException e) {
            throw new ConfigException("dynamicConfigFile=" + file + ": " + e.getMessage(), e);
        }
    }

    private ServerConfig set(ServerConfig config, String key, String value) {
        Setting setting = SETTINGS.get(key);
        if (setting != null) {
            return setting.apply(config, value);
        }
        if (key.startsWith(SERVER)) {
            members.put(key, value);
            return config;
        }
        String refusal = ZooKeys.refusal(key, value);
        if (refusal != null) {
            throw new ConfigException(refusal);
        }
        String reason = ZooKeys.reason(key);
        if (reason == null) {
            throw new ConfigException(key + " is unknown"
                    + ZooKeys.nearest(key, knownKeys())
                            .map(near -> "; did you mean " + near + "?")
                            .orElse(""));
        }
        ignored.add(new IgnoredKey(key, reason));
        return config;
    }

    private static Set<String> knownKeys() {
        Set<String> known = new TreeSet<>(SETTINGS.keySet());
        known.addAll(SecurityKeys.names());
        return known;
    }

    /** One {@code server.N} line is a server of its own, as in ZooKeeper; its addresses for peers mean nothing then. */
    private ServerConfig withMembers(ServerConfig config) {
        if (members.size() < 2) {
            for (String key : members.keySet()) {
                int id = memberId(key);
                ignored.add(new IgnoredKey(key, "this server is its only member"));
                return clientsOf(config.withMemberId(id), key, members.get(key));
            }
            return config;
        }
        List<MemberAddress> addresses = addresses(members);
        String me = SERVER + config.memberId();
        if (!members.containsKey(me)) {
            throw new ConfigException("the file has " + String.join(", ", members.keySet()) + ", but " + myId(config)
                    + " says that this is member " + config.memberId());
        }
        return clientsOf(config.withMembers(addresses), me, members.get(me));
    }

    private static int memberId(String key) {
        return number(key, key.substring(SERVER.length()), 1, 254);
    }

    /** The port for clients may stand behind the semicolon of the member's own line. */
    private ServerConfig clientsOf(ServerConfig config, String key, String value) {
        int semicolon = value.indexOf(';');
        if (semicolon < 0 || entries.containsKey("clientPort")) {
            return config;
        }
        String client = value.substring(semicolon + 1).trim();
        int colon = client.lastIndexOf(':');
        ServerConfig plain = config.withSecurity(config.security().withPlainPort(true));
        ServerConfig withPort = plain.withClientPort(number(key, client.substring(colon + 1), 0, 65_535));
        entries.put("clientPort", client);
        clientAddressNamed |= colon >= 0;
        return colon < 0 ? withPort : withPort.withClientAddress(address(key, client.substring(0, colon)));
    }

    private void checkTogether(ServerConfig config) {
        if (!entries.containsKey("clientPort") && config.security().plainPort()) {
            throw new ConfigException("clientPort is missing; give the port that clients connect to, 0 to 65535");
        }
        if (config.heartbeat().multipliedBy(2).compareTo(config.electionTimeout()) > 0) {
            throw new ConfigException("pinfold.heartbeat=" + config.heartbeat().toMillis()
                    + " is more than half of pinfold.electionTimeout="
                    + config.electionTimeout().toMillis());
        }
        if (config.minSessionTimeout().compareTo(config.maxSessionTimeout()) > 0) {
            throw new ConfigException(
                    "minSessionTimeout=" + config.minSessionTimeout().toMillis()
                            + " is more than maxSessionTimeout="
                            + config.maxSessionTimeout().toMillis());
        }
    }

    private ServerConfig readMyId(ServerConfig config, Path dataDir) {
        Path file = dataDir.resolve("myid");
        if (!Files.isRegularFile(file)) {
            if (members.size() > 1) {
                throw new ConfigException("there is no file " + file + "; it must hold the number of this member");
            }
            return config;
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return config.withMemberId(
                    number(file.toString(), lines.findFirst().orElse("").trim(), 1, 254));
        } catch (IOException e) {
            throw new ConfigException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path myId(ServerConfig config) {
        Path dataDir = config.dataDir();
        return dataDir == null ? Path.of("myid") : dataDir.resolve("myid");
    }

    private static Map<String, Setting> settings() {
        Map<String, Setting> settings = new TreeMap<>();
        settings.put("dataDir", (config, value) -> config.withDataDir(directory("dataDir", value)));
        settings.put(
                "clientPortAddress", (config, value) -> config.withClientAddress(address("clientPortAddress", value)));
        settings.put("forceSync", (config, value) -> config.withForceSync(yesOrNo("forceSync", value)));
        putNumber(settings, "clientPort", 0, 65_535, ServerConfig::withClientPort);
        putNumber(settings, "tickTime", 1, 3_600_000, (config, value) -> config.withTickTime(millis(value)));
        putSession(settings, "minSessionTimeout", ServerConfig::withMinSessionTimeout);
        putSession(settings, "maxSessionTimeout", ServerConfig::withMaxSessionTimeout);
        putNumber(settings, "maxClientCnxns", 0, Integer.MAX_VALUE, ServerConfig::withMaxClientCnxns);
        putNumber(settings, "maxCnxns", 0, Integer.MAX_VALUE, ServerConfig::withMaxConnections);
        putNumber(
                settings,
                "pinfold.connectionMemory",
                1 << 20,
                Integer.MAX_VALUE,
                (config, value) -> config.withConnectionMemory(value));
        putNumber(settings, "globalOutstandingLimit", 1, Integer.MAX_VALUE, ServerConfig::withMaxOutstanding);
        putNumber(settings, "snapCount", 2, Integer.MAX_VALUE, ServerConfig::withSnapCount);
        putNumber(settings, "jute.maxbuffer", 1024, 64 << 20, ServerConfig::withMaxFrameBytes);
        settings.put("4lw.commands.whitelist", (config, value) -> config.withFourLetterWords(words(value)));
        settings.put(
                "quorumListenOnAllIPs",
                (config, value) -> config.withPeersOnAllAddresses(trueOrFalse("quorumListenOnAllIPs", value)));
        putNumber(
                settings,
                "pinfold.electionTimeout",
                10,
                60_000,
                (config, value) -> config.withElectionTimeout(millis(value)));
        putNumber(settings, "pinfold.heartbeat", 1, 20_000, (config, value) -> config.withHeartbeat(millis(value)));
        settings.put(
                "audit.enable",
                (config, value) ->
                        config.withAudit(trueOrFalse("audit.enable", value) ? AuditLevel.ALL : AuditLevel.NONE));
        AdminKeys.NAMES.forEach(name -> settings.put(name, (config, value) -> config));
        PolicyKeys.all()
                .forEach((key, place) ->
                        settings.put(key, (config, value) -> config.withPolicy(place.apply(config.policy(), value))));
        // ZooKeeper takes a smaller number for three, with a warning.
        putNumber(
                settings,
                "autopurge.snapRetainCount",
                0,
                Integer.MAX_VALUE,
                (config, value) -> config.withSnapshotsRetained(Math.max(LEAST_SNAPSHOTS, value)));
        return settings;
    }

    private static void putNumber(
            Map<String, Setting> settings,
            String key,
            int min,
            int max,
            BiFunction<ServerConfig, Integer, ServerConfig> place) {
        settings.put(key, (config, value) -> place.apply(config, number(key, value, min, max)));
    }

    /** ZooKeeper writes −1 for "derive it from the tick". */
    private static void putSession(
            Map<String, Setting> settings, String key, BiFunction<ServerConfig, Duration, ServerConfig> place) {
        settings.put(
                key,
                (config, value) -> value.equals("-1")
                        ? config
                        : place.apply(config, millis(number(key, value, 1, Integer.MAX_VALUE))));
    }

    private static Duration millis(int value) {
        return Duration.ofMillis(value);
    }

    static int number(String key, String value, int min, int max) {
        String allowed = "; allowed is " + ServerConfig.range(min, max);
        try {
            long number = Long.decode(value.replaceFirst("^0+(?=[0-9])", "")); // 0x… is hexadecimal, 010 is ten
            if (number >= min && number <= max) {
                return (int) number;
            }
        } catch (NumberFormatException e) {
            throw new ConfigException(key + "=" + value + " is not a whole number" + allowed, e);
        }
        throw new ConfigException(key + "=" + value + " is out of range" + allowed);
    }

    static boolean yesOrNo(String key, String value) {
        if (value.equals("yes") || value.equals("no")) {
            return value.equals("yes");
        }
        throw new ConfigException(key + "=" + value + " is not allowed; allowed is yes or no");
    }

    private static Set<String> words(String value) {
        Set<String> words = new TreeSet<>();
        for (String word : value.split(",")) {
            if (word.trim().equals("*")) {
                FourLetterWords.known().forEach(words::add);
            } else {
                words.add(word.trim());
            }
        }
        return words;
    }

    static boolean trueOrFalse(String key, String value) {
        if (value.equals("true") || value.equals("false")) {
            return value.equals("true");
        }
        throw new ConfigException(key + "=" + value + " is not allowed; allowed is true or false");
    }

    private static Path directory(String key, String value) {
        String problem = key + "=" + value + " is not a directory; give one, or a path where none is yet";
        try {
            Path path = Path.of(value);
            if (!value.isEmpty() && (Files.isDirectory(path) || !Files.exists(path))) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new ConfigException(problem, e);
        }
        throw new ConfigException(problem);
    }

    static InetAddress address(String key, String value) {
        try {
            if (!value.isEmpty()) { // which would be taken for the loopback address
                return InetAddress.getByName(value);
            }
        } catch (UnknownHostException e) {
            throw new ConfigException(key + "=" + value + " is not known; give a local host name or IP address", e);
        }
        throw new ConfigException(key + " is empty; give a local host name or IP address");
    }

    /** Puts a value to its place. */
    @FunctionalInterface
    private interface Setting {
        ServerConfig apply(ServerConfig config, String value);
    }
}
