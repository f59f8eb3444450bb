package io.pinfold.client.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pinfold.client.ClientObserver;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Meters what a client does, in a registry of Micrometer. To be given to
 * {@link io.pinfold.client.ClientBuilder#observer}; one for each client. Paths are no tags, because there may be any number of
 * them.
 *
 * <table>
 * <caption>Meters, all with the tag {@code client}</caption>
 * <tr><th>meter</th><th>kind</th><th>tags</th></tr>
 * <tr><td>{@code pinfold.call}</td><td>timer</td><td>{@code kind}; {@code outcome}: OK or the protocol's error</td></tr>
 * <tr><td>{@code pinfold.call.retries}</td><td>counter</td><td></td></tr>
 * <tr><td>{@code pinfold.watch.waited}, {@code pinfold.watch.took}</td><td>timers</td><td>{@code type}</td></tr>
 * <tr><td>{@code pinfold.watches}</td><td>gauge</td><td></td></tr>
 * <tr><td>{@code pinfold.session.changes}</td><td>counter</td><td>{@code state}</td></tr>
 * <tr><td>{@code pinfold.session.connected}</td><td>gauge</td><td></td></tr>
 * <tr><td>{@code pinfold.lease.waited}</td><td>timer</td><td>{@code granted}</td></tr>
 * <tr><td>{@code pinfold.lease.held}</td><td>timer</td><td>{@code end}</td></tr>
 * <tr><td>{@code pinfold.leases}</td><td>gauge</td><td></td></tr>
 * </table>
 *
 * <p>Thread-safe, as meters are.
 */
public final class ClientMeters implements ClientObserver {
    private final MeterProvider<Timer> calls;
    private final Counter retries;
    private final MeterProvider<Timer> watchWaits;
    private final MeterProvider<Timer> watchers;
    private final MeterProvider<Counter> sessionChanges;
    private final MeterProvider<Timer> leaseWaits;
    private final MeterProvider<Timer> leaseHolds;
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger leases = new AtomicInteger();
    private final AtomicInteger watches = new AtomicInteger();

    /**
     * Makes the meters.
     *
     * @param registry where
     * @param client what tells them apart from those of other clients
     */
    @SuppressWarnings("exports") // who uses this has Micrometer
    public ClientMeters(MeterRegistry registry, String client) {
        String tag = "client";
        calls = Timer.builder("pinfold.call").tag(tag, client).withRegistry(registry);
        retries = Counter.builder("pinfold.call.retries").tag(tag, client).register(registry);
        watchWaits = Timer.builder("pinfold.watch.waited").tag(tag, client).withRegistry(registry);
        watchers = Timer.builder("pinfold.watch.took").tag(tag, client).withRegistry(registry);
        sessionChanges =
                Counter.builder("pinfold.session.changes").tag(tag, client).withRegistry(registry);
        leaseWaits = Timer.builder("pinfold.lease.waited").tag(tag, client).withRegistry(registry);
        leaseHolds = Timer.builder("pinfold.lease.held").tag(tag, client).withRegistry(registry);
        Gauge.builder("pinfold.session.connected", connected, AtomicInteger::get)
                .tag(tag, client)
                .strongReference(true)
                .register(registry);
        Gauge.builder("pinfold.watches", watches, AtomicInteger::get)
                .tag(tag, client)
                .strongReference(true)
                .register(registry);
        Gauge.builder("pinfold.leases", leases, AtomicInteger::get)
                .tag(tag, client)
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void called(Call call) {
        calls.withTags(
                        "kind",
                        call.kind(),
                        "outcome",
                        call.failure().map(Enum::name).orElse("OK"))
                .record(call.took());
        if (call.retries() > 0) {
            retries.increment(call.retries());
        }
    }

    @Override
    public void delivered(Delivery delivery) {
        String type = delivery.event().type().name();
        watchWaits.withTag("type", type).record(delivery.waited());
        watchers.withTag("type", type).record(delivery.took());
    }

    @Override
    public void watchesChanged(int count) {
        watches.set(count);
    }

    @Override
    public void sessionChanged(Session session, SessionState state) {
        connected.set(state == SessionState.CONNECTED ? 1 : 0);
        sessionChanges.withTag("state", state.name()).increment();
    }

    @Override
    public void waited(Waiting waiting) {
        leaseWaits.withTag("granted", Boolean.toString(waiting.granted())).record(waiting.took());
    }

    @Override
    public void leaseBegan(String path, long fencingToken) {
        leases.incrementAndGet();
    }

    @Override
    public void leaseEnded(Hold hold) {
        leases.decrementAndGet();
        leaseHolds.withTag("end", hold.end().name()).record(hold.took());
    }
}
