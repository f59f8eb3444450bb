package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** One replica of a {@link ScriptCluster}: what it asks for is told at once, and done when the script says so. */
final class ScriptMember implements ReplicaEffects {
    record DiskJob(String what, Runnable done) {}

    private static final int ENTRIES_PER_READ = 3;
    private static final int BLOCKS = 2;

    final int id;
    final SmallDisk disk;
    final Replica replica;
    /** What the disk was asked for and has not done. */
    final ArrayDeque<DiskJob> diskWork = new ArrayDeque<>();
    /** This member's clock. */
    long now;

    private final ScriptCluster cluster;
    private final List<LogEntry> history;
    private Membership membership;
    private String shown = "";
    private boolean rotten;

    ScriptMember(int id, SmallDisk disk, ScriptCluster cluster) {
        this.id = id;
        this.disk = disk;
        this.cluster = cluster;
        this.history = new ArrayList<>(disk.snapshotHistory);
        this.membership = disk.snapshotMembership == null ? cluster.configured() : disk.snapshotMembership;
        ReplicaStart start = new ReplicaStart(
                disk.adoptedCluster,
                disk.adopted,
                disk.founder,
                disk.vote,
                membership,
                disk.snapshotMembership != null,
                disk.snapshotZxid,
                disk.snapshotChain,
                List.copyOf(disk.log),
                disk.durableOnce);
        this.replica = new Replica(cluster.options(id, disk.incarnation), this, start, 0);
        this.shown = Told.role(replica);
    }

    /** Gives one input its turn. */
    void turn(Runnable input) {
        replica.advance(now);
        input.run();
        replica.endOfTurn();
        leadershipChanged();
    }

    private void tell(String what) {
        cluster.tell(id + " " + what);
    }

    private void tellDetail(String what) {
        cluster.tellDetail(id + " " + what);
    }

    private void ask(boolean detail, String what, Runnable done) {
        if (detail) {
            tellDetail("to its disk: " + what);
        } else {
            tell("to its disk: " + what);
        }
        diskWork.add(new DiskJob(what, done));
    }

    @Override
    public void send(int peer, Message message) {
        tellDetail("to " + peer + ": " + Told.message(message));
        cluster.send(id, peer, message);
    }

    @Override
    public void append(List<LogEntry> entries) {
        ask(true, "append " + Told.entries(entries), () -> {
            disk.log.addAll(entries);
            replica.onForced(entries.get(entries.size() - 1).zxid());
        });
    }

    @Override
    public void cutAfter(long zxid) {
        ask(false, "cut after " + Told.zxid(zxid), () -> disk.cutAfter(zxid));
    }

    @Override
    public void saveVote(Vote vote) {
        ask(true, "vote for " + vote.candidate() + " in epoch " + vote.epoch(), () -> {
            disk.vote = vote;
            replica.onVoteSaved(vote.epoch());
        });
    }

    @Override
    public void adopt(int from, ClusterId adopted, boolean founder) {
        String whose =
                (founder ? "found the cluster of member " : "join the cluster of member ") + (from == 0 ? id : from);
        ask(false, disk.adopted ? "note that it was taken in" : whose, () -> {
            disk.adopted = true;
            disk.founder = founder;
            disk.adoptedCluster = adopted;
            replica.onAdopted(adopted, founder);
        });
    }

    @Override
    public void relink(int peer) {
        tell("wants a new link with " + peer);
    }

    @Override
    public void readLog(int peer, long afterZxid, int maxBytes) {
        ask(false, "read the log after " + Told.zxid(afterZxid) + " for " + peer, () -> {
            if (afterZxid < disk.snapshotZxid) {
                replica.onLogGone(peer);
                return;
            }
            long prev = disk.snapshotZxid;
            List<LogEntry> found = new ArrayList<>();
            for (LogEntry entry : disk.log) {
                if (entry.zxid() <= afterZxid) {
                    prev = entry.zxid();
                } else if (found.size() < ENTRIES_PER_READ) {
                    found.add(entry);
                }
            }
            replica.onLogRead(peer, prev, disk.chainAt(prev), found);
        });
    }

    @Override
    public void readSnapshot(int peer, int index) {
        ask(false, "read block " + index + " of the newest snapshot for " + peer, () -> readBlock(peer, index));
    }

    private void readBlock(int peer, int index) {
        if (rotten) {
            rotten = false;
            replica.onSnapshotGone(peer);
            return;
        }
        replica.onSnapshotRead(
                peer,
                disk.snapshotZxid,
                disk.snapshotChain,
                index,
                disk.snapshotMembership.toPayload(),
                index == BLOCKS - 1);
    }

    /** The next block of a snapshot that is asked for can not be read. */
    void rot() {
        rotten = true;
    }

    @Override
    public void closeSnapshot(int peer) {
        tellDetail("to its disk: no more of the snapshot for " + peer);
    }

    @Override
    public void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last) {
        ask(false, "store block " + index + " of snapshot " + Told.zxid(zxid), () -> {
            replica.onSnapshotStored(zxid, index);
            if (last) {
                install(zxid, chain, block);
            }
        });
    }

    private void install(long zxid, long chain, byte[] block) {
        try {
            membership = Membership.fromPayload(block);
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
        disk.log.clear();
        disk.snapshotZxid = zxid;
        disk.snapshotChain = chain;
        disk.snapshotMembership = membership;
        tell("is at snapshot " + Told.zxid(zxid) + " now");
        replica.onSnapshotInstalled(zxid, chain, membership);
    }

    /** Drops the log up to what is committed and durable. */
    void compact() {
        disk.compact(Math.min(replica.commitZxid(), replica.durableZxid()), history, membership);
    }

    @Override
    public void committed(LogEntry entry) {
        tell("commits " + Told.entry(entry));
        history.add(entry);
        if (Membership.isMembership(entry.payload())) {
            membership = replica.memberships.current();
        }
        cluster.onCommitted(id, entry);
    }

    @Override
    public void leadershipChanged() {
        String role = Told.role(replica);
        if (!role.equals(shown)) {
            shown = role;
            tell(role);
        }
    }

    @Override
    public void membershipChanged(Membership now) {
        tellDetail("works with " + Told.membership(now));
    }

    @Override
    public void readIndexConfirmed(long token) {
        tell("led after question " + token);
    }

    @Override
    public void readIndexLost(long token) {
        tell("does not know whether it led after question " + token);
    }

    @Override
    public void notice(Notice kind, String what) {
        tell("notes: " + what);
    }

    @Override
    public void broken(String what) {
        tell("stops: " + what);
    }
}
