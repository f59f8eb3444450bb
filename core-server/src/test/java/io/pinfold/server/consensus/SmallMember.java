package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** One replica of a {@link SmallCluster} with its disk, whose work is done one piece at a time. */
final class SmallMember implements ReplicaEffects {
    final int id;
    final SmallDisk disk;
    final Replica replica;
    /** Everything that was handed over as committed, from the beginning of time. */
    final List<LogEntry> history;

    final ArrayDeque<Runnable> diskWork = new ArrayDeque<>();
    final List<Long> confirmed = new ArrayList<>();
    private final SmallCluster cluster;
    private Membership membership;

    SmallMember(int id, SmallDisk disk, SmallCluster cluster) {
        this.id = id;
        this.disk = disk;
        this.cluster = cluster;
        this.history = new ArrayList<>(disk.snapshotHistory);
        this.membership = disk.snapshotMembership == null ? cluster.configured : disk.snapshotMembership;
        this.replica = new Replica(
                cluster.options(id, disk.incarnation),
                this,
                new ReplicaStart(
                        disk.adoptedCluster,
                        disk.adopted,
                        disk.founder,
                        disk.vote,
                        membership,
                        disk.snapshotMembership != null,
                        disk.snapshotZxid,
                        disk.snapshotChain,
                        List.copyOf(disk.log),
                        disk.durableOnce),
                cluster.now);
    }

    @Override
    public void send(int peer, Message message) {
        cluster.send(id, peer, message);
    }

    @Override
    public void append(List<LogEntry> entries) {
        diskWork.add(() -> {
            disk.log.addAll(entries);
            replica.onForced(entries.get(entries.size() - 1).zxid());
        });
    }

    @Override
    public void cutAfter(long zxid) {
        diskWork.add(() -> disk.cutAfter(zxid));
    }

    @Override
    public void saveVote(Vote vote) {
        diskWork.add(() -> {
            disk.vote = vote;
            replica.onVoteSaved(vote.epoch());
        });
    }

    @Override
    public void adopt(int from, ClusterId adopted, boolean founder) {
        diskWork.add(() -> {
            disk.adopted = true;
            disk.founder = founder;
            disk.adoptedCluster = adopted;
            replica.onAdopted(adopted, founder);
        });
    }

    @Override
    public void relink(int peer) {}

    @Override
    public void readLog(int peer, long afterZxid, int maxBytes) {
        diskWork.add(() -> {
            if (afterZxid < disk.snapshotZxid) {
                replica.onLogGone(peer);
                return;
            }
            long prev = disk.snapshotZxid;
            List<LogEntry> found = new ArrayList<>();
            for (LogEntry entry : disk.log) {
                if (entry.zxid() <= afterZxid) {
                    prev = entry.zxid();
                } else if (found.size() < 3) {
                    found.add(entry);
                }
            }
            replica.onLogRead(peer, prev, disk.chainAt(prev), found);
        });
    }

    @Override
    public void readSnapshot(int peer, int index) {
        diskWork.add(() -> replica.onSnapshotRead(
                peer, disk.snapshotZxid, disk.snapshotChain, index, new byte[] {(byte) id}, index == 1));
    }

    @Override
    public void closeSnapshot(int peer) {}

    @Override
    public void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last) {
        diskWork.add(() -> {
            replica.onSnapshotStored(zxid, index);
            if (last) {
                List<LogEntry> state = cluster.committed().stream()
                        .filter(entry -> entry.zxid() <= zxid)
                        .toList();
                disk.log.clear();
                disk.snapshotZxid = zxid;
                disk.snapshotChain = chain;
                disk.snapshotHistory = state;
                history.clear();
                state.forEach(this::note);
                disk.snapshotMembership = membership;
                replica.onSnapshotInstalled(zxid, chain, membership);
            }
        });
    }

    @Override
    public void committed(LogEntry entry) {
        note(entry);
        cluster.onCommitted(this, entry);
    }

    private void note(LogEntry entry) {
        history.add(entry);
        if (Membership.isMembership(entry.payload())) {
            try {
                membership = Membership.fromPayload(entry.payload());
            } catch (MalformedFrame e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Drops the log up to what is committed and durable. */
    void compact() {
        long zxid = Math.min(replica.commitZxid(), replica.durableZxid);
        if (zxid <= disk.snapshotZxid || !diskWork.isEmpty() || replica.commitZxid() != zxid) {
            return;
        }
        disk.compact(zxid, history, membership);
    }

    @Override
    public void leadershipChanged() {}

    @Override
    public void membershipChanged(Membership now) {}

    @Override
    public void readIndexConfirmed(long token) {
        cluster.onReadConfirmed(this, token);
    }

    @Override
    public void readIndexLost(long token) {}

    @Override
    public void broken(String what) {
        throw new AssertionError("member " + id + ": " + what);
    }
}
