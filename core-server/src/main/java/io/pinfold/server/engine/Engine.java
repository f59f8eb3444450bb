package io.pinfold.server.engine;

import io.pinfold.OpResult;
import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Message;
import io.pinfold.server.consensus.MessageCodec;
import io.pinfold.server.consensus.PeerHello;
import io.pinfold.server.consensus.Replica;
import io.pinfold.server.consensus.Role;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.SnapshotRestore;
import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnCodec;
import io.pinfold.server.tree.TxnRecord;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One member of the service: all of its state and none of its threads, sockets, files or clocks. Confined to the node
 * loop.
 *
 * <p>The rim feeds inputs in turns: first {@link #advance} with the time, then whatever arrived, then
 * {@link #endOfTurn}, which hands over what the inputs caused. In between, nothing leaves.
 *
 * <p><b>A write</b> comes in at the {@link Front} of some member and is decided by the {@link LeaderDesk} of the leader: checked
 * against the tree and against the changes that are on their way, and turned into a transaction or a refusal. The
 * {@link Replica} brings the transaction into the logs of a majority; then every member applies it, the watches tell, and
 * the member that has the client replies. A refusal may rest on changes that are not committed yet, so it waits for
 * them, too.
 *
 * <p><b>A read</b> is answered at once from this member's tree, unless its connection waits for something: then it waits in
 * its place behind it.
 *
 * <p>A single server is an ensemble of one: it elects itself, and its own disk is the majority.
 */
public final class Engine {
    private final EngineOptions options;
    private final Effects effects;
    private final DataTree tree;
    private final Front front;
    private final Replica replica;
    private final Requests requests;
    private final SnapshotTaker snapshots;
    private final TreeMap<Integer, PeerLink> links = new TreeMap<>();
    private final TreeMap<Integer, byte[]> peerKeys = new TreeMap<>();
    private final Latencies latencies = new Latencies();
    private final JuteReader frame = new JuteReader();

    private byte[] sessionKey;
    private @Nullable SnapshotRestore incoming;
    private long now;
    /** What was last told of whether clients are served. */
    private boolean served;

    /** Takes over a recovered state. */
    public Engine(EngineOptions options, Effects effects, EngineStart start, long now, long wallMillis) {
        this.options = options;
        this.effects = effects;
        this.tree = start.tree();
        this.now = now;
        this.sessionKey = options.sessionKey();
        this.replica = new Replica(start.replicaOptions(), new Agreement(this, effects), start.replica(), now);
        this.requests = new Requests(options, effects, replica, tree, links, latencies, now, wallMillis);
        this.front = requests.front();
        this.snapshots = new SnapshotTaker(
                tree, effects, options.snapshotEvery(), () -> replica.durableZxid() >= tree.lastZxid());
        front.advance(now, wallMillis);
    }

    // ---- time ----

    /** Says what time it is; everything that is due happens. */
    public void advance(long nowNanos, long nowWallMillis) {
        now = nowNanos;
        front.advance(now, nowWallMillis);
        replica.advance(now);
        requests.advance(now, nowWallMillis);
    }

    /** {@return when {@link #advance} has to be called at the latest, or {@code Long.MAX_VALUE}} */
    public long nextDeadlineNanos() {
        return Math.min(
                Math.min(replica.nextDeadlineNanos(), requests.nextDeadlineNanos()),
                front.handshakes().nextDeadlineNanos());
    }

    // ---- clients ----

    /** A client connected. */
    public Connection onConnected(ClientLink link, String remote) {
        return front.connected(link, remote);
    }

    /** A connection is gone. Its session is not. */
    public void onDisconnected(Connection connection) {
        front.disconnected(connection);
    }

    /** A whole frame arrived; the array is the rim's again when this returns. */
    public void onFrame(Connection connection, byte[] bytes, int offset, int length) {
        front.frame(connection, bytes, offset, length);
    }

    /** A client reads what it was sent, which may take long; so it lives. */
    public void onProgress(Connection connection) {
        front.heard(connection);
    }

    // ---- peers ----

    /** {@return what to tell a peer when a link to it is made now} */
    public PeerHello hello() {
        return replica.hello();
    }

    /** {@return the secret of the cluster, for peers that have shown that they belong to it} */
    public byte[] sessionKey() {
        return sessionKey;
    }

    /** A link to a peer was made; an earlier one to it is gone. */
    public void onPeerUp(int peer, PeerHello hello, byte[] key, PeerLink link) {
        links.put(peer, link);
        peerKeys.put(peer, key);
        replica.onPeerUp(peer, hello);
        requests.leadershipChanged();
    }

    /** A link broke; {@code closed} says whether it looks as if the peer's process had ended. */
    public void onPeerDown(int peer, PeerLink link, boolean closed) {
        if (links.get(peer) == link) {
            links.remove(peer);
            peerKeys.remove(peer);
            requests.lost(peer);
            replica.onPeerDown(peer, closed);
        }
    }

    /** A whole frame of a peer arrived; the array is the rim's again when this returns. */
    public void onPeerFrame(int peer, PeerLink link, byte[] bytes, int offset, int length) {
        if (links.get(peer) != link || length == 0) {
            return;
        }
        frame.reset(bytes, offset, offset + length);
        try {
            if (bytes[offset] <= MessageCodec.LAST_TYPE) {
                replica.onMessage(peer, MessageCodec.read(frame));
            } else {
                requests.peerFrame(peer, link, frame);
            }
        } catch (MalformedFrame e) {
            link.close("a frame that makes no sense: " + e.getMessage());
        }
    }

    // ---- the disk ----

    /** The log is durable up to this zxid. */
    public void onForced(long zxid) {
        replica.onForced(zxid);
    }

    /** The vote of this epoch is durable. */
    public void onVoteSaved(long epoch) {
        replica.onVoteSaved(epoch);
    }

    /** The directory belongs to a cluster. */
    public void onAdopted(ClusterId cluster, byte[] key, boolean founder) {
        sessionKey = key;
        front.handshakes().adopt(key);
        replica.onAdopted(cluster, founder);
    }

    /** Entries were read for a peer. */
    public void onLogRead(int peer, long previousZxid, long previousChain, List<LogEntry> entries) {
        replica.onLogRead(peer, previousZxid, previousChain, entries);
    }

    /** The log does not reach back as far as a peer needs it. */
    public void onLogGone(int peer) {
        replica.onLogGone(peer);
    }

    /** The snapshot that a peer gets can not be read on. */
    public void onSnapshotGone(int peer) {
        replica.onSnapshotGone(peer);
    }

    /** Part of the log or of a snapshot cannot be read any more, but the state is whole: it is written down anew. */
    public void onUnreadable() {
        snapshots.want();
    }

    /**
     * The disk has hardly any room left, or has room again. Another member may have room: it shall lead then. If it has not,
     * the state does not grow any more, but is read and made smaller.
     */
    public void onRoom(boolean low) {
        requests.roomIsLow(low);
        if (low) {
            replica.transferLeadership();
        }
    }

    /** A block of a snapshot was read for a peer. */
    public void onSnapshotRead(int peer, long zxid, long chain, int index, byte[] block, boolean last) {
        replica.onSnapshotRead(peer, zxid, chain, index, block, last);
    }

    /** A block of a received snapshot is durable; with the last one it is the state. */
    public void onSnapshotStored(long zxid, long chain, int index, boolean last) {
        replica.onSnapshotStored(zxid, index);
        SnapshotRestore restore = incoming;
        if (!last || restore == null) {
            return;
        }
        incoming = null;
        try {
            DataTree received = restore.finish();
            Membership membership = Membership.fromPayload(received.membership());
            snapshots.abandon();
            tree.replaceBy(received);
            // Their watches missed changes that nobody can tell any more.
            front.closeAll("this server's state was replaced by a snapshot");
            replica.onSnapshotInstalled(zxid, chain, membership);
        } catch (MalformedFrame e) {
            effects.fail("the leader's snapshot cannot be read", e);
        }
    }

    void receive(long zxid, long chain, int index, byte[] block, boolean last) {
        if (index == 0) {
            incoming = new SnapshotRestore();
        }
        SnapshotRestore restore = incoming;
        if (restore != null) {
            try {
                restore.add(block, 0, block.length);
            } catch (MalformedFrame e) {
                effects.fail("the leader's snapshot cannot be read", e);
            }
        }
        effects.storeSnapshotBlock(zxid, chain, index, block, last);
    }

    /** A block of the snapshot is with the disk. */
    public void onSnapshotBlock() {
        snapshots.onBlockWritten();
    }

    /** The snapshot is complete, or was given up. */
    public void onSnapshotDone() {
        snapshots.onDone();
    }

    // ---- what the replica asks for ----

    void send(int peer, Message message) {
        requests.send(peer, message);
    }

    void adopt(int from, ClusterId cluster, boolean founder) {
        byte[] key = peerKeys.get(from);
        effects.adopt(cluster, key == null ? sessionKey : key, founder);
    }

    void relink(int peer) {
        PeerLink link = links.get(peer);
        if (link != null) {
            link.close("a cluster began since this link was made; greeting it again");
        }
    }

    void leadershipChanged() {
        requests.leadershipChanged();
        effects.statusChanged();
    }

    void confirmed(long token) {
        requests.confirmed(token);
    }

    void unconfirmed(long token) {
        requests.unconfirmed(token);
    }

    /** Applies an entry that can no longer be lost. */
    void apply(LogEntry entry) {
        long zxid = entry.zxid();
        long before = tree.lastZxid();
        TxnRecord txn = null;
        List<OpResult> results = List.of();
        long begun = latencies.tick();
        front.watches().applying(zxid);
        latencies.committed(zxid, entry.payload().length, now);
        if (entry.payload().length == 0) {
            tree.skip(zxid);
        } else if (Membership.isMembership(entry.payload())) {
            tree.configure(zxid, entry.payload(), MembershipText.of(entry, tree.config()), front.watches());
        } else {
            txn = transaction(entry);
            results = tree.apply(txn, front.watches());
            snapshots.onApplied();
        }
        latencies.applied(begun);
        requests.applied(zxid, before, txn, results);
        if (txn != null && txn.body() instanceof Txn.CloseSession) {
            requests.sessionClosed(txn.sessionId());
        }
    }

    private TxnRecord transaction(LogEntry entry) {
        TxnRecord prepared = requests.prepared(entry.zxid());
        if (prepared != null) {
            return prepared;
        }
        try {
            return TxnCodec.decode(entry.zxid(), entry.payload());
        } catch (MalformedFrame e) {
            throw new IllegalStateException(
                    "The transaction 0x" + Long.toHexString(entry.zxid())
                            + " in the log is intact but not readable by this version: " + e.getMessage(),
                    e);
        }
    }

    // ---- from outside ----

    /** Ends a session as if its client had been silent for too long. {@return whether there is such a session} */
    public boolean expireSession(long sessionId) {
        return requests.expireSession(sessionId);
    }

    /** Closes the connection of a session. {@return whether it had one here} */
    public boolean dropConnection(long sessionId) {
        return front.drop(sessionId, "dropped on request");
    }

    /** Hands over to another member if this one leads. {@return whether there is one to hand over to} */
    public boolean transferLeadership() {
        return replica.transferLeadership();
    }

    /** Begins to change who belongs to the cluster. {@return whether it began: only a serving leader does, once at a time} */
    public boolean changeMembership(Membership target) {
        return replica.changeMembership(target);
    }

    /** Hands over what the inputs of this turn caused: first to the log and the peers, then to the clients. */
    public void endOfTurn() {
        requests.beforeEndOfTurn();
        if (replica.role() == Role.LEADER) {
            latencies.proposed(replica.lastZxid(), now);
        } else {
            latencies.noLeader();
        }
        replica.endOfTurn();
        if (requests.afterEndOfTurn()) {
            effects.turnAgain();
        }
        snapshots.turn();
        front.endOfTurn();
        if (served != requests.isServed()) {
            served = requests.isServed();
            if (served) {
                front.closeReadOnly();
            }
            effects.statusChanged();
        }
    }

    /** {@return what this member is at the moment} */
    public Status status() {
        return new Status(
                replica.role(),
                replica.leader(),
                replica.epoch(),
                requests.isServed(),
                replica.isVoting(),
                tree.lastZxid());
    }

    /** {@return how long things take} */
    public Latencies latencies() {
        return latencies;
    }

    /** {@return what operators may see} */
    public Inspection inspect() {
        return new Inspection(this, tree, front);
    }

    long sessionEndNanos(long sessionId) {
        return requests.endNanos(sessionId);
    }

    boolean isReadOnly() {
        return requests.isReadOnly();
    }

    int synced(boolean voting) {
        return (int) membership().members().stream()
                .filter(member -> membership().isVoter(member.id()) == voting && replica.isSynced(member.id()))
                .count();
    }

    int linkedPeers() {
        return links.size();
    }

    /** {@return the membership that holds} */
    public Membership membership() {
        return replica.membership();
    }

    /** {@return the state in a few words, for the log of a member that has to stop} */
    public String describe() {
        return "member=" + options.memberId()
                + " applied=0x" + Long.toHexString(tree.lastZxid())
                + " " + replica
                + " " + requests
                + " " + front
                + " sessions=" + tree.sessions().size()
                + " znodes=" + tree.nodeCount()
                + " " + snapshots;
    }
}
