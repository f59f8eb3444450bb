package io.pinfold.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** The keys of a {@code zoo.cfg} that say what clients may do. Stateless. */
final class PolicyKeys {
    private PolicyKeys() {}

    /** {@return by key what its value makes of a policy} */
    static Map<String, BiFunction<ServicePolicy, String, ServicePolicy>> all() {
        Map<String, BiFunction<ServicePolicy, String, ServicePolicy>> keys = new TreeMap<>();
        keys.put("skipACL", (policy, value) -> policy.withAclsEnforced(!ZooCfg.yesOrNo("skipACL", value)));
        keys.put("pinfold.superPasswordFile", (policy, value) -> policy.withSuperPasswordFile(Path.of(value)));
        keys.put("DigestAuthenticationProvider.superDigest", ServicePolicy::withSuperDigest);
        keys.put(
                "extendedTypesEnabled",
                (policy, value) -> policy.withExtendedTypes(ZooCfg.trueOrFalse("extendedTypesEnabled", value)));
        keys.put(
                "enforceQuota",
                (policy, value) -> policy.withQuotasEnforced(ZooCfg.trueOrFalse("enforceQuota", value)));
        keys.put(
                "reconfigEnabled",
                (policy, value) -> policy.withReconfigEnabled(ZooCfg.trueOrFalse("reconfigEnabled", value)));
        keys.put(
                "readonlymode.enabled",
                (policy, value) -> policy.withReadOnlyMode(ZooCfg.trueOrFalse("readonlymode.enabled", value)));
        putMillis(keys, "znode.container.checkIntervalMs", 1, ServicePolicy::withRemovalInterval);
        putMillis(keys, "znode.container.maxNeverUsedIntervalMs", 0, ServicePolicy::withUnusedContainersRemovedAfter);
        String rate = "znode.container.maxPerMinute";
        keys.put(
                rate,
                (policy, value) -> policy.withRemovalsPerMinute(ZooCfg.number(rate, value, 1, Integer.MAX_VALUE)));
        return keys;
    }

    private static void putMillis(
            Map<String, BiFunction<ServicePolicy, String, ServicePolicy>> keys,
            String key,
            int min,
            BiFunction<ServicePolicy, Duration, ServicePolicy> place) {
        keys.put(
                key,
                (policy, value) ->
                        place.apply(policy, Duration.ofMillis(ZooCfg.number(key, value, min, Integer.MAX_VALUE))));
    }
}
