package io.pinfold.server.engine;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.ReplicaOptions;
import io.pinfold.server.consensus.ReplicaStart;
import io.pinfold.server.consensus.Vote;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.tree.DataTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** An engine without threads, sockets or a disk: the test is its rim, and decides when the log is durable. */
final class EngineHarness implements Effects {
    static final int TICK = 1000;
    static final int MIN_SESSION = 2000;
    static final int MAX_SESSION = 20_000;

    final List<LogEntry> log = new ArrayList<>();
    final List<String> snapshotCalls = new ArrayList<>();
    final List<byte[]> snapshotBlocks = new ArrayList<>();
    final List<String> audited = new ArrayList<>();
    Set<AuditLine.Kind> auditing = Set.of(AuditLine.Kind.values());
    final DataTree tree;
    final Engine engine;
    long nowMillis;
    boolean answersCommits = true;
    private boolean again;
    private long saved;

    EngineHarness() {
        this(new DataTree(), 1, options());
    }

    EngineHarness(DataTree tree, long epoch, EngineOptions options) {
        this.tree = tree;
        Membership alone = Membership.of(List.of(new Member(options.memberId(), 1, false, "", 0, 0, "")));
        ClusterId cluster = new ClusterId(1, 1);
        ReplicaStart replica = new ReplicaStart(
                cluster, true, true, new Vote(epoch - 1, 1), alone, true, tree.lastZxid(), 0, List.of(), 0);
        this.engine = new Engine(
                options,
                this,
                new EngineStart(tree, replica, ReplicaOptions.defaults(options.memberId(), 1, () -> 0)),
                0,
                0);
        engine.advance(0, 0);
        settle();
        settle();
        log.clear();
    }

    @Override
    public void cutAfter(long zxid) {
        throw new AssertionError("a lone member cut its log");
    }

    @Override
    public void saveVote(long votedIn, int candidate) {
        saved = votedIn;
    }

    @Override
    public void adopt(ClusterId cluster, byte[] sessionKey, boolean founder) {
        throw new AssertionError("adopted twice");
    }

    @Override
    public void readLog(int peer, long afterZxid, int maxBytes) {}

    @Override
    public void readSnapshot(int peer, int index) {}

    @Override
    public void closeSnapshot(int peer) {}

    @Override
    public void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last) {}

    @Override
    public void abandonSnapshot() {}

    @Override
    public void membershipChanged(Membership membership) {}

    @Override
    public void statusChanged() {}

    static EngineOptions options() {
        return new EngineOptions(1, new byte[32], TICK, MIN_SESSION, MAX_SESSION, 1000, 10, 1 << 20, 1 << 24, 100, 0);
    }

    static EngineOptions options(int maxSessions) {
        return options(Policy.DEFAULT, maxSessions);
    }

    static EngineOptions options(Policy policy) {
        return options(policy, Integer.MAX_VALUE);
    }

    private static EngineOptions options(Policy policy, int maxSessions) {
        return new EngineOptions(
                1,
                new byte[32],
                TICK,
                MIN_SESSION,
                MAX_SESSION,
                1000,
                10,
                1 << 20,
                1 << 24,
                100,
                0,
                policy,
                maxSessions);
    }

    // ---- the rim ----

    /** Ends the turn without anything having become durable. */
    void turn() {
        do {
            again = false;
            engine.endOfTurn();
        } while (again);
    }

    /** Ends the turn, makes everything durable that was appended, and ends that turn, too. */
    void settle() {
        turn();
        if (saved != 0) {
            engine.onVoteSaved(saved);
            saved = 0;
            turn();
        }
        if (!log.isEmpty()) {
            engine.onForced(log.get(log.size() - 1).zxid());
        }
        turn();
    }

    void at(long millis) {
        nowMillis = millis;
        engine.advance(millis * 1_000_000, millis);
    }

    Client connect() {
        Client client = new Client();
        client.connection = engine.onConnected(client, "127.0.0.1");
        return client;
    }

    /** A client with a session of the longest timeout. */
    Client session() {
        return session(MAX_SESSION);
    }

    Client session(int timeoutMillis) {
        Client client = connect();
        client.greet(0, 0, new byte[16], timeoutMillis);
        settle();
        client.welcome();
        return client;
    }

    @Override
    public void append(List<LogEntry> entries) {
        log.addAll(entries);
    }

    @Override
    public void beginSnapshot(long zxid) {
        snapshotCalls.add("begin 0x" + Long.toHexString(zxid));
    }

    @Override
    public void snapshotBlock(byte[] bytes) {
        snapshotBlocks.add(bytes);
        engine.onSnapshotBlock();
    }

    @Override
    public void commitSnapshot() {
        snapshotCalls.add("commit");
        if (answersCommits) {
            engine.onSnapshotDone();
        }
    }

    @Override
    public void turnAgain() {
        again = true;
    }

    @Override
    public boolean audits(AuditLine.Kind kind) {
        return auditing.contains(kind);
    }

    @Override
    public String serverUser() {
        return "zookeeper";
    }

    @Override
    public void audit(String line) {
        audited.add(line.replace('\t', ' '));
    }

    @Override
    public void fail(String reason, Throwable cause) {
        throw new AssertionError(reason, cause);
    }

    /** A client of this engine. */
    class Client extends EngineClient {
        Client() {
            super(engine);
        }
    }
}
