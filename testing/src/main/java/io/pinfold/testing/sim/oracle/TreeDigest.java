package io.pinfold.testing.sim.oracle;

import java.util.HashMap;
import java.util.Map;

/** Members that have applied the same transactions have the same state. */
final class TreeDigest implements Invariant {
    private record Seen(int member, long digest) {}

    private final Map<Long, Seen> digests = new HashMap<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Digested digested) {
            Seen seen = new Seen(digested.member(), digested.digest());
            Seen other = digests.putIfAbsent(digested.zxid(), seen);
            if (other != null && other.digest() != seen.digest()) {
                throw broken("members " + other.member() + " and " + seen.member() + " have different states at 0x"
                        + Long.toHexString(digested.zxid()));
            }
        }
    }
}
