package io.pinfold.groups;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.framework.OwnedNode;
import io.pinfold.framework.Presence;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The code of the documents about this module; {@link DocumentedCodeTest} runs it. */
final class DocumentedCode {
    private DocumentedCode() {}

    static void knowEachOther(PinfoldClient client, Router router) throws InterruptedException {
        Group<String> group = Group.at(client, "/groups/workers", Codec.TEXT);

        Membership<String> me = group.join("worker-7", "10.0.0.7:8080"); // refused if somebody has the id
        me.update("10.0.0.7:9090"); // others are told

        group.ready().join(); // before that it looks empty
        Members<String> now = group.members(); // a picture of one moment; does not block
        group.awaitSize(3, Duration.ofSeconds(30)).ifPresent(all -> router.route(all.ids()));

        group.onChange(change -> router.route(change.members().ids())); // joined, left, updated
        group.onSettled(Duration.ofSeconds(5), change -> router.rebalance(change.joined(), change.left()));

        for (Member<String> worker : now.where(says -> says.endsWith(":8080"))) { // by what they say
            router.prefer(worker.id());
        }

        me.close(); // leaves
        group.close(); // stops watching; memberships stay until they are closed
    }

    static void keepAnAddress(PinfoldClient client, Router router) {
        OwnedNode address = OwnedNode.builder(client, "/addresses/worker-7")
                .data("10.0.0.7:8080".getBytes(StandardCharsets.UTF_8))
                .waitWhileOccupied() // else somebody else's znode is a NodeExistsException
                .build();
        address.created().thenRun(router::start);
        address.onPresence(presence -> router.show(presence)); // PRESENT, ABSENT, OCCUPIED, CLOSED
    }

    static void waitAtAGate(PinfoldClient client, Job job) throws InterruptedException {
        DistributedBarrier gate = DistributedBarrier.at(client, "/gates/migration");
        gate.lower(); // whoever comes now waits

        if (gate.awaitRaised(Duration.ofMinutes(10))) { // or awaitRaised(), or whenRaised()
            job.run();
        }

        gate.raise(); // everybody passes; anybody may raise it
    }

    static void beginAndEndTogether(PinfoldClient client, Job job) throws InterruptedException {
        DistributedDoubleBarrier barrier = DistributedDoubleBarrier.at(client, "/barriers/join-17", 5);

        DoubleBarrierEntry entry = barrier.enter(); // waits for five; enter(Duration) gives an Optional
        job.run();
        entry.leave(); // waits until all who entered are done or gone
    }

    static void goInRounds(PinfoldClient client, Job job) throws InterruptedException {
        DistributedCyclicBarrier rounds = DistributedCyclicBarrier.at(client, "/rounds/train", 5);
        while (job.goesOn()) {
            job.run();
            try {
                Arrival arrival = rounds.await(); // arrival.round(): the same number for all five
                job.merge(arrival.round());
            } catch (BrokenRoundException somebodyWentAway) {
                job.repeat(somebodyWentAway.round()); // all five are told, and begin the next round
            }
        }
    }

    static void countParts(PinfoldClient client) throws InterruptedException {
        DistributedLatch parts = DistributedLatch.open(client, "/latches/import-17", 12); // made if missing

        parts.countDown("part-7"); // once for each name, however often it is said

        parts.await(); // or await(Duration), or whenOpen()
        parts.counted(); // the names
    }

    static void divide(PinfoldClient client, List<String> names, Consumer consumer) throws InterruptedException {
        Partitioner shards = Partitioner.builder(client, "/partitions/orders")
                .resources(names) // the same for all members
                .settleFor(Duration.ofSeconds(5)) // a rolling restart moves them once
                .onAssigned(partition -> consumer.open(partition.resource(), partition.fencingToken()))
                .onRevoking(partition -> consumer.close(partition.resource())) // then another may
                .join("worker-7");

        shards.owned(); // what this process owns now
        shards.close(); // has everything revoked, gives it back and leaves
    }

    static ServiceRegistry serve(PinfoldClient client) throws InterruptedException {
        ServiceRegistry registry = ServiceRegistry.at(client, "/services");
        Registration me = registry.register(
                ServiceInstance.of("payments", "10.0.0.7", 8080).withMeta(ServiceInstance.ZONE, "eu-1"));
        me.update(instance -> instance.withEnabled(false)); // drained: gets no new requests
        me.close();
        return registry;
    }

    static String ask(ServiceRegistry registry, Http http) {
        ServicePool pool = registry.pool("payments")
                .preferZone("eu-1") // others only while nobody there is healthy
                .strategy(Strategy.POWER_OF_TWO) // or ROUND_ROBIN, RANDOM, STICKY
                .ejectAfter(3, Duration.ofSeconds(30)) // failures in a row
                .keepFor(Duration.ofSeconds(20)) // one that vanished: it may be back in a moment
                .build();
        pool.ready().join(); // from now on it knows who serves
        String answer = pool.call(instance -> http.get(instance.uri("/balance")));
        return answer;
    }

    /** Something that reads shards. */
    interface Consumer {
        void open(String shard, long fencingToken);

        void close(String shard);
    }

    /** Something that asks over HTTP. */
    interface Http {
        String get(URI uri);
    }

    /** Something that sends requests to workers. */
    interface Router {
        void start();

        void show(Presence presence);

        void prefer(String worker);

        void route(Set<String> workers);

        void rebalance(List<Member<String>> joined, List<Member<String>> left);
    }

    /** Something that many do together. */
    interface Job {
        boolean goesOn();

        void run();

        void merge(long round);

        void repeat(long round);
    }
}
