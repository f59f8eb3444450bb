package io.pinfold.testing.sim.oracle;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * For locks, elections and semaphores: never is more held than there is, as the holders say themselves; and whoever has all of
 * it has it with a higher token than anybody before.
 */
final class MutualExclusion implements Invariant {
    private record Holding(String holder, int share) {}

    /** What is held of one resource, by token, and the highest token that anybody had. */
    private static final class Resource {
        final TreeMap<Long, Holding> holdings = new TreeMap<>();
        long highestToken;
        String highestHolder = "";
    }

    private final Map<String, Resource> resources = new HashMap<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Held held) {
            hold(held, resource(held.resource()));
        } else if (fact instanceof Fact.Released released) {
            Holding holding = resource(released.resource()).holdings.remove(released.token());
            if (holding != null && !holding.holder().equals(released.holder())) {
                throw broken(released.holder() + " gives back what " + holding.holder() + " holds");
            }
        }
    }

    private Resource resource(String name) {
        return resources.computeIfAbsent(name, n -> new Resource());
    }

    private void hold(Fact.Held held, Resource resource) {
        int sum = held.share();
        for (Holding holding : resource.holdings.values()) {
            sum += holding.share();
        }
        if (sum > held.whole()) {
            throw broken(held.holder() + " holds " + held.share() + " of " + held.whole() + " of " + held.resource()
                    + " by token " + held.token() + " while others hold " + resource.holdings);
        }
        boolean again = held.token() == resource.highestToken && held.holder().equals(resource.highestHolder);
        if (held.share() == held.whole() && held.token() <= resource.highestToken && !again) {
            throw broken(held.resource() + " is held by " + held.holder() + " with token " + held.token() + " after "
                    + resource.highestHolder + " held it with token " + resource.highestToken);
        }
        if (held.token() > resource.highestToken) {
            resource.highestToken = held.token();
            resource.highestHolder = held.holder();
        }
        resource.holdings.put(held.token(), new Holding(held.holder(), held.share()));
    }
}
