package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import java.util.List;

/**
 * Brings a leader's log to its peers: from memory while they keep up, from the disk when they are behind, by a snapshot when
 * the log does not reach back far enough. So much may be under way to a peer and no more. Confined to its {@link Leading}.
 */
final class Feeding {
    private final Replica replica;
    private final Rounds rounds;

    Feeding(Replica replica, Rounds rounds) {
        this.replica = replica;
        this.rounds = rounds;
    }

    /** Sends what is due at the end of a turn. */
    void feed(Progress peer) {
        if (peer.mode == Progress.Mode.DOWN) {
            return;
        }
        boolean sent = false;
        if (peer.mode == Progress.Mode.STREAMING) {
            sent = stream(peer);
        } else if (peer.mode == Progress.Mode.PROBING && isHeartbeatDue(peer)) {
            sent = probe(peer);
        } else if (peer.mode == Progress.Mode.SNAPSHOT && peer.snapshotZxid == 0 && isHeartbeatDue(peer)) {
            replica.effects.readSnapshot(peer.id, 0);
        }
        if (!sent && (isHeartbeatDue(peer) || rounds.isWantedFrom(peer))) {
            heartbeat(peer);
        } else if (!sent && hasNews(peer)) {
            peer.toldCommitZxid = replica.commitZxid;
            replica.effects.send(peer.id, new Message.Committed(replica.epoch, replica.commitZxid));
        }
    }

    private boolean isHeartbeatDue(Progress peer) {
        return replica.now - peer.sentNanos >= replica.options.heartbeatNanos();
    }

    private boolean hasNews(Progress peer) {
        return peer.toldCommitZxid < replica.commitZxid
                && peer.mode == Progress.Mode.STREAMING
                && peer.matchedZxid >= replica.log.baseZxid();
    }

    private boolean stream(Progress peer) {
        boolean sent = false;
        while (peer.sentZxid < replica.log.lastZxid()
                && peer.hasRoom(replica.options.maxWindowBytes())
                && peer.mode == Progress.Mode.STREAMING) {
            if (peer.sentZxid < replica.log.baseZxid()) {
                read(peer);
                return sent;
            }
            long number = replica.log.after(peer.sentZxid);
            List<LogEntry> entries = replica.log.slice(number, replica.options.maxBatchBytes());
            send(peer, peer.sentZxid, replica.log.chainBefore(number), entries);
            sent = true;
        }
        return sent;
    }

    private boolean probe(Progress peer) {
        if (peer.sentZxid < replica.log.baseZxid()) {
            read(peer);
            return false;
        }
        long number = replica.log.after(peer.sentZxid);
        send(peer, replica.log.zxidBefore(number), replica.log.chainBefore(number), List.of());
        return true;
    }

    /** Says that the leader lives, at a place where the logs are known to agree, or where the probe is. */
    private void heartbeat(Progress peer) {
        long place = peer.mode == Progress.Mode.PROBING ? peer.sentZxid : peer.matchedZxid;
        if (place < replica.log.baseZxid()) {
            // What stands there is not in memory, but a follower agrees with everything up to its own commit point.
            post(peer, new Message.Append(replica.epoch, 0, 0, List.of(), 0, rounds.current()));
            return;
        }
        long number = replica.log.after(place);
        post(
                peer,
                new Message.Append(
                        replica.epoch,
                        replica.log.zxidBefore(number),
                        replica.log.chainBefore(number),
                        List.of(),
                        replica.commitZxid,
                        rounds.current()));
        peer.toldCommitZxid = replica.commitZxid;
    }

    private void send(Progress peer, long prevZxid, long prevChain, List<LogEntry> entries) {
        long bytes = 0;
        for (LogEntry entry : entries) {
            bytes += RecentLog.size(entry);
        }
        if (!entries.isEmpty()) {
            peer.sent(entries.get(entries.size() - 1).zxid(), bytes);
        }
        peer.toldCommitZxid = replica.commitZxid;
        post(
                peer,
                new Message.Append(replica.epoch, prevZxid, prevChain, entries, replica.commitZxid, rounds.current()));
    }

    private void post(Progress peer, Message message) {
        peer.sentNanos = replica.now;
        if (message instanceof Message.Append append) {
            peer.askedRound = append.round();
        }
        replica.effects.send(peer.id, message);
    }

    // ---- answers ----

