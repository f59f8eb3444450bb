package io.pinfold.server.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.storage.LogEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Members that come back with less than they had, while others remember. */
class MissingTest {
    private static final ClusterId CLUSTER = new ClusterId(1, 1);

    /** Three members that agreed on something, without faults. */
    private static SmallCluster settled() {
        SmallCluster cluster = new SmallCluster(7, 3, Safeguards.ALL, 1L << 30);
        for (int i = 0; i < 4_000; i++) {
            cluster.step(0);
        }
        cluster.heal();
        assertTrue(cluster.committed().size() > 10);
        return cluster;
    }

    @Test
    void aLeaderRemindsAFollowerOfWhatItAcknowledged() {
        SmallCluster cluster = settled();
        int follower = cluster.leader().id == 1 ? 2 : 1;
        long acknowledged = cluster.disk(follower)
                .log
                .get(cluster.disk(follower).log.size() - 1)
                .zxid();
        cluster.crash(follower);
        cluster.disk(follower)
                .cutAfter(cluster.committed().get(3).zxid()); // an older copy: the disk knows nothing of it
        cluster.start(follower);
        Missing missing = cluster.member(follower).replica.missing;
        for (int i = 0; i < 2_000 && !missing.isKnown(); i++) {
            cluster.step(0);
        }
        assertEquals(acknowledged, missing.neededZxid());
        cluster.heal();
        assertFalse(missing.isKnown());
    }

    @Test
    void aMemberWithDamageVotesOnlyForThoseWhoHaveEverythingThatItHad() {
        List<String> answers = new ArrayList<>();
        Replica damaged = replica(answers, 5);
        assertFalse(damaged.mayLead());
        ask(damaged, 2, 4);
        ask(damaged, 3, 5);
        assertEquals(List.of("2 false", "3 true"), answers);
    }

    @Test
    void aMemberWithDamageIsNeverACandidateAndSaysWhy() {
        List<String> said = new ArrayList<>();
        Replica damaged = replica(said, 5);
        for (int second = 1; second < 20; second++) {
            damaged.advance(second * 1_000_000_000L);
            damaged.endOfTurn();
            assertEquals(Role.FOLLOWER, damaged.role());
        }
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.get(0).contains("what was durable here up to 0x5"), said.toString());
    }

    private static void ask(Replica replica, int candidate, long lastZxid) {
        replica.onMessage(candidate, new Message.VoteRequest(4 + candidate, lastZxid, false, false, 0));
        replica.onVoteSaved(4 + candidate);
        replica.endOfTurn();
    }

    /** Member 1 of three with the entries 1 and 2, which once had more. */
    private static Replica replica(List<String> said, long durableOnce) {
        List<Member> members = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            members.add(new Member(id, id, false, "m" + id, 1, 2, ""));
        }
        ReplicaStart start = new ReplicaStart(
                CLUSTER,
                true,
                true,
                Vote.NONE,
                Membership.of(members),
                true,
                0,
                0,
                List.of(new LogEntry(1, new byte[] {1}), new LogEntry(2, new byte[] {1})),
                durableOnce);
        Replica replica = new Replica(ReplicaOptions.defaults(1, 1, () -> 0), new Heard(said), start, 0);
        for (int peer = 2; peer <= 3; peer++) {
            replica.onPeerUp(peer, new PeerHello(CLUSTER, peer, true, true));
        }
        return replica;
    }

    /** Notes votes and notices. */
    private record Heard(List<String> said) implements ReplicaEffects {
        @Override
        public void send(int peer, Message message) {
            if (message instanceof Message.VoteReply reply) {
                said.add(peer + " " + reply.granted());
            }
        }

        @Override
        public void append(List<LogEntry> entries) {}

        @Override
        public void cutAfter(long zxid) {}

        @Override
        public void saveVote(Vote vote) {}

        @Override
        public void adopt(int from, ClusterId cluster, boolean founder) {}

        @Override
        public void relink(int peer) {}

        @Override
        public void readLog(int peer, long afterZxid, int maxBytes) {}

        @Override
        public void readSnapshot(int peer, int index) {}

        @Override
        public void closeSnapshot(int peer) {}

        @Override
        public void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last) {}

        @Override
        public void committed(LogEntry entry) {}

        @Override
        public void leadershipChanged() {}

        @Override
        public void membershipChanged(Membership membership) {}

        @Override
        public void readIndexConfirmed(long token) {}

        @Override
        public void readIndexLost(long token) {}

        @Override
        public void notice(Notice kind, String what) {
            said.add(what);
        }

        @Override
        public void broken(String what) {
            throw new AssertionError(what);
        }
    }
}
