package io.pinfold.samples;

import io.pinfold.server.Ensemble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/** A sample by its name, told in the manner of the command. The samples themselves do without this. Immutable. */
public final class Sample {
    private static final List<Sample> ALL = List.of(
            new Sample(
                    "watch",
                    "one client watches what another writes, and loses its connection meanwhile",
                    (stage, say) -> WatchSample.run(stage.servers(), stage::cutConnection, say)),
            new Sample(
                    "ephemeral",
                    "a znode that lives as long as the session of its worker",
                    (stage, say) -> EphemeralSample.run(stage.servers(), stage::cutConnection, stage::endSession, say)),
            new Sample(
                    "owned-node",
                    "a znode that comes back by itself for as long as its worker wants it",
                    (stage, say) -> OwnedNodeSample.run(stage.servers(), stage::tryEndSession, say)),
            new Sample(
                    "lock",
                    "three workers, one lock; a holder loses it and cannot do harm",
                    (stage, say) -> LockSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "fenced-table",
                    "a table in a database that a lock protects; who wakes up too late changes nothing",
                    (stage, say) -> FencedTableSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "rw-lock",
                    "readers together, a writer alone; the writer goes on as a reader",
                    (stage, say) -> ReadWriteLockSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "semaphore",
                    "three permits for five reports; one takes two at once, one vanishes",
                    (stage, say) -> SemaphoreSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "lock-set",
                    "transfers between the same accounts in both directions, under both locks",
                    (stage, say) -> LockSetSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "java-lock",
                    "a distributed lock as one of Java: reentrant, and honest about a lost lease",
                    (stage, say) -> JavaLockSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "job-guard",
                    "a nightly job that two processes try, and each night is done once",
                    (stage, say) -> JobGuardSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "queue",
                    "orders and two packers; one vanishes with an order, which is packed once all the same",
                    (stage, say) -> QueueSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "delay-queue",
                    "reminders, by importance and when they are due; who set them vanishes",
                    (stage, say) -> DelayQueueSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "election",
                    "two candidates and an observer; the leader drops out",
                    (stage, say) -> ElectionSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "succession",
                    "a leader proclaims its address, and hands over to a candidate of its choice",
                    (stage, say) -> SuccessionSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "barrier",
                    "a gate for all, and rounds that are passed together; one vanishes in the middle of a round",
                    (stage, say) -> BarrierSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "double-barrier",
                    "three begin together and end together",
                    (stage, say) -> DoubleBarrierSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "latch",
                    "three parts of a job, each counted once, whoever reports it how often",
                    (stage, say) -> LatchSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "group",
                    "who is there and where, as the others see it; one drops out and comes back",
                    (stage, say) -> GroupSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "partition",
                    "twelve shards divided among workers, anew when one comes or drops out",
                    (stage, say) -> PartitionSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "registry",
                    "who serves what, drained, ejected and preferred by zone",
                    (stage, say) -> RegistrySample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "config",
                    "a shop follows its configuration, refuses what is not good, and starts without a server",
                    (stage, say) -> ConfigSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "counter",
                    "two count together, each addition once, though a session ends in the middle",
                    (stage, say) -> CounterSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "ids",
                    "two take numbers from one supply, a thousand at a time",
                    (stage, say) -> IdsSample.run(stage.servers(), stage::endSession, say)),
            new Sample(
                    "chaos",
                    "turns with a lock are counted, while members, connections and sessions break",
                    Sample::chaos));

    private final String name;
    private final String shows;
    private final Play play;

    private Sample(String name, String shows, Play play) {
        this.name = name;
        this.shows = shows;
        this.play = play;
    }

    /** {@return all samples, in the order in which to read them} */
    public static List<Sample> all() {
        return ALL;
    }

    /**
     * {@return the sample with this name, if there is one}
     *
     * @param name as in {@link #name()}, with or without its hyphens
     */
    public static Optional<Sample> named(String name) {
        return ALL.stream()
                .filter(sample -> sample.name.replace("-", "").equals(name.replace("-", "")))
                .findFirst();
    }

    /** {@return the word that chooses this sample} */
    public String name() {
        return name;
    }

    /** {@return what the sample shows, in one line} */
    public String shows() {
        return shows;
    }

    /**
     * Runs to the end, in a few seconds.
     *
     * @param stage the server to use, and ways to break things
     * @param say tells what happens
     * @return the closing sentence: what was checked
     * @throws BrokenPromise if something did not hold that must
     * @throws io.pinfold.PinfoldException if the server cannot be reached
     * @throws InterruptedException if the thread is interrupted
     */
    public String run(Stage stage, Narrator say) throws InterruptedException {
        try {
            return play.run(stage, say::tell);
        } catch (AssertionError e) {
            throw new BrokenPromise(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new BrokenPromise("whoever waits is served in time", e);
        }
    }

    /** Needs three members, also on a stage that has one. */
    private static String chaos(Stage stage, BiConsumer<String, String> say)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Optional<Ensemble> there = Optional.ofNullable(stage.ensemble());
        if (there.isEmpty() || there.get().size() > 2) {
            return ChaosSample.run(stage.servers(), there, say);
        }
        try (Ensemble members = Ensemble.start(3)) {
            return ChaosSample.run(members.connectString(), Optional.of(members), say);
        }
    }

    /** How a sample is run on a stage. */
    @FunctionalInterface
    private interface Play {
        String run(Stage stage, BiConsumer<String, String> say)
                throws IOException, InterruptedException, ExecutionException, TimeoutException;
    }
}
