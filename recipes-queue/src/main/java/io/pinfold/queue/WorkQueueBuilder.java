package io.pinfold.queue;

import io.pinfold.Acl;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Codec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a queue. All who use a queue should agree on them. Not thread-safe.
 *
 * @param <T> the type of the items
 */
public final class WorkQueueBuilder<T> {
    private static final int DEFAULT_MAX_ITEMS = 10_000;
    private static final int DEFAULT_MAX_DELIVERIES = 10;
    private static final int DEFAULT_BUCKET_SIZE = 1000;

    private final RecipeClient client;
    private final String path;
    private final Codec<T> codec;
    private Layout layout;
    private List<Acl> acl = Acl.OPEN;
    private int maxItems = DEFAULT_MAX_ITEMS;
    private long maxBytes;
    private int maxDeliveries = DEFAULT_MAX_DELIVERIES;
    private int bucketSize = DEFAULT_BUCKET_SIZE;
    private Duration redeliveryPause = Duration.ofSeconds(1);
    private @Nullable Duration handlingTimeout;
    private @Nullable String consumer;

    WorkQueueBuilder(RecipeClient client, String path, Codec<T> codec) {
        this.client = client;
        this.path = path;
        this.layout = new OwnLayout(path);
        this.codec = codec;
    }

    /**
     * {@return this builder}
     *
     * @param most how many items the queue may hold, 10,000 by default; 0 for no bound. A producer looks at the size
     *     before it fills a quarter of the room that it saw, and at least once a second while it puts; so producers who
     *     fill the last room at the same moment may exceed the bound by a quarter of that room each
     */
    public WorkQueueBuilder<T> maxItems(int most) {
        this.maxItems = atLeast(0, most);
        return this;
    }

    /**
     * {@return this builder}
     *
     * @param most how many bytes the items may take on the server, payloads and what is said about them; 0, the default,
     *     for no bound. Approximate as {@link #maxItems} is: a producer looks before it fills a quarter of the room that it
     *     saw, and at least once a second while it puts; and where more than 250 items are in the queue, it weighs as many,
     *     taken from everywhere in it. A look lists the queue. An item that is larger than all of it is refused
     * @throws IllegalArgumentException if it is negative
     */
    public WorkQueueBuilder<T> maxBytes(long most) {
        if (most < 0) {
            throw new IllegalArgumentException("Wanted at least 0, got " + most);
        }
        this.maxBytes = most;
        return this;
    }

    /**
     * {@return this builder}
     *
     * @param most how often an item is delivered before it goes to the dead letters, 10 by default; 0 for no limit.
     *     Deliveries count that end by the death of their consumer
     */
    public WorkQueueBuilder<T> maxDeliveries(int most) {
        this.maxDeliveries = atLeast(0, most);
        return this;
    }

    /**
     * {@return this builder}
     *
     * @param limit after which time a delivery that did not end is lost; no limit by default but that of the session,
     *     which notices a dead process and not a stuck one. See {@link Delivery#extend}
     */
    public WorkQueueBuilder<T> handlingTimeout(Duration limit) {
        this.handlingTimeout = limit;
        return this;
    }

    /**
     * {@return this builder}
     *
     * @param first how long an item whose handler failed stays away, 1 s by default; doubled with each delivery, up to a
     *     minute
     */
    public WorkQueueBuilder<T> redeliveryPause(Duration first) {
        this.redeliveryPause = first;
        return this;
    }

    /**
     * {@return this builder}
     *
     * @param items how many items are put into one directory before the next one is opened, 1,000 by default
     */
    public WorkQueueBuilder<T> bucketSize(int items) {
        this.bucketSize = atLeast(1, items);
        return this;
    }

    /**
     * {@return this builder}
     *
     * @param text what {@link WorkQueue#inspect()} shows as the consumer; {@code host/pid} by default
     */
    public WorkQueueBuilder<T> consumer(String text) {
        this.consumer = text;
        return this;
    }

    /**
     * {@return this builder}
     *
     * @param entries who may do what with the queue's znodes; open to everybody by default
     */
    public WorkQueueBuilder<T> acl(List<Acl> entries) {
        this.acl = List.copyOf(entries);
        return this;
    }

    /**
     * Uses a queue together with programs that use Apache Curator's, on the same path.
     *
     * <p>What is promised is less where Curator's programs take part: items are put once by Pinfold's processes only, and
     * delivered to one consumer at a time among those that use the same {@code lockPath}; from whoever uses none, an item may
     * be gone by the time when it is acknowledged, which then fails, and changes nothing. Deliveries are not counted, and
     * dead letters, in {@code PATH-pinfold/dead}, have a layout of ours.
     *
     * @param kind which of Curator's queues it is; items that do not look like it are left alone
     * @param lockPath where Curator's consumers of this queue make their locks, as their {@code QueueBuilder} was told; if it
     *     was told nothing, any path that nobody else uses
     * @return this builder
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public WorkQueueBuilder<T> curator(CuratorQueueKind kind, String lockPath) {
        this.layout = new CuratorLayout(kind, path, lockPath);
        return this;
    }

    /** {@return the queue} */
    public WorkQueue<T> build() {
        String name = consumer;
        return new WorkQueue<>(new QueueTerms<>(
                client,
                layout,
                codec,
                acl,
                maxItems,
                maxBytes,
                maxDeliveries,
                bucketSize,
                redeliveryPause,
                handlingTimeout,
                name == null ? client.runtime().processName() : name));
    }

    private static int atLeast(int least, int number) {
        if (number < least) {
            throw new IllegalArgumentException("Wanted at least " + least + ", got " + number);
        }
        return number;
    }
}
