package io.pinfold.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.NoNodeException;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the latch promises, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class LatchTest extends RecipeScene {
    @Test
    void opensWhenEverythingIsDoneAndStaysOpen() throws Exception {
        DistributedLatch latch = DistributedLatch.open(client, path, 3);
        CompletableFuture<Void> open = DistributedLatch.open(other, path, 3).whenOpen();

        assertTrue(latch.countDown("a"));
        assertFalse(latch.countDown("a"), "counts once");
        assertFalse(DistributedLatch.open(other, path, 3).countDown("a"), "by whomever");
        latch.countDown("b");
        assertFalse(latch.await(Duration.ofMillis(100)));
        assertFalse(open.isDone());
        latch.countDown("c");

        get(open);
        assertTrue(latch.await(Duration.ofSeconds(20)));
        assertEquals(Set.of("a", "b", "c"), latch.counted());
    }

    @Test
    void whatIsCountedStaysCountedWhenTheSessionEnds() throws Exception {
        DistributedLatch latch = DistributedLatch.open(client, path, 2);
        CompletableFuture<Void> open = latch.whenOpen();
        latch.countDown("a");

        endSession();

        assertFalse(open.isDone());
        DistributedLatch.open(other, path, 2).countDown("b");
        get(open);
    }

    @Test
    void aLostReplyCountsOnce() throws Exception {
        DistributedLatch latch = DistributedLatch.open(client, path, 2);
        CompletableFuture<Void> lost = network.loseReply(CREATE2, 1);

        latch.countDown("a");

        get(lost);
        assertEquals(Set.of("a"), latch.counted());
    }

    @Test
    void refusesAnotherCountAndWhatIsNoLatch() {
        DistributedLatch.open(client, path, 2);

        assertThrows(IllegalStateException.class, () -> DistributedLatch.open(other, path, 3));
        other.create(path + "/child", new byte[0]);
        assertThrows(IllegalStateException.class, () -> DistributedLatch.open(other, path + "/child", 3));
        assertThrows(IllegalArgumentException.class, () -> DistributedLatch.open(other, path, -1));
    }

    @Test
    void saysSoWhenSomebodyDeletedIt() throws Exception {
        DistributedLatch latch = DistributedLatch.open(client, path, 2);
        CompletableFuture<Void> open = latch.whenOpen();

        other.delete(path);

        assertInstanceOf(
                NoNodeException.class,
                assertThrows(ExecutionException.class, () -> get(open)).getCause());
        assertThrows(NoNodeException.class, () -> latch.countDown("a"));
    }
}
