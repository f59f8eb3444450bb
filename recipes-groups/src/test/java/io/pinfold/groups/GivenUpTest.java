package io.pinfold.groups;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.testing.scene.Servers;
import org.junit.jupiter.api.Test;

/** Who gives up a znode can have it again in the next line, however late the process's callbacks run. */
class GivenUpTest extends RecipeScene {
    private static final int ROUNDS = 8;

    GivenUpTest() {
        kind = Servers.Kind.PINFOLD;
    }

    @Test
    void whoLeavesCanJoinAgainUnderTheSameId() throws Exception {
        PinfoldClient busy = connectBusy();
        Group<String> group = open(Group.at(busy, path, Codec.TEXT));
        for (int i = 0; i < ROUNDS; i++) {
            Membership<String> me = group.join("worker-1", "here");
            get(me.update("there"));
            me.close();
        }
    }

    @Test
    void whoEndsARegistrationCanRegisterAgain() throws Exception {
        ServiceRegistry registry = ServiceRegistry.at(connectBusy(), path);
        ServiceInstance instance = ServiceInstance.of("web", "10.0.0.7", 8080).withId("a");
        for (int i = 0; i < ROUNDS; i++) {
            registry.register(instance).close();
        }
    }
}
