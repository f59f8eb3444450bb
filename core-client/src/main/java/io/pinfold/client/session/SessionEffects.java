package io.pinfold.client.session;

/**
 * What a {@link ClientSession} wants done. Confined to the client's loop: called while the session works on an
 * input; must not call back into it before that input is done, except with {@code submit} and {@code resubmit}.
 */
public interface SessionEffects {
    /**
     * Open a connection. Answer with {@code connected} or {@code disconnected}, later. At most one is open at a time.
     *
     * @param connection a number for this connection, to come back with each input that concerns it
     * @param address where to; a name is to be resolved anew
     */
    void connect(int connection, ServerAddress address);

    /**
     * Send bytes; the array belongs to the session again when this returns.
     *
     * @param connection which one
     * @param bytes holds the bytes
     * @param length how many, from the start of the array
     */
    void send(int connection, byte[] bytes, int length);

    /**
     * Close a connection, or give up opening it. Nothing that concerns it needs to be reported any more.
     *
     * @param connection which one
     */
    void disconnect(int connection);

    /**
     * A server could not be reached, or closed the connection before the session was attached.
     *
     * @param address which server
     * @param reason why, as the end of a sentence
     */
    void unreachable(ServerAddress address, String reason);

    /**
     * The session is attached to a server.
     *
     * @param address which server
     * @param sessionId the session
     * @param timeoutMillis the agreed timeout
     * @param isNew whether the session is new, rather than attached again
     * @param readOnly whether the server answers reads only; then nothing it says proves that the session lives
     */
    void attached(ServerAddress address, long sessionId, int timeoutMillis, boolean isNew, boolean readOnly);

    /**
     * A question is being sent whose answer will prove that the session was alive.
     *
     * @param nowNanos when
     */
    void asked(long nowNanos);

    /**
     * The session was alive when something was sent that is answered now.
     *
     * @param sentNanos when that was sent; one of the times that {@code asked} told
     */
    void proven(long sentNanos);

    /**
     * Something arrived from the server.
     *
     * @param nowNanos when
     */
    void heard(long nowNanos);

    /**
     * The connection is lost; the session may live on.
     *
     * @param reason why, as the end of a sentence
     */
    void suspended(String reason);

    /**
     * The session is over; a new one will be opened.
     *
     * @param reason why, as the end of a sentence
     */
    void expired(String reason);

    /**
     * Nothing will happen any more.
     *
     * @param why {@code CLOSED} or {@code AUTH}
     * @param reason why, as the end of a sentence
     */
    void ended(Call.Loss why, String reason);
}
