package io.pinfold.testing.sim;

import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Safeguards;
import io.pinfold.testing.sim.oracle.Fact;
import io.pinfold.testing.sim.oracle.Oracles;
import io.pinfold.testing.sim.oracle.Timing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * A few engines on simple disks, which crash, are held up, and lose each other, and the clients of a test: to see that the
 * judges are just, and that the engines are right. Confined to one thread.
 */
final class EngineWorld implements Stage {
    static final long MILLI = 1_000_000;

    private record Event(long atNanos, long number, Runnable task) {}

    final long seed;
    final Safeguards safeguards;
    final Membership configured;
    final Oracles oracles = Oracles.all(new Timing(2, 3000 * MILLI));
    final TreeMap<Integer, EngineDisk> disks = new TreeMap<>();
    final TreeMap<Integer, EngineMember> members = new TreeMap<>();
    private final List<EnginePipe> pipes = new ArrayList<>();
    private final TreeMap<Integer, Long> cutUntil = new TreeMap<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) ->
            a.atNanos() == b.atNanos() ? Long.compare(a.number(), b.number()) : Long.compare(a.atNanos(), b.atNanos()));
    private final Map<String, Long> draws = new HashMap<>();
    private long now;
    private long numbers;
    private long connections;
    private boolean healed;
    long answers;
    long hash;

    EngineWorld(long seed, int size, Safeguards safeguards) {
        this.seed = seed;
        this.safeguards = safeguards;
        List<Member> all = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            all.add(new Member(id, 0, false, "member-" + id, 2888, 3888, "2181"));
            disks.put(id, new EngineDisk(draw("incarnation") >>> 1));
        }
        configured = Membership.of(all);
        tell(new Fact.Founded(0, configured));
        disks.keySet().forEach(this::start);
    }

    void run(long untilNanos) {
        while (!events.isEmpty() && events.peek().atNanos() <= untilNanos) {
            Event event = events.poll();
            now = event.atNanos();
            event.task().run();
            oracles.requireNone();
        }
        now = untilNanos;
    }

    // ---- faults ----

    /** Lets a fault happen now and then. */
    void troubles(long everyNanos) {
        if (healed) {
            return;
        }
        int id = 1 + below("trouble.member", disks.size());
        int other = 1 + below("trouble.other", disks.size());
        long duration = (1L << below("trouble.duration", 12)) * MILLI;
        switch (below("trouble.kind", 5)) {
            case 0 -> crash(id, duration);
            case 1 -> cut(id, other, duration);
            case 2 -> {
                for (int peer : disks.keySet()) {
                    cut(id, peer, duration);
                }
            }
            case 3 -> hold(id, duration / 2);
            default -> {
                for (EnginePipe pipe : List.copyOf(pipes)) {
                    if (pipe.joins(id, other)) {
                        pipe.drop(false);
                    }
                }
            }
        }
        after(everyNanos / 2 + Long.remainderUnsigned(draw("trouble.next"), everyNanos), () -> troubles(everyNanos));
    }

    private void hold(int id, long nanos) {
        EngineMember member = members.get(id);
        if (member != null) {
            member.pausedUntil = now + nanos;
        }
    }

    private void crash(int id, long downNanos) {
        EngineMember member = members.remove(id);
        if (member == null) {
            return;
        }
        boolean seen = below("trouble.seen", 3) > 0;
        member.die(seen);
        for (EnginePipe pipe : List.copyOf(pipes)) {
            if (pipe.joins(id)) {
                pipe.drop(seen);
            }
        }
        after(downNanos, () -> start(id));
    }

    private void cut(int id, int other, long nanos) {
        if (id == other) {
            return;
        }
        cutUntil.put(Math.min(id, other) * 100 + Math.max(id, other), now + nanos);
        for (EnginePipe pipe : List.copyOf(pipes)) {
            if (pipe.joins(id, other)) {
                pipe.goSilent();
                after(nanos, () -> pipe.drop(false));
            }
        }
        after(nanos + MILLI, this::linkAll);
    }

    void heal() {
        healed = true;
        cutUntil.clear();
        disks.keySet().forEach(this::start);
        linkAll();
        tell(new Fact.Healed(now));
    }

    private void start(int id) {
        if (!members.containsKey(id)) {
            EngineDisk disk = disks.get(id);
            tell(new Fact.Restarted(now, id, disk.lastZxid()));
            members.put(id, new EngineMember(id, disk, this));
            linkAll();
        }
    }

    private void linkAll() {
        for (EngineMember a : members.values()) {
            for (EngineMember b : members.tailMap(a.id, false).values()) {
                boolean linked = pipes.stream().anyMatch(p -> p.joins(a.id, b.id));
                if (!linked && cutUntil.getOrDefault(a.id * 100 + b.id, 0L) <= now) {
                    pipes.add(new EnginePipe(this, a, b));
                }
            }
        }
    }

    void dropped(EnginePipe pipe) {
        pipes.remove(pipe);
        after(5 * MILLI, this::linkAll);
    }

    long delay(String kind) {
        return 50_000 + below(kind, 1_000_000) + (below(kind, 100) == 0 ? below(kind, 30_000_000) : 0);
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
    public long nextConnection() {
        return ++connections;
    }

    @Override
    public List<Integer> members() {
        return List.copyOf(disks.keySet());
    }

    @Override
    public long draw(String kind) {
        long counter = draws.merge(kind, 1L, Long::sum);
        long mixed = seed * 0x9E3779B97F4A7C15L ^ kind.hashCode() * 0xBF58476D1CE4E5B9L ^ counter * 0x94D049BB133111EBL;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    @Override
    public void tell(Fact fact) {
        if (fact instanceof Fact.Answered answered) {
            answers++;
            hash = hash * 31 + answered.header().hashCode();
        }
        hash = hash * 31 + fact.atNanos() * 31 + fact.getClass().getSimpleName().hashCode();
        oracles.hear(fact);
    }

    @Override
    public Wire connect(String actor, int member, WireListener listener) {
        EngineLine line = new EngineLine(this, actor, members.get(member), listener);
        line.begin();
        return line;
    }
}
