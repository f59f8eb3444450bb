package io.pinfold.server.engine;

import io.pinfold.server.consensus.Membership;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.SessionTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What operators may see of an engine; a view, not a copy, so it costs nothing to make. Confined to the node loop. */
public final class Inspection {
    private final Engine engine;
    private final DataTree tree;
    private final Front front;

    Inspection(Engine engine, DataTree tree, Front front) {
        this.engine = engine;
        this.tree = tree;
        this.front = front;
    }

    /** {@return what the member is at the moment} */
    public Status status() {
        return engine.status();
    }

    /** {@return who belongs to the cluster} */
    public Membership membership() {
        return engine.membership();
    }

    /** {@return the zxid of the last change of who belongs to the cluster that clients can see; 0 before there is one} */
    public long membershipVersion() {
        return Math.max(0, MembershipText.version(tree.config()));
    }

    /** {@return whether reads are served without a quorum at the moment, to clients that ask for it} */
    public boolean readOnly() {
        return engine.isReadOnly();
    }

    /** {@return peers that this member is linked with} */
    public int linkedPeers() {
        return engine.linkedPeers();
    }

    /**
     * {@return peers that get every change as it is made, as far as this member leads; those that are still learning what was
     * before are not among them}
     *
     * @param voting whether to count those that vote, or the others
     */
    public int synced(boolean voting) {
        return engine.synced(voting);
    }

    /** {@return what went in and out over all connections of clients} */
    public Traffic traffic() {
        return front.traffic();
    }

    /** {@return how long things take} */
    public Latencies latencies() {
        return engine.latencies();
    }

    /** {@return the connections of clients, the oldest first} */
    public Collection<Connection> connections() {
        return front.connections();
    }

    /** {@return how many connections of clients there have been} */
    public long connectionsEver() {
        return front.connectionsEver();
    }

    /** {@return how many credentials of clients were refused} */
    public long refusedCredentials() {
        return front.refusedCredentials();
    }

    /** {@return requests of clients that wait for a decision or for the log} */
    public int outstanding() {
        return front.outstanding();
    }

    /** {@return znodes as Apache ZooKeeper counts them: the system's among them, and the root twice} */
    public int znodes() {
        return tree.nodeCount() + 1;
    }

    /** {@return about how many bytes paths and data take} */
    public long approximateDataSize() {
        return tree.approximateDataSize();
    }

    /** {@return the sessions of the whole cluster} */
    public SessionTable sessions() {
        return tree.sessions();
    }

    /**
     * {@return the sessions of the whole cluster by when they end if their clients stay silent, in milliseconds on the engine's
     * clock; empty on a member that does not lead}
     */
    public SortedMap<Long, List<Long>> sessionEnds() {
        SortedMap<Long, List<Long>> ends = new TreeMap<>();
        tree.sessions().forEach((id, timeoutMillis) -> {
            long end = engine.sessionEndNanos(id);
            if (end >= 0) {
                ends.computeIfAbsent(end / 1_000_000, at -> new ArrayList<>()).add(id);
            }
        });
        return ends;
    }

    /** {@return watches of clients of this member} */
    public int watches() {
        return front.watches().count();
    }

    /** {@return paths that are watched} */
    public int watchedPaths() {
        return front.watches().pathCount();
    }

    /** {@return connections that watch} */
    public int watchers() {
        return front.watches().watcherCount();
    }

    /**
     * {@return the paths that a connection watches, those first that it watched last}
     *
     * @param connection one of {@link #connections}
     */
    public List<String> watchedBy(Connection connection) {
        return front.watches().watchedBy(connection);
    }
}
