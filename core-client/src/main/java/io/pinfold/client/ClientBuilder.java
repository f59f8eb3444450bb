package io.pinfold.client;

import io.pinfold.BadArgumentsException;
import io.pinfold.client.net.ClientHost;
import io.pinfold.client.session.Login;
import io.pinfold.tls.TlsConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a {@link PinfoldClient}. Not thread-safe. */
public final class ClientBuilder {
    private static final Duration LONGEST_SESSION = Duration.ofMillis(Integer.MAX_VALUE);

    private final ConnectString servers;
    private String name = "client";
    private Duration sessionTimeout = Duration.ofSeconds(30);
    private Duration operationTimeout = Duration.ofSeconds(15);
    private RetryPolicy retry = RetryPolicy.exponential(Duration.ofMillis(10), Duration.ofSeconds(1));
    private @Nullable Duration leaseMargin;
    private @Nullable Executor callbacks;
    private final List<ClientObserver> observers = new ArrayList<>();
    private AclProvider acl = AclProvider.OPEN;
    private int maxRequestBytes = 0xfffff;
    private int maxReplyBytes = 16 << 20;
    private @Nullable TlsConfig tls;
    private @Nullable Login login;
    private boolean readOnly;
    private PathRule rule = PathRule.ANYTHING;

    ClientBuilder(ConnectString servers) {
        this.servers = servers;
    }

    /**
     * {@return this builder}
     *
     * @param name what the client is called in log lines
     */
    public ClientBuilder name(String name) {
        this.name = name;
        return this;
    }

    /**
     * Sets how long a session lives without a sign of life; the server may bound it. Default 30 seconds.
     *
     * @param timeout more than zero
     * @return this builder
     */
    public ClientBuilder sessionTimeout(Duration timeout) {
        if (timeout.compareTo(LONGEST_SESSION) > 0) {
            throw new BadArgumentsException(null, "The session timeout " + timeout + " is longer than 24 days");
        }
        this.sessionTimeout = positive("session timeout", timeout);
        return this;
    }

    /**
     * Sets the one deadline of each call, with all its retries and reconnections. Default 15 seconds.
     *
     * @param timeout more than zero
     * @return this builder
     */
    public ClientBuilder operationTimeout(Duration timeout) {
        this.operationTimeout = positive("operation timeout", timeout);
        return this;
    }

    /**
     * Sets whether and when a call is tried again that had no effect because a connection was lost. Default:
     * exponential from 10 milliseconds to 1 second, until the operation timeout.
     *
     * @param policy a pure function, called on an I/O thread
     * @return this builder
     */
    public ClientBuilder retry(RetryPolicy policy) {
        this.retry = policy;
        return this;
    }

    /**
     * Sets how long before the server's earliest possible expiry a session counts as lost; see
     * {@link Session#remaining()}. Default: a third of the session timeout or one second, whichever is longer, but never
     * more than half of the session timeout.
     *
     * @param margin not negative; no more than half of the timeout that the server grants is kept
     * @return this builder
     */
    public ClientBuilder leaseMargin(Duration margin) {
        if (margin.isNegative()) {
            throw new BadArgumentsException(null, "The lease margin " + margin + " is negative");
        }
        this.leaseMargin = margin;
        return this;
    }

    /**
     * Sets where callbacks run, and the steps of recipes, which never block. Default: daemon threads that all clients of
     * the JVM share, as many as it has processors, but no fewer than 2 and no more than 8. Callbacks may block there: while
     * all of these threads do, more are made, up to 256, each of which ends when it was idle for 10 seconds.
     *
     * @param executor must not run a task in the thread that hands it over. While all its threads block, nothing of this
     *     client's recipes goes on, and nobody is told that a lease was lost; what {@code state()} says is right even then.
     *     Whatever number of recipes a client uses, two threads are enough if no callback blocks
     * @return this builder
     */
    public ClientBuilder callbacks(Executor executor) {
        this.callbacks = executor;
        return this;
    }

    /**
     * Adds somebody who sees what the client does, for metrics and traces. Default: nobody. To be called for each.
     *
     * @param observer quick and non-blocking, see there
     * @return this builder
     */
    public ClientBuilder observer(ClientObserver observer) {
        observers.add(observer);
        return this;
    }

