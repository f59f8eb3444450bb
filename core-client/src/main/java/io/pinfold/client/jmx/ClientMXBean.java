package io.pinfold.client.jmx;

/** What a console shows of a client. Counts begin with the registration; times are in milliseconds. */
public interface ClientMXBean {
    /** {@return the session's id in hexadecimal digits, as in servers' logs; {@code 0x0} before the first one} */
    String getSession();

    /** {@return the session's state: one of {@link io.pinfold.client.SessionState}} */
    String getState();

    /** {@return for how long the session has been in that state} */
    long getStateAgeMillis();

    /** {@return for how long no server can end the session; leases end before this is zero} */
    long getRemainingMillis();

    /** {@return requests that were answered, or given up} */
    long getCalls();

    /** {@return those that failed, for whatever reason} */
    long getFailedCalls();

    /** {@return how often requests were tried again after lost connections} */
    long getRetries();

    /** {@return the time that the slowest request took} */
    long getSlowestCallMillis();

    /** {@return how many watches there are, one for each znode and kind} */
    int getWatches();

    /** {@return events of watches that were delivered} */
    long getWatchEvents();

    /** {@return leases that are held now} */
    long getLeases();

    /** {@return leases that ended otherwise than by being given back} */
    long getLostLeases();

    /** {@return waits for a lock, a leadership or another place that ended with a lease} */
    long getGrants();

    /** {@return waits that ended without one} */
    long getWaitsInVain();
}
