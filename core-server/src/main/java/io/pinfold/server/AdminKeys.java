package io.pinfold.server;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * The keys that say where operators and their tools are served over HTTP. They are ZooKeeper's, but for their defaults: off
 * where no key says where, and the loopback address. Stateless.
 */
final class AdminKeys {
    static final List<String> NAMES = List.of(
            "admin.enableServer",
            "admin.serverAddress",
            "admin.serverPort",
            "metricsProvider.className",
            "metricsProvider.httpHost",
            "metricsProvider.httpPort");

    private static final String LOOPBACK = "127.0.0.1";
    private static final String PROMETHEUS = "PrometheusMetricsProvider";
    private static final String BUILT_IN = "DefaultMetricsProvider";

    private AdminKeys() {}

    /** {@return the configuration with what the keys say together} */
    static ServerConfig apply(ServerConfig config, Map<String, String> entries) {
        ServerConfig changed = config;
        boolean named = entries.containsKey("admin.serverAddress") || entries.containsKey("admin.serverPort");
        if (ZooCfg.trueOrFalse("admin.enableServer", entries.getOrDefault("admin.enableServer", named + ""))) {
            changed = changed.withAdminAddress(address(entries, "admin.serverAddress", "admin.serverPort", 8080));
        }
        String provider = entries.getOrDefault("metricsProvider.className", BUILT_IN);
        if (provider.endsWith(PROMETHEUS)) {
            return changed.withMetricsAddress(
                    address(entries, "metricsProvider.httpHost", "metricsProvider.httpPort", 7000));
        }
        if (!provider.endsWith(BUILT_IN)) {
            throw new ConfigException("metricsProvider.className=" + provider + " is not known; known are " + BUILT_IN
                    + " and " + PROMETHEUS);
        }
        return changed;
    }

    private static InetSocketAddress address(
            Map<String, String> entries, String hostKey, String portKey, int defaultPort) {
        int port = ZooCfg.number(portKey, entries.getOrDefault(portKey, Integer.toString(defaultPort)), 0, 65_535);
        return new InetSocketAddress(ZooCfg.address(hostKey, entries.getOrDefault(hostKey, LOOPBACK)), port);
    }
}
