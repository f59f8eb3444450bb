package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import java.util.List;

/**
 * What a {@link Replica} asks of its surroundings. Nothing here blocks, and nothing calls back into the replica; the
 * answers come as its inputs.
 *
 * <p>{@link #append}, {@link #cutAfter}, {@link #saveVote}, {@link #adopt} and {@link #storeSnapshotBlock} are carried out by
 * the disk in the order of the calls, and so are their answers.
 */
public interface ReplicaEffects {
    /** Sends to a peer whose link is up; in order, until the link breaks. */
    void send(int peer, Message message);

    /** Appends to the log and forces it; answered by {@link Replica#onForced}. */
    void append(List<LogEntry> entries);

    /** Takes away every entry of the log after this one, durably before anything that is appended later. */
    void cutAfter(long zxid);

    /** Makes a vote durable; answered by {@link Replica#onVoteSaved}. */
    void saveVote(Vote vote);

    /**
     * Makes an empty directory one of this cluster; answered by {@link Replica#onAdopted}.
     *
     * @param from the peer whose cluster it is, 0 when it is the one of the directory itself
     * @param founder whether this member's votes mean something: the cluster has no history yet, or has taken it in
     */
    void adopt(int from, ClusterId cluster, boolean founder);

    /**
     * Makes the link to a peer anew, because what was told when it was made is not so any more; {@link Replica#onPeerDown} and
     * {@link Replica#onPeerUp} follow.
     */
    void relink(int peer);

    /**
     * Reads the log behind the last entry that is not after {@code afterZxid}; answered by {@link Replica#onLogRead}, or by
     * {@link Replica#onLogGone} when the log does not reach back that far.
     */
    void readLog(int peer, long afterZxid, int maxBytes);

    /**
     * Reads one block of a snapshot for a peer, of the newest one for index 0; answered by {@link Replica#onSnapshotRead}, or
     * by {@link Replica#onSnapshotGone} when that one cannot be read on; not at all while there is none.
     */
    void readSnapshot(int peer, int index);

    /** No more of the snapshot is needed for this peer. */
    void closeSnapshot(int peer);

    /**
     * Stores a block of a snapshot that the leader sent. Answered by {@link Replica#onSnapshotStored}; after the last block
     * the state is replaced by the snapshot and the log goes on behind it, which {@link Replica#onSnapshotInstalled} says.
     */
    void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last);

    /** An entry can no longer be lost. In order, each once, and none that a snapshot covered. */
    void committed(LogEntry entry);

    /** What {@link Replica#role}, {@link Replica#leader}, {@link Replica#epoch} or {@link Replica#serving} say has changed. */
    void leadershipChanged();

    /** Peers have to be linked with that were not, or no longer. */
    void membershipChanged(Membership membership);

    /** This member led at some moment after the question was asked. */
    void readIndexConfirmed(long token);

    /** Whether this member led after the question was asked is not known, and never will be. */
    void readIndexLost(long token);

    /** Something that an operator may want to know; one sentence without its end. */
    default void notice(Notice kind, String what) {}

    /** Something that the protocol rules out was seen; the member must stop. */
    void broken(String what);
}
