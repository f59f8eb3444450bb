package io.pinfold.client;

import java.util.concurrent.Executor;

/**
 * What recipes need of a client, and all they may use: whoever provides these five runs every recipe. Provided by
 * {@link PinfoldClient} and by simulations. Thread-safe.
 */
public interface RecipeClient {
    /**
     * {@return the calls that do not block, with their callbacks on an executor of the recipe's own}
     *
     * @param ordered where completions and events are handed to, in the order in which the server sent them; runs one
     *     task at a time, in order. One that runs tasks in the thread that hands them over runs them in the midst of the
     *     client's work: they must be short and never block, and must not be a user's
     */
    AsyncClient async(Executor ordered);

    /**
     * {@return the same calls, each of which happens in this session or not at all} One that is made, or could first be sent,
     * when the session is over fails with {@link io.pinfold.SessionExpiredException}, without effect. What belongs to an
     * ephemeral znode must not reach the one that somebody else made at its path since.
     *
     * @param session one of this client's
     * @param ordered as for {@link #async(Executor)}
     * @throws io.pinfold.BadArgumentsException if it is none of this client's sessions
     */
    AsyncClient bound(Session session, Executor ordered);

    /**
     * {@return the current session; another object after the client opened another one}
     *
     * <p>Before the first session was opened: an object whose id is 0, whose state is {@code SUSPENDED} and whose
     * remaining time is zero. While no new one is open yet, and after close: the last one.
     */
    Session session();

    /** {@return the client's clock, timers and threads} */
    ClientRuntime runtime();

    /**
     * Has a listener told of every change of a session's state from now on; not of the present state.
     *
     * @param listener whom to tell
     * @param ordered where; as for {@link #async(Executor)}
     * @return ends the telling when closed
     */
    Subscription addSessionListener(SessionListener listener, Executor ordered);
}
