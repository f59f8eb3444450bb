package io.pinfold.queue;

import io.pinfold.Acl;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Codec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of a queue. Immutable. See {@link WorkQueueBuilder} for what each means. */
record QueueTerms<T>(
        RecipeClient client,
        Layout layout,
        Codec<T> codec,
        List<Acl> acl,
        int maxItems,
        long maxBytes,
        int maxDeliveries,
        int bucketSize,
        Duration redeliveryPause,
        @Nullable Duration handlingTimeout,
        String consumer) {

    byte[] consumerBytes() {
        return consumer.getBytes(StandardCharsets.UTF_8);
    }

    /** {@return the settings of the queue of what could not be delivered: no bounds, and no dead letters of its own} */
    QueueTerms<T> ofDeadLetters() {
        return new QueueTerms<>(
                client, new OwnLayout(layout.dead()), codec, acl, 0, 0, 0, bucketSize, redeliveryPause, null, consumer);
    }
}
