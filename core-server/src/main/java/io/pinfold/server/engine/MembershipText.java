package io.pinfold.server.engine;

import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.wire.MalformedFrame;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The membership as Apache ZooKeeper shows it to clients in {@code /zookeeper/config}. Stateless. */
final class MembershipText {
    private MembershipText() {}

    /** {@return the text, or null for a server that has no address for peers} */
    static byte @Nullable [] of(LogEntry entry) {
        try {
            return of(Membership.fromPayload(entry.payload()), entry.zxid());
        } catch (MalformedFrame e) {
            throw new IllegalStateException("A membership in the log cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte @Nullable [] of(Membership membership, long zxid) {
        StringBuilder text = new StringBuilder();
        for (Member member : membership.members()) {
            if (member.host().isEmpty()) {
                return null;
            }
            boolean votes = membership.voters().contains(member.id());
            text.append("server.").append(member.id()).append('=').append(member.host());
            text.append(':').append(member.peerPort()).append(':').append(member.electionPort());
            text.append(votes ? ":participant" : ":observer");
            if (!member.clients().isEmpty()) {
                text.append(';').append(member.clients());
            }
            text.append('\n');
        }
        text.append("version=").append(Long.toHexString(zxid));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