    void onReply(Progress peer, Message.AppendReply reply) {
        if (!reply.accepted()) {
            if (peer.mode == Progress.Mode.PROBING || peer.mode == Progress.Mode.STREAMING) {
                if (reply.lastZxid() < peer.sentZxid) {
                    remind(peer, reply.lastZxid());
                    // An answer that says less than was known was on its way while the peer took in a snapshot.
                    peer.probe(Math.max(reply.lastZxid(), peer.matchedZxid));
                }
            }
            return;
        }
        peer.matchedZxid = Math.max(peer.matchedZxid, reply.lastZxid());
        peer.durable(Math.min(reply.durableZxid(), peer.matchedZxid));
        if (peer.mode == Progress.Mode.PROBING && reply.lastZxid() >= probedZxid(peer)) {
            peer.mode = Progress.Mode.STREAMING;
            peer.sentZxid = Math.max(peer.matchedZxid, reply.lastZxid());
        } else if (peer.mode == Progress.Mode.SNAPSHOT
                && reply.lastZxid() >= peer.snapshotZxid
                && peer.snapshotZxid != 0) {
            replica.effects.closeSnapshot(peer.id);
            peer.mode = Progress.Mode.STREAMING;
            peer.sentZxid = reply.lastZxid();
        }
    }

    /** A peer whose log ends before what it acknowledged must know that, or it would help somebody to lead who has less. */
    private void remind(Progress peer, long lastZxid) {
        if (lastZxid < peer.acknowledgedZxid && peer.acknowledgedZxid <= peer.sentZxid) {
            post(peer, new Message.Reminder(replica.epoch, peer.acknowledgedZxid));
        }
    }

    private long probedZxid(Progress peer) {
        long base = replica.log.baseZxid();
        return peer.sentZxid < base ? peer.sentZxid : replica.log.zxidBefore(replica.log.after(peer.sentZxid));
    }

    // ---- from the disk ----

    private void read(Progress peer) {
        if (!peer.reading) {
            peer.reading = true;
            peer.mode = Progress.Mode.READING;
            replica.effects.readLog(peer.id, peer.sentZxid, replica.options.maxBatchBytes());
        }
    }

    void onLogRead(Progress peer, long prevZxid, long prevChain, List<LogEntry> entries) {
        peer.reading = false;
        if (peer.mode != Progress.Mode.READING) {
            return;
        }
        peer.sentZxid = prevZxid;
        send(peer, prevZxid, prevChain, entries);
        // What was read may not continue the peer's log, so its answer is awaited as that of a probe.
        peer.mode = Progress.Mode.PROBING;
    }

    void onLogGone(Progress peer) {
        peer.reading = false;
        if (peer.mode == Progress.Mode.READING) {
            peer.mode = Progress.Mode.SNAPSHOT;
            peer.snapshotFromItsBeginning();
            replica.effects.readSnapshot(peer.id, 0);
        }
    }

    /** Another one is asked for at every heartbeat until there is one. */
    void onSnapshotGone(Progress peer) {
        if (peer.mode == Progress.Mode.SNAPSHOT) {
            peer.snapshotFromItsBeginning();
        }
    }

    void onSnapshotRead(Progress peer, Message.SnapshotBlock block) {
        if (peer.mode != Progress.Mode.SNAPSHOT) {
            return;
        }
        if (block.index() == 0 && block.zxid() <= peer.matchedZxid) {
            // The own log is damaged behind it. A newer one is on its way: look again a heartbeat later.
            replica.effects.closeSnapshot(peer.id);
            peer.probe(peer.matchedZxid);
            peer.sentNanos = replica.now;
            return;
        }
        if (block.index() == peer.snapshotIndex) {
            peer.snapshotZxid = block.zxid();
            peer.snapshotSent = block.last();
            post(peer, block);
        }
    }

    /** {@return whether the peer has one more block} */
    boolean onSnapshotReply(Progress peer, Message.SnapshotReply reply) {
        if (peer.mode != Progress.Mode.SNAPSHOT || reply.zxid() != peer.snapshotZxid) {
            return false;
        }
        boolean next = reply.nextIndex() == peer.snapshotIndex + 1 && !peer.snapshotSent;
        if (next || reply.nextIndex() == 0) {
            peer.snapshotIndex = reply.nextIndex();
            replica.effects.readSnapshot(peer.id, peer.snapshotIndex);
        }
        return next;
    }
}
