package io.pinfold.cli.sim;

import io.pinfold.framework.Codec;
import io.pinfold.queue.CuratorQueueKind;
import io.pinfold.queue.Delivery;
import io.pinfold.queue.PutOptions;
import io.pinfold.queue.WorkQueue;
import io.pinfold.queue.WorkQueueBuilder;
import io.pinfold.testing.sim.Holders.Claim;
import io.pinfold.testing.sim.Stage;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The queue of one world: of which kind it is, what its programs know in common, and who judges them. Confined to the
 * world's thread. */
final class QueueWorld {
    static final String PATH = "/queues/work";
    private static final String LOCKS = "/queues/work-locks";
    private static final int ITEMS = 120;
    private static final int KEYS = 3;
    private static final int MANY_DELIVERIES = 1000;
    private static final List<CuratorQueueKind> KINDS =
            List.of(CuratorQueueKind.PLAIN, CuratorQueueKind.PRIORITY, CuratorQueueKind.SIMPLE);

    private final Setting setting;
    private final Stage stage;
    private final boolean strict;
    private final @Nullable CuratorQueueKind kind;
    private final int maxDeliveries;
    private final QueueLedger ledger;
    private final Set<Delivery<String>> settling = new HashSet<>();
    private int made;

    QueueWorld(Setting setting) {
        this.setting = setting;
        this.stage = setting.stage();
        boolean foreign = setting.has(Mistake.LOCKED_ELSEWHERE);
        boolean shared = foreign || setting.has(Mistake.LIMIT_RAISED);
        this.strict = !shared && stage.below("queue.strict", 3) == 0;
        this.kind = foreign ? CuratorQueueKind.PLAIN : kind(stage);
        this.maxDeliveries = maxDeliveries();
        this.ledger = new QueueLedger(stage::broken, strict, maxDeliveries, this::isQueued, this::isDeadLetter);
    }

    private @Nullable CuratorQueueKind kind(Stage world) {
        boolean own = setting.mistake() != null || world.below("queue.curator", 4) > 0;
        return own ? null : KINDS.get(world.below("queue.kind", KINDS.size()));
    }

    private int maxDeliveries() {
        // An item that becomes a dead letter by itself is with the one consumer of a strict world until then.
        boolean limited = setting.has(Mistake.LIMIT_RAISED) || !strict && stage.below("queue.limited", 2) == 0;
        return limited ? 2 + stage.below("queue.limit", 2) : MANY_DELIVERIES;
    }

    Setting setting() {
        return setting;
    }

    Stage stage() {
        return stage;
    }

    QueueLedger ledger() {
        return ledger;
    }

    /** {@return whether one consumer takes one item at a time, so that order can be judged} */
    boolean isStrict() {
        return strict;
    }

    /** {@return the format that it shares with programs that use Apache Curator, if it does} */
    @Nullable
    CuratorQueueKind curatorKind() {
        return kind;
    }

    /** {@return where those lock items} */
    String locks() {
        return LOCKS;
    }

    WorkQueue<String> queue(Life life) {
        WorkQueueBuilder<String> builder = WorkQueue.builder(life.client(), PATH, Codec.TEXT)
                .consumer(life.holder())
                .bucketSize(1 << stage.below("queue.bucket", 8))
                .maxDeliveries(setting.has(Mistake.LIMIT_RAISED) ? MANY_DELIVERIES : maxDeliveries);
        if (kind != null) {
            builder.curator(kind, setting.has(Mistake.LOCKED_ELSEWHERE) ? LOCKS + "-elsewhere" : LOCKS);
        }
        return builder.build();
    }

    /** {@return how to put an item, as the queue's kind allows} */
    PutOptions options(Life life) {
        if (kind != null) {
            return kind == CuratorQueueKind.PRIORITY
                    ? PutOptions.priority(life.below("priority", 3))
                    : PutOptions.DEFAULT;
        }
        PutOptions options = PutOptions.priority(life.below("priority", 3));
        return switch (life.below("kind", 8)) {
            case 0 -> options.withDelay(Duration.ofMillis(life.below("delay", 500)));
            case 1, 2 -> options.withKey("key" + life.below("key", KEYS));
            case 3, 4 -> options.withDedupKey("once" + life.below("once", KEYS));
            default -> options;
        };
    }

    /** {@return whether no more items are to be put} */
    boolean isFull() {
        return made >= ITEMS;
    }

    /** {@return an item that nobody made before} */
    String newItem(String producer) {
        return producer + '#' + made++;
    }

    // ---- who has what ----------------------------------------------------------------------------------------------

    /** A program has a delivery, and says so until it asks for its end. */
    void gained(Life life, Delivery<String> delivery, boolean letter) {
        String resource = letter
                ? "queue item " + delivery.item()
                : delivery.key().map(key -> "queue key " + key).orElse("queue item " + delivery.item());
        setting.holders()
                .gained(
                        resource,
                        life.holder(),
                        delivery.fencingToken(),
                        () -> settling.contains(delivery) ? Claim.OVER : Claims.of(life, delivery.state()));
    }

    /** Whoever asks for the end uses the item no more, though the claim stands until the answer. */
    void settling(Delivery<String> delivery) {
        settling.add(delivery);
    }

    private boolean isQueued(String item) {
        return isBelow("/items", item);
    }

    private boolean isDeadLetter(String item) {
        return isBelow("/dead/items", item);
    }

    private boolean isBelow(String directory, String item) {
        String buckets = (kind == null ? PATH : PATH + "-pinfold") + directory;
        return Znodes.below(stage, buckets)
                .flatMap(bucket -> Znodes.below(stage, bucket))
                .map(stage::committed)
                .anyMatch(znode -> znode != null && znode.data().endsWith(item));
    }
}