    /**
     * Sets whether a server that has no quorum is better than none. Default: it is not, and every server that the client talks to
     * has one.
     *
     * <p>With {@code true}, a client that finds only servers without quorum reads there, in state
     * {@link SessionState#READ_ONLY}, what may be old. Changes, transactions and {@code sync} fail with
     * {@link io.pinfold.ServerException} ({@code NOT_READ_ONLY}) and have no effect; leases run out, because nobody keeps the
     * session alive. From time to time, less and less often, the client looks whether another server of its list has a quorum.
     * A session that was begun this way is known to one server only: it is replaced, and reported as {@code EXPIRED}, when
     * there is a quorum. Servers do this only if they are told to ({@code readonlymode.enabled}).
     * Recipes that wait go on waiting, as over a lost connection.
     *
     * @param allowed whether reads of an old state are of use
     * @return this builder
     */
    public ClientBuilder readOnly(boolean allowed) {
        this.readOnly = allowed;
        return this;
    }

    /**
     * Sets what may be made where; meant for tests, which so find out who writes where nobody should. Default: anything.
     *
     * @param rule asked before each change is sent
     * @return this builder
     */
    public ClientBuilder rule(PathRule rule) {
        this.rule = rule;
        return this;
    }

    /**
     * Sets who may do what with znodes for which nobody said so: those of recipes, of {@code create} without a list, and
     * missing parents. Default: everybody everything. A creation that asks for any other list than
     * {@link io.pinfold.Acl#OPEN} gets that.
     *
     * @param provider decides by the path
     * @return this builder
     */
    public ClientBuilder acl(AclProvider provider) {
        this.acl = provider;
        return this;
    }

    /**
     * Sets how long a request may be; a longer one fails with {@link BadArgumentsException} before it is sent, because a
     * server would close the connection. Default 1048575, the servers' own default.
     *
     * @param bytes at least 1024
     * @return this builder
     */
    public ClientBuilder maxRequestBytes(int bytes) {
        if (bytes < 1024) {
            throw new BadArgumentsException(null, "The longest request must be at least 1024 bytes, not " + bytes);
        }
        this.maxRequestBytes = bytes;
        return this;
    }

    /**
     * Sets how long a reply may be; a longer one closes the connection. Default 16 MiB.
     *
     * @param bytes at least 1024
     * @return this builder
     */
    public ClientBuilder maxReplyBytes(int bytes) {
        if (bytes < 1024) {
            throw new BadArgumentsException(null, "The longest reply must be at least 1024 bytes, not " + bytes);
        }
        this.maxReplyBytes = bytes;
        return this;
    }

    /**
     * Encrypts all connections, and lets servers and the client see who the other one is. Default: nothing is encrypted.
     *
     * <p>The files are read for the first connection, away from the caller, and again before each later one if they changed. One
     * that cannot be read is a connection that cannot be made: the client says so in its log and tries again.
     *
     * @param config whom to believe, and who to be
     * @return this builder
     */
    public ClientBuilder tls(TlsConfig config) {
        this.tls = config;
        return this;
    }

    /**
     * Logs in by SASL's DIGEST-MD5 on each connection, before anything else is sent. Default: nobody logs in.
     *
     * <p>A server that refuses the login, or knows nothing of logins, ends the client: calls fail with
     * {@link io.pinfold.AuthFailedException}. A server that does not know the password, either, is refused by the client. What
     * follows is as open as before: whoever is on the network can read it unless there is {@linkplain #tls TLS}. No configuration of
     * JAAS is needed or looked at.
     *
     * @param user the name
     * @param password tells the password, at each login, on an I/O thread, so that it must not block; the array is cleared
     *     afterwards, so it has to be a new one each time
     * @return this builder
     */
    public ClientBuilder sasl(String user, Supplier<char[]> password) {
        this.login = new SaslLogin(user, password);
        return this;
    }

    /** {@return a client that begins to connect at once; this does not wait for a server} */
    public PinfoldClient build() {
        return new PinfoldClient(ClientCore.start(settings()));
    }

    /**
     * {@return a client in a world of somebody's own making, which begins to connect at once}
     *
     * <p>For simulations: nothing of it runs but what the host runs.
     *
     * @param host its threads, clock, network and randomness
     */
    @SuppressWarnings("exports") // hosts are made by the project's own tests only
    public PinfoldClient build(ClientHost host) {
        return new PinfoldClient(new ClientCore(settings(), host).start());
    }

    ClientSettings settings() {
        return new ClientSettings(
                name,
                servers,
                sessionTimeout,
                operationTimeout,
                retry,
                leaseMargin,
                callbacks,
                List.copyOf(observers),
                acl,
                maxRequestBytes,
                maxReplyBytes,
                tls,
                login,
                readOnly,
                rule);
    }

    private static Duration positive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new BadArgumentsException(null, "The " + what + " must be more than zero, not " + value);
        }
        return value;
    }
}
