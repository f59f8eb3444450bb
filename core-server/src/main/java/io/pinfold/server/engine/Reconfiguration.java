package io.pinfold.server.engine;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.ErrorCode;
import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.MemberText;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Replica;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.Znode;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of the membership of requests for them, with the checks of Apache ZooKeeper's {@code reconfig} in their order.
 * One thing is stricter: whoever shall vote must have learned everything that is committed, not only a quorum of them. Who is far
 * from that is refused at once, for the client's connection has to wait for the outcome. Confined to the node loop.
 */
final class Reconfiguration {
    private static final String CONFIG = "/zookeeper/config";

    private final Policy policy;
    private final Replica replica;
    private final DataTree tree;

    Reconfiguration(Policy policy, Replica replica, DataTree tree) {
        this.policy = policy;
        this.replica = replica;
        this.tree = tree;
    }

    /** Begins a change. {@return why it cannot be made, or OK when it has begun} */
    ErrorCode begin(Request.Reconfig request, List<AuthId> identities) {
        if (!policy.reconfigEnabled()) {
            return ErrorCode.RECONFIG_DISABLED;
        }
        if (isAlone()) {
            return ErrorCode.UNIMPLEMENTED;
        }
        if (replica.isMembershipChanging()) {
            return ErrorCode.RECONFIG_IN_PROGRESS;
        }
        if (request.fromConfig() != -1 && request.fromConfig() != MembershipText.version(tree.config())) {
            return ErrorCode.BAD_VERSION;
        }
        Membership target = target(request);
        if (target == null) {
            return ErrorCode.BAD_ARGUMENTS;
        }
        for (int voter : target.voters()) {
            if (!replica.membership().isVoter(voter) && !replica.isKeepingUp(voter)) {
                return ErrorCode.NEW_CONFIG_NO_QUORUM;
            }
        }
        Znode config = tree.get(CONFIG);
        if (config != null && !policy.authorizer().permits(config.acl(), Acl.WRITE, identities)) {
            return ErrorCode.NO_AUTH;
        }
        return replica.changeMembership(target) ? ErrorCode.OK : ErrorCode.RECONFIG_IN_PROGRESS;
    }

    /** {@return what became of the change that has begun, or null while nobody knows} */
    @Nullable
    Decision outcome(long sessionId) {
        long outcome = replica.membershipOutcome();
        if (outcome == 0) {
            return null;
        }
        return outcome < 0
                ? Decision.refused(replica.lastZxid(), ErrorCode.NEW_CONFIG_NO_QUORUM, sessionId)
                : new Decision(outcome, true, ErrorCode.OK, null, sessionId, 0);
    }

    /** {@return whether this is a server of its own, which has no address for peers} */
    private boolean isAlone() {
        return replica.membership().members().stream()
                .anyMatch(member -> member.host().isEmpty());
    }

    /** {@return the members that are wanted, or null if that makes no sense} */
    private @Nullable Membership target(Request.Reconfig request) {
        TreeMap<Integer, Member> members = new TreeMap<>();
        try {
            String all = request.newMembers();
            if (all == null) {
                present().forEach(member -> members.put(member.id(), member));
                parts(request.leaving()).forEach(id -> members.remove(Integer.parseInt(id)));
                add(members, parts(request.joining()));
            } else {
                add(members, parts(all));
            }
        } catch (IllegalArgumentException e) {
            return null;
        }
        Membership target = Membership.of(List.copyOf(members.values()));
        return target.voters().isEmpty() || sharesAddresses(members) ? null : target;
    }

    /** {@return the members but for those that were to join when a leader was lost, and have no vote} */
    private List<Member> present() {
        Membership current = replica.membership();
        return current.members().stream()
                .filter(member -> member.observer() || current.isVoter(member.id()))
                .toList();
    }

    private void add(TreeMap<Integer, Member> members, List<String> lines) {
        for (String line : lines) {
            if (line.startsWith("version=")) {
                continue;
            }
            Member member = MemberText.parse(line);
            if (member.id() < 1
                    || member.id() > 254
                    || !isPort(member.peerPort())
                    || member.host().isBlank()) {
                throw new IllegalArgumentException(line);
            }
            Member known = replica.membership().find(member.id());
            members.put(member.id(), known == null ? member : member.withIncarnation(known.incarnation()));
        }
    }

    private static boolean isPort(int port) {
        return port > 0 && port <= 65_535;
    }

    /** {@return what stands between commas or in lines} */
    private static List<String> parts(@Nullable String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text == null ? new String[0] : text.split("[,\n]")) {
            if (!part.isBlank()) {
                parts.add(part.trim());
            }
        }
        return parts;
    }

    private static boolean sharesAddresses(TreeMap<Integer, Member> members) {
        Set<String> addresses = new HashSet<>();
        return members.values().stream().anyMatch(member -> !addresses.add(member.host() + ":" + member.peerPort()));
    }
}
