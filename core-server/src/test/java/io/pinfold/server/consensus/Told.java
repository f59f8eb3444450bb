package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import io.pinfold.wire.MalformedFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** How scripts tell messages, entries and replicas. Stateless. */
final class Told {
    private Told() {}

    static String zxid(long zxid) {
        return zxid == 0 ? "nothing" : (zxid >>> 32) + "." + (zxid & 0xffffffffL);
    }

    static String entry(LogEntry entry) {
        return zxid(entry.zxid()) + " " + payload(entry.payload());
    }

    private static String payload(byte[] payload) {
        if (payload.length == 0) {
            return "barrier";
        }
        try {
            return Membership.isMembership(payload)
                    ? membership(Membership.fromPayload(payload))
                    : new String(payload, StandardCharsets.US_ASCII);
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }

    static String membership(Membership membership) {
        String others = membership.members().stream()
                .map(Member::id)
                .filter(id -> !membership.isVoter(id))
                .map(String::valueOf)
                .collect(Collectors.joining(","));
        return "{voters " + ids(membership.voters())
                + (membership.isJoint() ? " and " + ids(membership.outgoing()) : "")
                + (others.isEmpty() ? "" : ", learners " + others)
                + unknown(membership) + "}";
    }

    private static String unknown(Membership membership) {
        String ids = membership.members().stream()
                .filter(member -> member.incarnation() == 0)
                .map(member -> String.valueOf(member.id()))
                .collect(Collectors.joining(","));
        return ids.isEmpty() ? "" : ", disk unknown of " + ids;
    }

    private static String ids(List<Integer> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    static String entries(List<LogEntry> entries) {
        return entries.stream().map(Told::entry).collect(Collectors.joining(", "));
    }

    static String message(Message message) {
        String epoch = " [epoch " + message.epoch() + "]";
        if (message instanceof Message.Append append) {
            return (append.entries().isEmpty() ? "alive" : "append " + entries(append.entries()))
                    + ", after " + zxid(append.prevZxid())
                    + ", commit " + zxid(append.commitZxid())
                    + (append.round() == 0 ? "" : ", round " + append.round()) + epoch;
        } else if (message instanceof Message.AppendReply reply) {
            return (reply.accepted()
                            ? "agrees to " + zxid(reply.lastZxid()) + ", durable " + zxid(reply.durableZxid())
                            : "refuses, try after " + zxid(reply.lastZxid()))
                    + (reply.round() == 0 ? "" : ", round " + reply.round())
                    + epoch;
        } else if (message instanceof Message.Committed committed) {
            return "committed " + zxid(committed.zxid()) + epoch;
        } else if (message instanceof Message.VoteRequest request) {
            return (request.pre() ? "would you vote" : request.transfer() ? "vote, the leader wants it" : "vote")
                    + ", my log ends at " + zxid(request.lastZxid()) + epoch;
        } else if (message instanceof Message.VoteReply reply) {
            String mood = reply.pre() ? "would" : "does";
            return mood + (reply.granted() ? " vote" : " not vote") + epoch;
        } else if (message instanceof Message.SnapshotBlock block) {
            return "snapshot " + zxid(block.zxid()) + " block " + block.index() + (block.last() ? ", the last" : "")
                    + epoch;
        } else if (message instanceof Message.SnapshotReply reply) {
            return "wants block " + reply.nextIndex() + " of snapshot " + zxid(reply.zxid()) + epoch;
        }
        return "lead now" + epoch;
    }

    static String role(Replica replica) {
        String serving = replica.accepting() ? ", serves" : replica.serving() ? ", serves but takes nothing new" : "";
        String whom = replica.leader() == 0 ? "nobody" : "member " + replica.leader();
        return switch (replica.role()) {
            case LEADER -> "leads epoch " + replica.epoch() + serving;
            case CANDIDATE -> "is a candidate, epoch " + replica.epoch();
            case FOUNDING -> "waits for the others";
            case FOLLOWER -> "follows " + whom + ", epoch " + replica.epoch();
            case LEARNER -> "learns from " + whom + ", epoch " + replica.epoch();
        };
    }

    static String state(Replica replica) {
        StringBuilder text = new StringBuilder(role(replica)).append("; log ");
        if (replica.log.baseZxid() != 0) {
            text.append("behind ").append(zxid(replica.log.baseZxid())).append(": ");
        }
        text.append(entries(replica.log.slice(replica.log.first(), Integer.MAX_VALUE)));
        return text.append("; durable ")
                .append(zxid(replica.durableZxid()))
                .append(", committed ")
                .append(zxid(replica.commitZxid()))
                .toString();
    }
}
