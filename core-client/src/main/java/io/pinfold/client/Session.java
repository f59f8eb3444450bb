package io.pinfold.client;

import java.time.Duration;

/**
 * One session of a client, as this process sees it. A client that outlives its session opens a new one, which is
 * another object. Thread-safe; reads never block.
 */
public interface Session {
    /** {@return the id that the server gave; the {@code ephemeralOwner} of the session's ephemeral znodes} */
    long id();

    /** {@return the negotiated timeout} */
    Duration timeout();

    /** {@return how the session stands now; {@code SUSPENDED} also while the server has been silent for a third of the
     * timeout} */
    SessionState state();

    /**
     * {@return for how long it has been in its present {@link #state()}, by this process's monotonic clock; for a session whose
     * server is silent, since that became a third of the timeout}
     */
    Duration stateAge();

    /**
     * {@return for how long the server cannot end this session yet, by this process's clock; zero when it may have}
     *
     * <p>Counted from the sending of the last ping or handshake that was answered, plus the timeout, minus the client's
     * lease margin (at most half of the timeout); a ping goes out every sixth of the timeout. Answers to other requests do not count, because a
     * follower gives them by itself. On a Pinfold ensemble this is a proof (up to the clocks' rates); on an Apache
     * ZooKeeper ensemble a strong heuristic, because there a follower that lost its leader goes on answering pings for a
     * while.
     *
     * <p>Also zero when the wall clock has gone further than the monotonic clock since then, by more than the lease
     * margin: a virtual machine that was suspended may not have counted the time. Who sets the wall clock forward by that
     * much makes leases end early; setting it back has no effect.
     */
    Duration remaining();
}
