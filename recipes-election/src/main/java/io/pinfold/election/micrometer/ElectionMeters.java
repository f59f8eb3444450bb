package io.pinfold.election.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.pinfold.election.ElectionState;
import io.pinfold.election.Leader;
import io.pinfold.election.LeaderElection;
import io.pinfold.election.LeaderObserver;
import io.pinfold.election.TermEnd;
import java.util.concurrent.TimeUnit;

/**
 * Meters what a candidate, or an observer of leaders, counts anyway, in a registry of Micrometer. How long candidates wait and lead is
 * also among the leases that {@link io.pinfold.client.micrometer.ClientMeters} meters.
 *
 * <table>
 * <caption>Meters, all with the tag {@code election}</caption>
 * <tr><th>meter</th><th>kind</th><th>of</th></tr>
 * <tr><td>{@code pinfold.election.terms}</td><td>counter</td><td>a candidate: terms that it began to lead</td></tr>
 * <tr><td>{@code pinfold.election.term.ends}</td><td>counter</td><td>a candidate: terms that ended, by {@code reason}</td></tr>
 * <tr><td>{@code pinfold.election.led}</td><td>time</td><td>a candidate: for how long it led, in terms that have ended</td></tr>
 * <tr><td>{@code pinfold.election.leading}</td><td>gauge</td><td>a candidate that runs: whether it leads</td></tr>
 * <tr><td>{@code pinfold.election.term}</td><td>gauge</td><td>an observer: the present term, 0 without a leader</td></tr>
 * <tr><td>{@code pinfold.election.without.leader}</td><td>time</td><td>an observer: for how long there was no leader, in all</td></tr>
 * </table>
 *
 * <p>Immutable; thread-safe.
 */
public final class ElectionMeters {
    private static final String TAG = "election";

    private ElectionMeters() {}

    /**
     * {@return the meters of a candidate, to be bound to a registry, which keeps the candidate}
     *
     * @param election the candidate
     * @param name tells its election apart from others
     */
    @SuppressWarnings("exports") // who uses this has Micrometer
    public static MeterBinder of(LeaderElection election, String name) {
        return registry -> bind(registry, election, name);
    }

    private static void bind(MeterRegistry registry, LeaderElection election, String name) {
        FunctionCounter.builder(
                        "pinfold.election.terms", election, each -> each.stats().terms())
                .tag(TAG, name)
                .register(registry);
        for (TermEnd.Reason reason : TermEnd.Reason.values()) {
            FunctionCounter.builder(
                            "pinfold.election.term.ends",
                            election,
                            each -> each.stats().ends().getOrDefault(reason, 0L))
                    .tags(TAG, name, "reason", reason.name())
                    .register(registry);
        }
        TimeGauge.builder(
                        "pinfold.election.led",
                        election,
                        TimeUnit.MILLISECONDS,
                        each -> each.stats().led().toMillis())
                .tag(TAG, name)
                .strongReference(true)
                .register(registry);
        Gauge.builder("pinfold.election.leading", election, each -> each.state() == ElectionState.LEADING ? 1 : 0)
                .tag(TAG, name)
                .strongReference(true)
                .register(registry);
    }

    /**
     * {@return the meters of an observer, to be bound to a registry, which keeps the observer}
     *
     * @param observer the observer
     * @param name tells its election apart from others
     */
    @SuppressWarnings("exports") // who uses this has Micrometer
    public static MeterBinder of(LeaderObserver observer, String name) {
        return registry -> {
            Gauge.builder(
                            "pinfold.election.term",
                            observer,
                            each -> each.leader().map(Leader::term).orElse(0L))
                    .tag(TAG, name)
                    .strongReference(true)
                    .register(registry);
            TimeGauge.builder(
                            "pinfold.election.without.leader",
                            observer,
                            TimeUnit.MILLISECONDS,
                            each -> each.withoutLeader().toMillis())
                    .tag(TAG, name)
                    .strongReference(true)
                    .register(registry);
        };
    }
}
