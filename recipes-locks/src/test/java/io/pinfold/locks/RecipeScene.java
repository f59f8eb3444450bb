package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.testing.scene.Servers;
import io.pinfold.testing.scene.TwoClients;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.Parameter;

/** Two clients on one server, of either kind: {@code client} through a network that can break, {@code other} without. */
abstract class RecipeScene extends TwoClients {
    static final int CREATE2 = 15;
    static final int GET_CHILDREN2 = 12;
    static final int MULTI = 14;
    static final Duration POLL = Duration.ofMillis(5);

    @Parameter
    Servers.Kind kind;

    @Override
    protected final Servers.Kind kind() {
        return kind;
    }

    static void assertWithin(long fromMillis, long toMillis, long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        assertTrue(fromMillis <= millis && millis <= toMillis, "took " + millis + " ms");
    }
}
