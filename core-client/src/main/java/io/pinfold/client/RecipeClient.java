package io.pinfold.client;

/**
 * What recipes need of a client, and all they may use: whoever provides these four runs every recipe. Provided by
 * {@code PinfoldClient} and by simulations. Thread-safe.
 */
public interface RecipeClient {
    /** {@return the calls that do not block} */
    AsyncClient async();

    /**
     * {@return the session as it stands; another object after the client opened another session}
     *
     * <p>Before the first session was opened: an object whose id is 0, whose state is {@code SUSPENDED} and whose
     * remaining time is zero. After close: the last session, {@code CLOSED}.
     */
    Session session();

    /** {@return the client's clock, timers and threads} */
    ClientRuntime runtime();

    /**
     * Has a listener told of every change of a session's state from now on.
     *
     * @param listener whom to tell; not told of the present state
     * @return ends the telling when closed
     */
    Subscription addSessionListener(SessionListener listener);
}
