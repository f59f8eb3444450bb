package io.pinfold.cli.sim;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What programs of the simulation use. */
public enum Family {
    /** The exclusive lock. */
    LOCKS(LockPlayers::new),
    /** The read-write lock. */
    READ_WRITE(ReadWritePlayers::new),
    /** The semaphore. */
    SEMAPHORE(SemaphorePlayers::new),
    /** The set of locks. */
    LOCK_SET(LockSetPlayers::new),
    /** The guard of a periodical job. */
    JOBS(JobPlayers::new),
    /** The election of a leader. */
    ELECTION(ElectionPlayers::new),
    /** The work queue. */
    QUEUE(QueuePlayers::new),
    /** The counter and the generator of ids. */
    COUNTER(CounterPlayers::new),
    /** The configuration in memory. */
    CONFIG(ConfigPlayers::new),
    /** Membership of a group. */
    GROUP(GroupPlayers::new),
    /** The service registry. */
    REGISTRY(RegistryPlayers::new),
    /** The partitioner. */
    PARTITION(PartitionPlayers::new),
    /** The barrier. */
    BARRIER(GatePlayers::new),
    /** The double barrier. */
    DOUBLE_BARRIER(DoubleBarrierPlayers::new),
    /** The cyclic barrier. */
    CYCLIC_BARRIER(CyclicBarrierPlayers::new),
    /** The latch. */
    LATCH(LatchPlayers::new);

    private final Players.Maker maker;

    Family(Players.Maker maker) {
        this.maker = maker;
    }

    Players in(Setting setting) {
        return maker.in(setting);
    }

    /** {@return what it is called on the command line} */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@return all families} */
    public static Set<Family> all() {
        return EnumSet.allOf(Family.class);
    }

    /**
     * {@return the family of that name, if there is one}
     *
     * @param label as {@link #label}
     */
    public static Optional<Family> labelled(String label) {
        return Arrays.stream(values())
                .filter(family -> family.label().equals(label))
                .findFirst();
    }

    /**
     * {@return families as the command line takes them}
     *
     * @param families which
     */
    public static String labels(Set<Family> families) {
        return List.copyOf(families).stream().map(Family::label).sorted().collect(Collectors.joining(","));
    }
}
