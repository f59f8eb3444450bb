package io.pinfold.testing.kit;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.OpType;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * What can go wrong with a {@link TestEnsemble}. Clients are those that the ensemble made; members are numbered from 1. What
 * was broken stays so until it is mended by name or by {@link #heal}.
 */
public interface Faults {
    // ---- clients ----

    /**
     * Begins to say which reply to a client gets lost: the request is carried out, and the connection breaks instead of
     * the answer. A client cannot tell that from a request that never arrived.
     *
     * @param client whose reply
     * @param op what it asks for
     * @return says which one
     */
    Drop dropReplyOf(PinfoldClient client, OpType op);

    /**
     * Begins to say which request of a client gets lost: the connection breaks before the request reaches a server.
     *
     * @param client whose request
     * @param op what it asks for
     * @return says which one
     */
    Drop dropRequestOf(PinfoldClient client, OpType op);

    /** Which of the requests of a kind. */
    interface Drop {
        /** {@return a future that completes when the next one is lost} */
        default CompletableFuture<Void> once() {
            return nth(1);
        }

        /**
         * Picks one.
         *
         * @param nth 1 for the next request of the kind, 2 for the one after it, and so on
         * @return a future that completes when it has happened
         */
        CompletableFuture<Void> nth(int nth);
    }

    /**
     * Breaks the connection of a client, which may connect again at once; its session lives on.
     *
     * @param client whose
     */
    void disconnect(PinfoldClient client);

    /**
     * Breaks the connection of a client, and lets it connect to nobody until it is {@linkplain #restore restored}.
     *
     * @param client whose
     */
    void isolate(PinfoldClient client);

    /**
     * Lets an isolated client connect again.
     *
     * @param client which
     */
    void restore(PinfoldClient client);

    /**
     * Ends the session of a client, and its ephemeral znodes with it. Waits for that; the client hears of it when it is
     * connected the next time, which may be a moment later.
     *
     * <p>On real sockets the servers are told to end it, at once. In simulated time the client is cut off until the servers
     * end it by themselves, which takes its session timeout and is how it happens outside of tests.
     *
     * @param client whose
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    void expire(PinfoldClient client) throws InterruptedException;

    // ---- members ----

    /** {@return the member that leads, if one says so at the moment} */
    OptionalInt leader();

    /**
     * Ends a member's process as {@code kill -9} does. What it stored stays, and it can be {@linkplain #restart restarted}.
     *
     * @param member its number
     */
    void kill(int member);

    /**
     * Kills the member that leads; waits for one if nobody does at the moment.
     *
     * @return its number
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    int killLeader() throws InterruptedException;

    /**
     * Starts a killed member, and waits until it serves clients.
     *
     * @param member its number
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    void restart(int member) throws InterruptedException;

    /**
     * Lets a member stand still: its connections stay open, and nobody answers.
     *
     * @param member its number
     */
    void pause(int member);

    /**
     * Lets a member go on that stands still.
     *
     * @param member its number
     */
    void resume(int member);

    /**
     * Lets nothing through between a member and the others, until {@link #heal}. Clients reach it.
     *
     * @param member its number
     */
    void partition(int member);

    /**
     * Mends everything: killed members are started, those that stand still go on, all reach each other, isolated clients
     * may connect. Replies and requests that were to be lost and did not come yet will not be. Waits until all members
     * serve.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    void heal() throws InterruptedException;
}
