package io.pinfold.groups;

import io.pinfold.client.ClientRuntime;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Freshness;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the instances of a service for each request, by what is known here: who is there and enabled, in which zone,
 * how many requests each has from this process, who failed lately.
 *
 * <pre>{@code
 * ServicePool payments = registry.pool("payments").preferZone("eu-1").build();
 * String answer = payments.call(instance -> http.get(instance.uri("/health")));
 * }</pre>
 *
 * <p>Choosing does not ask the server. While the connection is lost the instances are those that were seen last. Those
 * that vanish can be {@linkplain Builder#keepFor kept} for a while.
 *
 * <p>An instance that fails several times in a row is ejected for a while. If all are, all are used: a pool does not take a
 * failure of its own network for one of the whole service.
 *
 * <p>Thread-safe.
 */
public final class ServicePool implements AutoCloseable {
    private final Group<ServiceInstance> group;
    private final Roster roster;
    private final ClientRuntime runtime;
    private final Strategy strategy;
    private final Predicate<ServiceInstance> filter;
    private final @Nullable String zone;
    private final int failuresToEject;
    private final Duration ejection;
    private final ConcurrentMap<String, Health> health = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    private ServicePool(Builder builder) {
        this.group = builder.instances.get();
        this.runtime = builder.client.runtime();
        this.strategy = builder.strategy;
        this.filter = builder.filter;
        this.zone = builder.zone;
        this.failuresToEject = builder.failuresToEject;
        this.ejection = builder.ejection;
        this.roster = new Roster(group, runtime, builder.grace);
        group.onChange(change -> {
            roster.instances(); // notes when somebody vanished
            health.keySet().retainAll(roster.ids());
        });
    }

    /** {@return completes when the instances are known; fails as {@link Group#ready()} does} */
    public CompletableFuture<Void> ready() {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        group.ready().whenComplete((members, failure) -> {
            if (failure == null) {
                ready.complete(null);
            } else {
                ready.completeExceptionally(failure);
            }
        });
        return ready;
    }

    /** {@return whether the instances are those that are there now; does not block} */
    public Freshness freshness() {
        return group.freshness();
    }

    /** {@return who may be chosen now, sorted by their ids; does not block} */
    public List<ServiceInstance> candidates() {
        List<ServiceInstance> wanted = roster.instances().stream()
                .filter(instance -> instance.enabled() && filter.test(instance))
                .toList();
        List<ServiceInstance> healthy = preferring(wanted, instance -> !isEjected(instance));
        String near = zone;
        return near == null ? healthy : preferring(healthy, instance -> instance.isIn(near));
    }

    /** {@return an instance for the next request, or empty if there is none; does not block} */
    public Optional<ServiceInstance> choose() {
        List<ServiceInstance> among = candidates();
        return among.isEmpty() ? Optional.empty() : Optional.of(strategy.choose(among, turn, this::load));
    }

    /**
     * Has a chosen instance asked, and takes note of whether that went well.
     *
     * @param request asks the instance; whatever it throws is a failure of the instance
     * @param <T> the kind of answer
     * @param <X> what the request may throw
     * @return the answer
     * @throws NoSuchElementException if there is no instance, or the pool is not {@linkplain #ready ready} yet
     * @throws X what the request throws
     */
    public <T, X extends Exception> T call(Request<T, X> request) throws X {
        ServiceInstance chosen =
                choose().orElseThrow(() -> new NoSuchElementException("Nobody is known to serve at " + group.path()));
        Health its = healthOf(chosen);
        its.underWay.incrementAndGet();
        boolean well = false;
        try {
            T answer = request.ask(chosen);
            well = true;
            return answer;
        } finally {
            its.underWay.decrementAndGet();
            if (well) {
                noteSuccess(chosen);
            } else {
                noteFailure(chosen);
            }
        }
    }

    /**
     * Takes note that an instance failed, for who does not use {@link #call}.
     *
     * @param instance the instance
     */
    public void noteFailure(ServiceInstance instance) {
        Health its = healthOf(instance);
        if (its.failures.incrementAndGet() >= failuresToEject) {
            its.failures.set(0);
            its.ejectedUntil = runtime.nanoTime() + ejection.toNanos();
            its.ejected = true;
        }
    }

    /**
     * Takes note that an instance answered.
     *
     * @param instance the instance
     */
    public void noteSuccess(ServiceInstance instance) {
        healthOf(instance).failures.set(0);
    }

    /** Stops following the instances. Does not block. */
    @Override
    public void close() {
        group.close();
    }

    @Override
    public String toString() {
        return "ServicePool[" + group.path() + ", " + strategy + ']';
    }

    private int load(ServiceInstance instance) {
        Health its = health.get(instance.id());
        return its == null ? 0 : its.underWay.get();
    }

    private Health healthOf(ServiceInstance instance) {
        return health.computeIfAbsent(instance.id(), id -> new Health());
    }

    private boolean isEjected(ServiceInstance instance) {
        Health its = health.get(instance.id());
        return its != null && its.ejected && its.ejectedUntil - runtime.nanoTime() > 0;
    }

    /** {@return those of whom something holds, or all if it holds of none} */
    private static List<ServiceInstance> preferring(List<ServiceInstance> all, Predicate<ServiceInstance> what) {
        List<ServiceInstance> some = all.stream().filter(what).toList();
        return some.isEmpty() ? all : some;
    }

    /**
     * Asks an instance.
     *
     * @param <T> the kind of answer
     * @param <X> what it may throw
     */
    @FunctionalInterface
    public interface Request<T, X extends Exception> {
        /**
         * {@return the answer}
         *
         * @param instance whom to ask
         * @throws X if that fails
         */
        T ask(ServiceInstance instance) throws X;
    }

    /** What this process saw of one instance. Thread-safe. */
    private static final class Health {
        final AtomicInteger underWay = new AtomicInteger();
        final AtomicInteger failures = new AtomicInteger();
        volatile long ejectedUntil;
        volatile boolean ejected;
    }

    /** Settings of a pool. Not thread-safe. */
    public static final class Builder {
        private final RecipeClient client;
        private final Supplier<Group<ServiceInstance>> instances;
        private Strategy strategy = Strategy.POWER_OF_TWO;
        private Predicate<ServiceInstance> filter = instance -> true;
        private @Nullable String zone;
        private int failuresToEject = 3;
        private Duration ejection = Duration.ofSeconds(30);
        private Duration grace = Duration.ZERO;

        Builder(RecipeClient client, Supplier<Group<ServiceInstance>> instances) {
            this.client = client;
            this.instances = instances;
        }

        /**
         * {@return this builder}
         *
         * @param how how to choose; {@link Strategy#POWER_OF_TWO} by default
         */
        public Builder strategy(Strategy how) {
            this.strategy = how;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param name a zone; its instances are chosen while any of them is healthy, then those of other zones
         */
        public Builder preferZone(String name) {
            this.zone = name;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param which who may be chosen at all; quick, and called for each choice
         */
        public Builder filter(Predicate<ServiceInstance> which) {
            this.filter = which;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param failures after how many failures in a row an instance is ejected; 3 by default
         * @param time for how long; 30 seconds by default
         * @throws IllegalArgumentException if that is less than one failure
         */
        public Builder ejectAfter(int failures, Duration time) {
            if (failures < 1) {
                throw new IllegalArgumentException("Nobody can be ejected after " + failures + " failures");
            }
            this.failuresToEject = failures;
            this.ejection = time;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param time for how long one that vanished may still be chosen, as it was: so nobody notices that an instance lost
         *     its session for a moment, or that all of them did at once. None by default. One that ends for good should
         *     be drained before, or it is asked in vain until the time is over or it is ejected
         */
        public Builder keepFor(Duration time) {
            this.grace = time;
            return this;
        }

        /** {@return the pool, which follows the instances from now on} */
        public ServicePool build() {
            return new ServicePool(this);
        }
    }
}
