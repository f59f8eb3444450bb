package io.pinfold.client.session;

import java.util.ArrayList;
import java.util.List;

/**
 * In which order servers are tried, and when to pause: each in turn without delay, in an order that the seed shuffles so
 * that clients spread; a pause only when a whole round failed, short at first and longer with each round. Confined to
 * the client's loop.
 */
final class ServerList {
    private static final long FIRST_PAUSE_NANOS = 20_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;
    private static final long SHORTEST_PATIENCE_NANOS = 250_000_000;
    private static final long LONGEST_PATIENCE_NANOS = 5_000_000_000L;
    /** A connection that lasted this long was a good one: its loss begins a new count. */
    private static final long GOOD_CONNECTION_NANOS = 100_000_000;

    private final List<ServerAddress> servers;
    private final Dice dice;
    private int position;
    private int triedInRound;
    private int failedRounds;

    ServerList(List<ServerAddress> servers, Dice dice) {
        this.servers = new ArrayList<>(servers);
        this.dice = dice;
        for (int i = this.servers.size() - 1; i > 0; i--) {
            ServerAddress other = this.servers.set(dice.nextInt(i + 1), this.servers.get(i));
            this.servers.set(i, other);
        }
    }

    int size() {
        return servers.size();
    }

    /** {@return the server to try now} */
    ServerAddress next() {
        ServerAddress server = servers.get(position);
        position = (position + 1) % servers.size();
        triedInRound++;
        return server;
    }

    /** {@return how long one server may take to accept a session, so that others still get their turn before T/3} */
    long patienceNanos(long sessionTimeoutNanos) {
        long third = sessionTimeoutNanos / 3;
        long share = Math.max(SHORTEST_PATIENCE_NANOS, third / servers.size());
        return Math.min(Math.min(share, third), LONGEST_PATIENCE_NANOS);
    }

    /** Begins a new count when the connection that was lost had lasted. */
    void lost(long lifetimeNanos) {
        if (lifetimeNanos >= GOOD_CONNECTION_NANOS) {
            beginRound();
        }
    }

    /** Forgets earlier failures. */
    void beginRound() {
        triedInRound = 0;
        failedRounds = 0;
    }

    /** {@return whether each server was tried since the last pause} */
    boolean isRoundOver() {
        return triedInRound >= servers.size();
    }

    /** {@return how long to wait after a round that failed; the next round begins behind it} */
    long pauseNanos() {
        triedInRound = 0;
        long pause = Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(failedRounds, 10));
        failedRounds++;
        return dice.jittered(pause);
    }
}
