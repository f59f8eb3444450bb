package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.framework.PlaceNames;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The timers of recipes. */
class HostRuntimeTest {
    private final VirtualHost host = new VirtualHost();
    private final HostRuntime runtime = new HostRuntime(host, ClientObserver.NONE);
    private final List<String> ran = new ArrayList<>();

    @Test
    void whatIsToRunInAllEternityDoesNotRunNow() {
        runtime.schedule(ChronoUnit.FOREVER.getDuration(), () -> ran.add("at the end of time"));
        runtime.schedule(Duration.ofSeconds(1), () -> ran.add("in a second"));

        host.pass(Duration.ofDays(1000).toNanos());

        assertEquals(List.of("in a second"), ran);
    }

    @Test
    void identitiesAreNotLikeThoseOfOtherClients() {
        String first = runtime.newGuid();
        String second = runtime.newGuid();

        assertNotEquals(first, second);
        assertTrue(PlaceNames.isOurs("_c_" + first + "-lock-0000000001"), first);
        assertFalse(PlaceNames.isOurs("_c_" + UUID.randomUUID() + "-lock-0000000001"));
        assertFalse(PlaceNames.isOurs("_c_short"));
    }
}
