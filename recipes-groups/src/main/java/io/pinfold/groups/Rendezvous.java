package io.pinfold.groups;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;

/**
 * Who of a group a resource belongs to: each member has a weight for each resource, and the heaviest one gets it. All who see
 * the same members agree without a word, and when a member comes or goes only its own resources move. Stateless.
 */
final class Rendezvous {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Rendezvous() {}

    /** {@return the member a resource belongs to; none if there are no members} */
    static Optional<String> ownerOf(String resource, Collection<String> members) {
        String owner = null;
        long heaviest = 0;
        for (String member : members) {
            long weight = weight(member, resource);
            boolean heavier = owner == null
                    || Long.compareUnsigned(weight, heaviest) > 0
                    || weight == heaviest && member.compareTo(owner) < 0;
            if (heavier) {
                owner = member;
                heaviest = weight;
            }
        }
        return Optional.ofNullable(owner);
    }

    /** FNV-1a over both names, then mixed, because its high bits hardly depend on the last bytes. */
    private static long weight(String member, String resource) {
        long hash = FNV_OFFSET;
        for (byte octet : (member + '\0' + resource).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
