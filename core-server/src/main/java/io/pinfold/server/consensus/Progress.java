package io.pinfold.server.consensus;

import java.util.ArrayDeque;

/** What a leader knows about one peer's log. Confined to its {@link Leading}. */
final class Progress {
    /** How the peer is fed. */
    enum Mode {
        /** Its link is down. */
        DOWN,
        /** One message is under way that finds out where the logs agree. */
        PROBING,
        /** Entries follow each other without waiting. */
        STREAMING,
        /** Entries come from the disk. */
        READING,
        /** It gets a snapshot. */
        SNAPSHOT
    }

    private record Sent(long zxid, long bytes) {}

    final int id;
    Mode mode = Mode.DOWN;
    /** The entry behind which the next message goes on. */
    long sentZxid;
    /** The logs agree up to here. */
    long matchedZxid;
    /** Up to here the peer has made durable what agrees. */
    long durableZxid;
    /** The most that this directory of the peer has made durable under this leader, also over earlier links. */
    long acknowledgedZxid;

    private long incarnation;
    /** The highest round the peer answered. */
    long round;
    /** The highest round the peer was asked for: asking again at every turn would answer each of its replies. */
    long askedRound;

    long heardNanos;
    /** When something was sent last; long ago when something is due at once. */
    long sentNanos = Long.MIN_VALUE / 2;

    /** The commit point that the peer was told last. */
    long toldCommitZxid;
    /** Whether an answer of the disk is awaited for this peer. */
    boolean reading;
    /** The snapshot block that is under way, and of which snapshot. */
    int snapshotIndex;

    long snapshotZxid;
    boolean snapshotSent;

    private final ArrayDeque<Sent> window = new ArrayDeque<>();
    private long windowBytes;

    Progress(int id) {
        this.id = id;
    }

    /** Begins anew on a new link: the peer may have lost what was not durable, or its whole directory. */
    void linked(long fromZxid, long peerIncarnation) {
        if (incarnation != peerIncarnation) {
            incarnation = peerIncarnation;
            acknowledgedZxid = 0;
        }
        matchedZxid = 0;
        durableZxid = 0;
        round = 0;
        askedRound = 0;
        probe(fromZxid);
    }

    void probe(long fromZxid) {
        mode = Mode.PROBING;
        sentZxid = fromZxid;
        sentNanos = Long.MIN_VALUE / 2;
        forgetWindow();
    }

    void snapshotFromItsBeginning() {
        snapshotIndex = 0;
        snapshotZxid = 0;
        snapshotSent = false;
    }

    void forgetWindow() {
        window.clear();
        windowBytes = 0;
    }

    void sent(long zxid, long bytes) {
        window.add(new Sent(zxid, bytes));
        windowBytes += bytes;
        sentZxid = zxid;
    }

    boolean hasRoom(long maxBytes) {
        return windowBytes < maxBytes;
    }

    void durable(long zxid) {
        durableZxid = Math.max(durableZxid, zxid);
        acknowledgedZxid = Math.max(acknowledgedZxid, durableZxid);
        while (!window.isEmpty() && window.peekFirst().zxid <= zxid) {
            windowBytes -= window.pollFirst().bytes;
        }
    }

    @Override
    public String toString() {
        return mode + " sent=0x" + Long.toHexString(sentZxid) + " matched=0x" + Long.toHexString(matchedZxid)
                + " durable=0x" + Long.toHexString(durableZxid) + " window=" + windowBytes
                + (mode == Mode.SNAPSHOT ? " snapshot=0x" + Long.toHexString(snapshotZxid) + "/" + snapshotIndex : "")
                + (reading ? " reading" : "");
    }
}
