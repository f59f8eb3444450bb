package io.pinfold.testing.sim.oracle;

import java.util.HashMap;
import java.util.Map;

/** What a session sees never gets older, also when it moves to another member. */
final class MonotoneZxid implements Invariant {
    private record Seen(int place, long zxid) {}

    private final Map<Long, Seen> seen = new HashMap<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Answered answered) {
            see(scene.conversation(answered.connection()), answered.header().zxid());
        } else if (fact instanceof Fact.Told told) {
            see(scene.conversation(told.connection()), told.zxid());
        }
    }

    private void see(Conversation conversation, long zxid) {
        if (zxid <= 0 || conversation.session == 0) {
            return;
        }
        Seen before = seen.getOrDefault(conversation.session, new Seen(0, 0));
        if (conversation.place < before.place()) {
            return; // still on its way from a connection that the client gave up
        }
        if (zxid < before.zxid()) {
            throw broken("session 0x" + Long.toHexString(conversation.session) + " saw 0x" + Long.toHexString(zxid)
                    + " behind 0x" + Long.toHexString(before.zxid()));
        }
        seen.put(conversation.session, new Seen(conversation.place, zxid));
    }
}
