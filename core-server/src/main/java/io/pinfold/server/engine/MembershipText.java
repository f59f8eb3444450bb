package io.pinfold.server.engine;

import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.MemberText;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.wire.MalformedFrame;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The membership as Apache ZooKeeper shows it to clients in {@code /zookeeper/config}, with the zxid of the last change that can be
 * seen there as its version. What happens on the way to another membership is not shown, nor is which data directories the
 * members have. Stateless.
 */
final class MembershipText {
    private static final String VERSION = "version=";

    private MembershipText() {}

    /** {@return what to show from now on, or null to leave it as it is} */
    static byte @Nullable [] of(LogEntry entry, byte @Nullable [] shown) {
        try {
            String members = members(Membership.fromPayload(entry.payload()));
            String before = shown == null ? "" : new String(shown, StandardCharsets.UTF_8);
            boolean same = before.startsWith(members) && before.startsWith(VERSION, members.length());
            return members.isEmpty() || same
                    ? null
                    : (members + VERSION + Long.toHexString(entry.zxid())).getBytes(StandardCharsets.UTF_8);
        } catch (MalformedFrame e) {
            throw new IllegalStateException("A membership in the log cannot be read: " + e.getMessage(), e);
        }
    }

    /** {@return the lines of all members; empty while they change, and for a server that has no address for peers} */
    private static String members(Membership membership) {
        StringBuilder text = new StringBuilder();
        for (Member member : membership.members()) {
            if (member.host().isEmpty() || membership.isJoint()) {
                return "";
            }
            if (membership.voters().contains(member.id()) || member.observer()) {
                text.append(MemberText.line(member)).append('\n');
            }
        }
        return text.toString();
    }

    /** {@return the version in what is shown, -1 if nothing is} */
    static long version(byte @Nullable [] shown) {
        String text = shown == null ? "" : new String(shown, StandardCharsets.UTF_8);
        int at = text.lastIndexOf(VERSION);
        return at < 0 ? -1 : Long.parseLong(text.substring(at + VERSION.length()), 16);
    }
}
