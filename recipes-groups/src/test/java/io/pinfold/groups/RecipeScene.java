package io.pinfold.groups;

import io.pinfold.testing.scene.Servers;
import io.pinfold.testing.scene.TwoClients;
import java.time.Duration;
import org.junit.jupiter.params.Parameter;

/** Two clients on one server, of either kind: {@code client} through a network that can break, {@code other} without. */
abstract class RecipeScene extends TwoClients {
    static final int CREATE2 = 15;
    static final int DELETE = 2;
    static final int MULTI = 14;

    @Parameter
    Servers.Kind kind;

    @Override
    protected final Servers.Kind kind() {
        return kind;
    }

    /** Short enough for a server that cannot be told to end it. */
    @Override
    protected final Duration session() {
        return Duration.ofSeconds(4);
    }
}
