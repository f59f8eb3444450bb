package io.pinfold.testing.sim.oracle;

import io.pinfold.WatchEvent;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.ReplyHeader;
import io.pinfold.wire.Request;
import java.util.SortedMap;

/**
 * Something that happened in a simulated world, as seen from outside of the programs that are judged. Immutable.
 *
 * <p>What clients see is told when the bytes reach or leave the client, numbered by connection; a connection's number is
 * never used again. What members do is told when they do it.
 */
public sealed interface Fact {
    /** {@return the world's time} */
    long atNanos();

    // ---- clients ----

    /** A client sent the first frame of a connection. */
    record Greeted(long atNanos, long connection, ConnectRequest request) implements Fact {}

    /** The answer to the first frame reached the client. */
    record Welcomed(long atNanos, long connection, ConnectResponse response) implements Fact {}

    /** A client sent a request. */
    record Asked(long atNanos, long connection, int xid, Request request) implements Fact {}

    /**
     * A reply reached the client.
     *
     * @param body what stands behind the header
     */
    record Answered(long atNanos, long connection, ReplyHeader header, byte[] body) implements Fact {}

    /** A watch event reached the client. */
    record Told(long atNanos, long connection, long zxid, WatchEvent.Type type, String path) implements Fact {}

    /** A client sent what is no request; nothing is known of this connection from here on. */
    record WentWild(long atNanos, long connection) implements Fact {}

    /** The client knows that the connection is gone, or has closed it. */
    record HungUp(long atNanos, long connection) implements Fact {}

    // ---- members ----

    /** The membership that the world begins with. */
    record Founded(long atNanos, Membership membership) implements Fact {}

    /** A member granted its vote in this epoch by a message that leaves now.
     *
     * @param savedEpoch the epoch of the newest vote in its durable image
     * @param savedFor whom that vote is for
     */
    record Voted(long atNanos, int member, long epoch, int candidate, long savedEpoch, int savedFor) implements Fact {}

    /** A member acts as the leader of an epoch: it appends entries of its own. */
    record Led(long atNanos, int member, long epoch) implements Fact {}

    /** A member serves clients as the leader of an epoch. */
    record Served(long atNanos, int member, long epoch) implements Fact {}

    /** A member put an entry behind its log. */
    record Appended(long atNanos, int member, LogEntry entry) implements Fact {}

    /** A member took away every entry behind this one. */
    record Cut(long atNanos, int member, long zxid) implements Fact {}

    /** A member's log now begins behind a snapshot. */
    record Installed(long atNanos, int member, long zxid) implements Fact {}

    /** A member came back with what its disk kept.
     *
     * @param lastZxid the end of the log that it read
     */
    record Restarted(long atNanos, int member, long lastZxid) implements Fact {}

    /** A member's durable image has every entry of its log up to this one. */
    record Kept(long atNanos, int member, long zxid) implements Fact {}

    /** A member tells somebody, by a message that leaves now, that it has every entry up to this one durably.
     *
     * @param keptZxid the last entry up to which its durable image has everything
     */
    record Acknowledged(long atNanos, int member, long zxid, long keptZxid) implements Fact {}

    /** A member takes an entry for committed. */
    record Committed(long atNanos, int member, LogEntry entry) implements Fact {}

    /** What a member's state after this transaction is, as a number. */
    record Digested(long atNanos, int member, long zxid, long digest) implements Fact {}

    /** How much a member keeps of something that has a limit. */
    record Queued(long atNanos, int member, String what, long amount, long limit) implements Fact {}

    // ---- recipes ----

    /**
     * A recipe says that its holder has something; again, when it was not sure of that for a while.
     *
     * @param resource the lock, election or semaphore
     * @param token the fencing token
     * @param share how much of it
     * @param whole how much of it there is; who has it all has it alone, and with a higher token than anybody before
     */
    record Held(long atNanos, String resource, String holder, long token, int share, int whole) implements Fact {}

    /** A holder does not say so any more. */
    record Released(long atNanos, String resource, String holder, long token) implements Fact {}

    /**
     * A program was told what became of a creation that must happen once.
     *
     * @param token the data of the znode, which nobody else writes
     * @param made whether it was made
     */
    record Claimed(long atNanos, String token, boolean made) implements Fact {}

    /**
     * Somebody who watches over a recipe saw one of its promises broken.
     *
     * @param promise what the promise is called
     * @param what what was seen
     */
    record Broken(long atNanos, String promise, String what) implements Fact {}

    /**
     * A znode of a picture, told from any other.
     *
     * @param czxid what made it
     * @param mzxid what wrote its data
     */
    record Znode(long czxid, long mzxid) {}

    /**
     * A program has a picture of everything below a znode.
     *
     * @param viewer who, in which life, by which copy
     * @param root the znode; it is not in the picture itself
     * @param depth how many levels below it
     * @param zxid the picture is said to be the state at this zxid
     * @param present whether the picture must be the present one
     * @param znodes what is in it, by path
     */
    record Saw(
            long atNanos,
            String viewer,
            String root,
            int depth,
            long zxid,
            boolean present,
            SortedMap<String, Znode> znodes)
            implements Fact {}

    // ---- the world ----

    /** Faults are over; from here on everybody can reach a majority. */
    record Healed(long atNanos) implements Fact {}
}
