package io.pinfold.server.engine;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Message;
import io.pinfold.server.consensus.Notice;
import io.pinfold.server.consensus.ReplicaEffects;
import io.pinfold.server.consensus.Vote;
import io.pinfold.server.storage.LogEntry;
import java.util.List;

/** Passes on what the replica asks for: to the engine what is of the state, to the rim the rest. Confined to the node loop. */
final class Agreement implements ReplicaEffects {
    private final Engine engine;
    private final Effects effects;

    Agreement(Engine engine, Effects effects) {
        this.engine = engine;
        this.effects = effects;
    }

    @Override
    public void send(int peer, Message message) {
        engine.send(peer, message);
    }

    @Override
    public void append(List<LogEntry> entries) {
        effects.append(entries);
    }

    @Override
    public void cutAfter(long zxid) {
        effects.cutAfter(zxid);
    }

    @Override
    public void saveVote(Vote vote) {
        effects.saveVote(vote.epoch(), vote.candidate());
    }

    @Override
    public void adopt(int from, ClusterId cluster, boolean founder) {
        engine.adopt(from, cluster, founder);
    }

    @Override
    public void relink(int peer) {
        engine.relink(peer);
    }

    @Override
    public void readLog(int peer, long afterZxid, int maxBytes) {
        effects.readLog(peer, afterZxid, maxBytes);
    }

    @Override
    public void readSnapshot(int peer, int index) {
        effects.readSnapshot(peer, index);
    }

    @Override
    public void closeSnapshot(int peer) {
        effects.closeSnapshot(peer);
    }

    @Override
    public void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last) {
        engine.receive(zxid, chain, index, block, last);
    }

    @Override
    public void committed(LogEntry entry) {
        engine.apply(entry);
    }

    @Override
    public void leadershipChanged() {
        engine.leadershipChanged();
    }

    @Override
    public void membershipChanged(Membership membership) {
        effects.membershipChanged(membership);
        effects.statusChanged();
    }

    @Override
    public void readIndexConfirmed(long token) {
        engine.confirmed(token);
    }

    @Override
    public void readIndexLost(long token) {
        engine.unconfirmed(token);
    }

    @Override
    public void notice(Notice kind, String what) {
        effects.notice(kind, what);
    }

    @Override
    public void broken(String what) {
        effects.fail(what, new IllegalStateException(what));
    }
}
