package io.pinfold.server;

import java.nio.file.Path;
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
        return keys;
    }
}
