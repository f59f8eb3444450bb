package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The timers of recipes. */
class HostRuntimeTest {
    private final VirtualHost host = new VirtualHost();
    private final HostRuntime runtime = new HostRuntime(host);
    private final List<String> ran = new ArrayList<>();

    @Test
    void whatIsToRunInAllEternityDoesNotRunNow() {
        runtime.schedule(ChronoUnit.FOREVER.getDuration(), () -> ran.add("at the end of time"));
        runtime.schedule(Duration.ofSeconds(1), () -> ran.add("in a second"));

        host.pass(Duration.ofDays(1000).toNanos());

        assertEquals(List.of("in a second"), ran);
    }
}
