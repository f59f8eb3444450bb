package io.pinfold.testing.sim;

import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Role;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.testing.sim.oracle.Fact;
import io.pinfold.testing.sim.oracle.Oracles;
import io.pinfold.testing.sim.oracle.Timing;
import io.pinfold.testing.sim.oracle.Violation;
import io.pinfold.testing.sim.oracle.ZnodeView;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An ensemble of real engines on simulated disks, the network between them and their clients, and time: everything that
 * happens follows from the seed and from the faults that somebody lets happen. Confined to one thread.
 */
public final class World implements Stage {
    static final long MILLI = 1_000_000;
    private static final int SLACK_PER_MILLE = 3;
    private static final long LATE_NANOS = 3000 * MILLI;

    private record Event(long atNanos, long number, Runnable task) {}

    final Setup setup;
    final Rules rules;
    final Membership configured;
    final TreeMap<Integer, Host> hosts = new TreeMap<>();
    final Net net;
    private final long seed;
    private final Marks marks = new Marks();
    private final Oracles oracles = Oracles.all(new Timing(SLACK_PER_MILLE, LATE_NANOS));
    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) ->
            a.atNanos() == b.atNanos() ? Long.compare(a.number(), b.number()) : Long.compare(a.atNanos(), b.atNanos()));
    private final Map<String, long[]> draws = new HashMap<>();
    private final List<ElectionListener> electionListeners = new ArrayList<>();
    private final List<Runnable> commitListeners = new ArrayList<>();
    private @Nullable Consumer<String> story;
    private long now;
    private long numbers;
    private long connections;
    private long answers;
    private long digest;
    private Membership lastMembership;
    private long lastMembershipZxid;
    private long narratedZxid;

    /** Wants to know who leads next. */
    interface ElectionListener {
        void elected(int member);
    }

    /**
     * Makes an ensemble whose members start at once.
     *
     * @param seed on which all chance depends
     * @param setup the ensemble
     * @param rules what is broken on purpose
     */
    public World(long seed, Setup setup, Rules rules) {
        this.seed = seed;
        this.setup = setup;
        this.rules = rules;
        this.net = new Net(this);
        List<Member> all = new ArrayList<>();
        for (int id = 1; id <= setup.members(); id++) {
            hosts.put(id, new Host(id, this));
            if (id <= setup.voters()) {
                all.add(member(id));
            }
        }
        configured = Membership.of(all);
        lastMembership = configured;
        tell(new Fact.Founded(0, configured));
        hosts.values().forEach(Host::start);
    }

    static Member member(int id) {
        return new Member(id, 0, false, "member-" + id, 2888, 3888, "2181");
    }

    /**
     * Lets everything happen that happens up to a time.
     *
     * @param untilNanos the time
     */
    public void run(long untilNanos) {
        while (!events.isEmpty() && events.peek().atNanos() <= untilNanos) {
            run(events.poll());
        }
        now = untilNanos;
    }

    /**
     * Lets the next thing happen, if there is one before a time; the clock goes to its moment, or to that time.
     *
     * @param untilNanos the time
     * @return whether something happened
     */
    public boolean step(long untilNanos) {
        if (events.isEmpty() || events.peek().atNanos() > untilNanos) {
            now = Math.max(now, untilNanos);
            return false;
        }
        run(events.poll());
        return true;
    }

    private void run(Event event) {
        now = event.atNanos();
        event.task().run();
        oracles.requireNone();
    }

    /** {@return how many replies reached clients} */
    public long answers() {
        return answers;
    }

    /** {@return a number that tells this course of events from any other} */
    public long digest() {
        return digest;
    }

    /** {@return which rare states were reached} */
    public Marks marks() {
        return marks;
    }

    Oracles oracles() {
        return oracles;
    }

    void mark(Mark mark) {
        marks.hit(mark);
    }

    /** {@return the member that serves as leader of the highest epoch, or null} */
    @Nullable
    SimMember leader() {
        SimMember best = null;
        for (Host host : hosts.values()) {
            SimMember life = host.life();
            if (life != null
                    && life.engine().status().role() == Role.LEADER
                    && (best == null
                            || life.engine().status().epoch()
                                    > best.engine().status().epoch())) {
                best = life;
            }
        }
        return best;
    }

    void onNextElection(ElectionListener listener) {
        electionListeners.add(listener);
    }

    void elected(int member) {
        List<ElectionListener> told = List.copyOf(electionListeners);
        electionListeners.clear();
        told.forEach(listener -> listener.elected(member));
    }

    /** All faults are over; those who are down come back, however damaged they are. */
    void heal() {
        electionListeners.clear();
        net.heal();
        hosts.values().forEach(Host::heal);
        tell(new Fact.Healed(now));
    }

    // ---- stage ----

    @Override
    public long nowNanos() {
        return now;
    }

    @Override
    public void after(long delayNanos, Runnable task) {
        events.add(new Event(now + delayNanos, numbers++, task));
    }

    @Override
    public long latestCallbackNanos() {
        return setup.lateMicros() * (MILLI / 1000);
    }

    @Override
    public long nextConnection() {
        return ++connections;
    }

    @Override
    public List<Integer> members() {
        return List.copyOf(hosts.keySet());
    }

    @Override
    public long draw(String kind) {
        long[] counter = draws.computeIfAbsent(kind, k -> new long[1]);
        return mix(seed, kind, ++counter[0]);
    }

    static long mix(long seed, String kind, long counter) {
        long mixed = seed * 0x9E3779B97F4A7C15L ^ kind.hashCode() * 0xBF58476D1CE4E5B9L ^ counter * 0x94D049BB133111EBL;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    /** Tells a listener in a line what the members do, and what goes wrong. */
    void narrate(Consumer<String> listener) {
        story = listener;
    }

    void say(String line) {
        if (story != null) {
            story.accept(now / MILLI + "." + String.format("%03d", now / 1000 % 1000) + " " + line);
        }
    }

    private void narrate(Fact fact) {
        if (fact instanceof Fact.Appended appended
                        && Membership.isMembership(appended.entry().payload())
                || fact instanceof Fact.Led
                || fact instanceof Fact.Served
                || fact instanceof Fact.Cut
                || fact instanceof Fact.Voted
                || fact instanceof Fact.Installed
                || fact instanceof Fact.Restarted) {
            say(fact.toString());
        } else if (fact instanceof Fact.Committed committed && committed.entry().zxid() > narratedZxid) {
            narratedZxid = committed.entry().zxid();
            say("member " + committed.member() + " is the first to commit 0x" + Long.toHexString(narratedZxid));
        }
    }

    @Override
    public void tell(Fact fact) {
        if (story != null) {
            narrate(fact);
        }
        if (fact instanceof Fact.Answered answered) {
            answers++;
            digest = digest * 31 + answered.header().hashCode();
        } else if (fact instanceof Fact.Welcomed welcomed && welcomed.response().sessionId() == 0) {
            mark(Mark.SESSION_GONE);
        }
        if (fact instanceof Fact.Committed committed && committed.entry().zxid() > lastMembershipZxid) {
            note(committed.entry());
        }
        digest = digest * 31
                + fact.atNanos() * 31
                + fact.getClass().getSimpleName().hashCode();
        long lastZxid = oracles.lastZxid();
        oracles.hear(fact);
        if (oracles.lastZxid() != lastZxid) {
            commitListeners.forEach(Runnable::run);
        }
    }

    @Override
    public @Nullable ZnodeView committed(String path) {
        return oracles.committed(path);
    }

    @Override
    public long slowestMillis() {
        return oracles.slowestMillis(nowNanos());
    }

    @Override
    public void onCommit(Runnable task) {
        commitListeners.add(task);
    }

    /** {@return whether the members have committed to each other} */
    boolean isFounded() {
        return lastMembershipZxid != 0;
    }

    /** Looks at who belongs to the cluster now. */
    private void note(LogEntry entry) {
        if (!Membership.isMembership(entry.payload())) {
            return;
        }
        try {
            lastMembershipZxid = entry.zxid();
            Membership next = Membership.fromPayload(entry.payload());
            for (Member member : next.members()) {
                Member before = lastMembership.find(member.id());
                if (before != null && before.incarnation() != 0 && before.incarnation() != member.incarnation()) {
                    mark(Mark.READMITTED);
                }
            }
            if (!next.isJoint() && !next.voters().equals(lastMembership.voters())) {
                mark(Mark.MEMBERSHIP_CHANGED);
            }
            lastMembership = next.isJoint() ? lastMembership : next;
        } catch (MalformedFrame e) {
            throw new Violation("Membership", "a membership cannot be read: " + e.getMessage());
        }
    }

    @Override
    public Wire connect(String actor, int member, WireListener listener) {
        ClientLine line = new ClientLine(this, actor, hosts.get(member).life(), listener);
        line.begin();
        return line;
    }
}
