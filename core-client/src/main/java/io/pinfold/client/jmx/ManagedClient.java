package io.pinfold.client.jmx;

import io.pinfold.BadArgumentsException;
import io.pinfold.client.ClientObserver;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Shows what a client does in the JVM's management server, as {@code io.pinfold:type=Client,name=...}. To be given to
 * {@link io.pinfold.client.ClientBuilder#observer}; one for each client. Thread-safe.
 */
public final class ManagedClient implements ClientObserver, ClientMXBean, AutoCloseable {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final ObjectName name;
    private final LongAdder calls = new LongAdder();
    private final LongAdder failedCalls = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final LongAdder watchEvents = new LongAdder();
    private final LongAdder leases = new LongAdder();
    private final LongAdder lostLeases = new LongAdder();
    private final LongAdder grants = new LongAdder();
    private final LongAdder waitsInVain = new LongAdder();
    private volatile int watches;
    private volatile @Nullable Session session;

    private ManagedClient(ObjectName name) {
        this.name = name;
    }

    /**
     * {@return what a client is to be built with, registered until it is closed}
     *
     * @param client what tells it apart from others of this JVM
     * @throws BadArgumentsException if there is one of that name
     */
    public static ManagedClient register(String client) {
        try {
            ManagedClient managed =
                    new ManagedClient(new ObjectName("io.pinfold:type=Client,name=" + ObjectName.quote(client)));
            managed.server.registerMBean(managed, managed.name);
            return managed;
        } catch (JMException e) {
            throw new BadArgumentsException(null, "The client " + client + " cannot be registered: " + e.getMessage());
        }
    }

    /** Takes it out of the management server; the client goes on. Closing twice does nothing. */
    @Override
    public void close() {
        try {
            if (server.isRegistered(name)) {
                server.unregisterMBean(name);
            }
        } catch (JMException e) {
            throw new IllegalStateException("It was registered a moment ago", e);
        }
    }

    @Override
    public void called(Call call) {
        calls.increment();
        if (call.failure().isPresent()) {
            failedCalls.increment();
        }
        retries.add(call.retries());
        slowestNanos.accumulateAndGet(call.took().toNanos(), Math::max);
    }

    @Override
    public void delivered(Delivery delivery) {
        watchEvents.increment();
    }

    @Override
    public void watchesChanged(int count) {
        watches = count;
    }

    @Override
    public void sessionChanged(Session changed, SessionState state) {
        session = changed;
    }

    @Override
    public void waited(Waiting waiting) {
        (waiting.granted() ? grants : waitsInVain).increment();
    }

    @Override
    public void leaseBegan(String path, long fencingToken) {
        leases.increment();
    }

    @Override
    public void leaseEnded(Hold hold) {
        leases.decrement();
        if (hold.end() != HoldEnd.RELEASED) {
            lostLeases.increment();
        }
    }

    @Override
    public String getSession() {
        Session now = session;
        return "0x" + Long.toHexString(now == null ? 0 : now.id());
    }

    @Override
    public String getState() {
        Session now = session;
        return (now == null ? SessionState.SUSPENDED : now.state()).name();
    }

    @Override
    public long getStateAgeMillis() {
        Session now = session;
        return now == null ? 0 : now.stateAge().toMillis();
    }

    @Override
    public long getRemainingMillis() {
        Session now = session;
        return now == null ? 0 : now.remaining().toMillis();
    }

    @Override
    public long getCalls() {
        return calls.sum();
    }

    @Override
    public long getFailedCalls() {
        return failedCalls.sum();
    }

    @Override
    public long getRetries() {
        return retries.sum();
    }

    @Override
    public long getSlowestCallMillis() {
        return Duration.ofNanos(slowestNanos.get()).toMillis();
    }

    @Override
    public int getWatches() {
        return watches;
    }

    @Override
    public long getWatchEvents() {
        return watchEvents.sum();
    }

    @Override
    public long getLeases() {
        return leases.sum();
    }

    @Override
    public long getLostLeases() {
        return lostLeases.sum();
    }

    @Override
    public long getGrants() {
        return grants.sum();
    }

    @Override
    public long getWaitsInVain() {
        return waitsInVain.sum();
    }
}
