package io.pinfold.testing.sim.oracle;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * For locks and elections: whoever has it has it alone, as the holders say themselves, and every holding has a higher token
 * than all before it.
 */
final class MutualExclusion implements Invariant {
    private final Map<String, TreeMap<Long, String>> holders = new HashMap<>();
    private final Map<String, Long> highest = new HashMap<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Held held) {
            hold(held);
        } else if (fact instanceof Fact.Released released) {
            String holder = holders(released.resource()).remove(released.token());
            if (holder != null && !holder.equals(released.holder())) {
                throw broken(released.holder() + " gives back what " + holder + " holds");
            }
        }
    }

    private TreeMap<Long, String> holders(String resource) {
        return holders.computeIfAbsent(resource, r -> new TreeMap<>());
    }

    private void hold(Fact.Held held) {
        TreeMap<Long, String> now = holders(held.resource());
        if (!now.isEmpty()) {
            throw broken(held.holder() + " holds " + held.resource() + " by token " + held.token() + " while "
                    + now.firstEntry().getValue() + " holds it by token " + now.firstKey());
        }
        Long before = highest.put(held.resource(), held.token());
        if (before != null && before >= held.token()) {
            throw broken(held.resource() + " was given with token " + held.token() + " after token " + before);
        }
        now.put(held.token(), held.holder());
    }
}
