package io.pinfold.testing.kit;

import io.pinfold.client.ClientBuilder;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.RetryPolicy;
import io.pinfold.framework.Waiting;
import io.pinfold.server.tree.Znode;
import io.pinfold.testing.sim.ClientNetwork;
import io.pinfold.testing.sim.Levers;
import io.pinfold.testing.sim.Rules;
import io.pinfold.testing.sim.Setup;
import io.pinfold.testing.sim.SimHost;
import io.pinfold.testing.sim.World;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * An ensemble in simulated time: real servers and real clients, while clock, network and disks are simulated. Hours pass in
 * seconds, everything that happens follows from the seed, and what fails once fails again. While it runs, everything that
 * the servers promise is checked as well.
 *
 * <pre>{@code
 * SimulatedEnsemble.run(3, 4711, ensemble -> {
 *     PinfoldClient client = ensemble.client("a");
 *     ensemble.faults().dropReplyOf(client, OpType.CREATE).once();
 *     client.create("/greeting", "hello".getBytes(StandardCharsets.UTF_8), CreateOptions.PERSISTENT.withGuard());
 *     ensemble.advance(Duration.ofMinutes(5));
 * });
 * }</pre>
 *
 * <p><b>Blocking calls work.</b> A program of the simulation, which the body of the test is, too, may block in any call of the
 * client and of recipes; the simulated time goes on until the answer is there. So it does in {@link #await}, {@link #until} and
 * {@link #advance}, and nowhere else: a program that sleeps, or waits for a lock, queue or future of Java's own, waits for ever,
 * because nothing happens meanwhile; that is noticed after a minute, and fails the test. Whoever uses a client in a thread that the
 * simulation does not know fails the test at once; {@link #start} begins one that it knows.
 *
 * <p>Confined to the programs of the simulation, of which one runs at a time.
 */
public final class SimulatedEnsemble implements TestEnsemble, AutoCloseable {
    private static final Duration SESSION = Duration.ofSeconds(4);
    private static final Duration LONGEST_START = Duration.ofMinutes(1);
    private static final Duration LONGEST_UNTIL = Duration.ofMinutes(10);
    private static final Duration LOOK_EVERY = Duration.ofMillis(1);

    /**
     * A client and what is simulated around it. Immutable.
     *
     * @param client the client
     * @param network what it reaches the members over
     * @param process where it lives
     */
    record Inhabitant(PinfoldClient client, ClientNetwork network, SimHost process) {}

    /** What a test does with an ensemble. */
    @FunctionalInterface
    public interface Story {
        /**
         * Does it.
         *
         * @param ensemble where
         * @throws Exception fails the test
         */
        void in(SimulatedEnsemble ensemble) throws Exception;
    }

    private final long seed;
    private final World world;
    private final Levers levers;
    private final Programs programs;
    private final SimulatedFaults faults;
    private final Map<String, Inhabitant> inhabitants = new LinkedHashMap<>();

    /**
     * Makes an ensemble whose members serve.
     *
     * @param members how many
     * @param seed on which all chance depends
     */
    public SimulatedEnsemble(int members, long seed) {
        this.seed = seed;
        this.world = new World(seed, Setup.of(members), Rules.KEPT);
        this.levers = new Levers(world);
        this.programs = new Programs(world);
        this.faults = new SimulatedFaults(this, levers);
        while (!allServe() && world.nowNanos() < LONGEST_START.toNanos()) {
            world.step(LONGEST_START.toNanos());
        }
    }

    /**
     * Runs a story in an ensemble of its own. Blocks until it has ended; nothing is left of it then.
     *
     * @param members how many members there are
     * @param seed on which all chance depends
     * @param story what happens
     * @throws Exception as the story failed; the seed is said in a suppressed exception
     */
    public static void run(int members, long seed, Story story) throws Exception {
        try (SimulatedEnsemble ensemble = new SimulatedEnsemble(members, seed)) {
            ensemble.run(() -> story.in(ensemble));
        } catch (Exception | Error e) { // whatever it is, who reads it wants to see it again
            e.addSuppressed(new Replay("seed " + seed + " of " + members + " members"));
            throw e;
        }
    }

    /**
     * Runs a program from beginning to end, and everything else meanwhile. Blocks until it has ended.
     *
     * @param body what it does
     * @throws Exception as the body failed, or another program that ran meanwhile
     * @throws AssertionError also if a promise of the servers is broken
     * @throws IllegalStateException if a program waits for something outside of the simulation
     */
    public void run(Body body) throws Exception {
        programs.run("test", body);
    }

    // ---- programs ----

    /**
     * Begins a program beside the one that runs. If it fails, so does the test; what is left of it when the test ends is
     * unwound then.
     *
     * @param name what its thread is called
     * @param body what it does
     */
    public void start(String name, Body body) {
        programs.requireTurn();
        programs.begin(name, task -> world.after(0, task), body);
    }

    /**
     * Begins a program in the process of a client: it stands still and dies with that, see {@link SimulatedFaults}.
     *
     * @param client whose process
     * @param name what its thread is called
     * @param body what it does
     */
    public void start(PinfoldClient client, String name, Body body) {
        programs.requireTurn();
        programs.begin(name, find(client).process()::execute, body);
    }

    /**
     * Lets time pass. Blocks the program that calls this, and nobody else.
     *
     * @param time how much
     * @throws InterruptedException if the program is interrupted
     */
    public void advance(Duration time) throws InterruptedException {
        Waiting.atMost(new CompletableFuture<Void>(), time);
    }

    /**
     * Waits for an event, as long as it takes. Blocks the program that calls this, and nobody else.
     *
     * @param event what for, for example what an asynchronous call returned
     * @param <T> what comes of it
     * @return what came of it
     * @throws InterruptedException if the program is interrupted
     * @throws io.pinfold.PinfoldException as the event failed
     */
    public <T> T await(CompletableFuture<T> event) throws InterruptedException {
        return Waiting.forever(event);
    }

    /**
     * Waits until something is true; it is looked at every simulated millisecond. Blocks the program that calls this, and
     * nobody else.
     *
     * @param condition what
     * @throws InterruptedException if the program is interrupted
     * @throws AssertionError if it is not within ten minutes
     */
    public void until(BooleanSupplier condition) throws InterruptedException {
        long end = world.nowNanos() + LONGEST_UNTIL.toNanos();
        while (!condition.getAsBoolean()) {
            if (world.nowNanos() > end) {
                throw new AssertionError("Not true within " + LONGEST_UNTIL + " of simulated time");
            }
            advance(LOOK_EVERY);
        }
    }

    // ---- what is there ----

    /** {@return the seed} */
    public long seed() {
        return seed;
    }

    /** {@return how much time has passed since the beginning} */
    public Duration elapsed() {
        return Duration.ofNanos(world.nowNanos());
    }

    @Override
    public int size() {
        return world.members().size();
    }

    @Override
    public PinfoldClient client(String name, UnaryOperator<ClientBuilder> settings) {
        Inhabitant known = inhabitants.get(name);
        if (known == null) {
            known = settle(name, settings);
            inhabitants.put(name, known);
        }
        return known.client();
    }

    private Inhabitant settle(String name, UnaryOperator<ClientBuilder> settings) {
        ClientNetwork network = new ClientNetwork(world, programs::requireTurn);
        SimHost process = new SimHost(network, name);
        ClientBuilder builder = PinfoldClient.builder(SimHost.connectString(world))
                .name(name)
                .sessionTimeout(SESSION)
                .retry(RetryPolicy.exponential(Duration.ofMillis(5), Duration.ofMillis(200)));
        return new Inhabitant(settings.apply(builder).build(process), network, process);
    }

    Inhabitant find(PinfoldClient client) {
        return inhabitants.values().stream()
                .filter(known -> known.client() == client)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("This ensemble did not make that client"));
    }

    Iterable<Inhabitant> inhabitants() {
        return inhabitants.values();
    }

    @Override
    public SimulatedFaults faults() {
        return faults;
    }

    /** {@inheritDoc} What the member has applied that is ahead of the others. Takes no time. */
    @Override
    public Optional<byte[]> read(String path) {
        Znode znode = levers.znode(path);
        return znode == null ? Optional.empty() : Optional.ofNullable(znode.data());
    }

    boolean allServe() {
        return world.members().stream().allMatch(levers::isServing);
    }

    /** Ends the simulation: programs that still wait are unwound, and nothing happens any more. */
    @Override
    public void close() {
        programs.end();
    }
}
