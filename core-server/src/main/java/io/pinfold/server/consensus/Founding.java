package io.pinfold.server.consensus;

import java.util.List;
import java.util.Map;

/**
 * Has an empty directory. If any peer has a history, this member joins its cluster, and votes only when the membership names
 * it. Otherwise a cluster begins, but only when all voters are there and none has a history: if fewer could begin,
 * a majority that lost its disks would, and forget what was promised.
 */
final class Founding extends Part {
    private boolean adopting;

    Founding(Replica replica) {
        super(replica);
    }

    @Override
    Role role() {
        return Role.FOUNDING;
    }

    @Override
    void entered() {
        look();
    }

    @Override
    void advance() {
        look();
    }

    @Override
    long nextDeadlineNanos() {
        return !adopting && othersFound(0) ? replica.now : Long.MAX_VALUE;
    }

    @Override
    void onPeerUp(int peer) {
        look();
    }

    /** A leader has a history, though it may have had none when it was linked with. */
    @Override
    void onAnything(int from, Message message) {
        PeerHello hello = replica.link(from);
        if (adopting || hello == null || !(message instanceof Message.Append)) {
            return;
        }
        if (hello.adopted()) {
            adopt(from, false);
        } else {
            replica.effects.relink(from); // to hear which cluster it is
        }
    }

    private void look() {
        if (adopting) {
            return;
        }
        for (Map.Entry<Integer, PeerHello> link : replica.links.entrySet()) {
            if (link.getValue().history()) {
                adopt(link.getKey(), false);
                return;
            }
        }
        int missing = replica.options.safeguards().on(Safeguard.FOUNDED_BY_ALL)
                ? 0
                : (replica.membership().voters().size() - 1) / 2;
        if (othersFound(missing)) {
            adopt(founder(), true);
        }
    }

    /** {@return whether all other voters are linked, but for so many} */
    private boolean othersFound(int missing) {
        List<Integer> voters = replica.membership().voters();
        if (!voters.contains(replica.options.memberId())) {
            return false;
        }
        int absent = 0;
        for (int voter : voters) {
            if (voter != replica.options.memberId() && !replica.links.containsKey(voter)) {
                absent++;
            }
        }
        return absent <= missing;
    }

    /** {@return the member whose cluster it becomes: one that is already there, else the lowest} */
    private int founder() {
        int lowest = replica.options.memberId();
        for (Map.Entry<Integer, PeerHello> link : replica.links.entrySet()) {
            boolean voter = replica.membership().isVoter(link.getKey());
            if (voter && link.getValue().adopted()) {
                return link.getKey();
            }
            if (voter && link.getKey() < lowest) {
                lowest = link.getKey();
            }
        }
        return lowest;
    }

    private void adopt(int from, boolean asFounder) {
        adopting = true;
        PeerHello hello = replica.link(from);
        if (hello == null) {
            replica.effects.adopt(0, replica.hello().cluster(), asFounder);
        } else {
            replica.effects.adopt(from, hello.cluster(), asFounder);
        }
    }
}
