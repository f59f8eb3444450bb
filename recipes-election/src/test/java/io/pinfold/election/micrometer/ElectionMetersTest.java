package io.pinfold.election.micrometer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pinfold.client.PinfoldClient;
import io.pinfold.election.LeaderElection;
import io.pinfold.election.LeaderObserver;
import io.pinfold.election.Leadership;
import io.pinfold.server.Ensemble;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What meters and the flight recorder know of elections. */
class ElectionMetersTest {
    private static Ensemble ensemble;
    private static PinfoldClient client;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeAll
    static void start() throws Exception {
        ensemble = Ensemble.builder(1).start();
        client = PinfoldClient.connect(ensemble.connectString());
    }

    @AfterAll
    static void stop() {
        client.close();
        ensemble.close();
    }

    /** As docs/recipes/election.md has it. */
    static void metered(LeaderElection election, LeaderObserver observer, MeterRegistry registry) {
        ElectionMeters.of(election, "scheduler").bindTo(registry);
        ElectionMeters.of(observer, "scheduler").bindTo(registry);
    }

    private double counted(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    @Test
    void metersCountTermsAndTheTimeWithoutOne() throws Exception {
        try (LeaderElection election = LeaderElection.at(client, "/metered");
                LeaderObserver observer = LeaderObserver.at(client, "/metered")) {
            metered(election, observer, registry);
            Leadership leadership = election.campaign();
            await().until(() -> registry.get("pinfold.election.term").gauge().value() == leadership.term());
            leadership.close();
            await().until(() -> registry.get("pinfold.election.term").gauge().value() == 0);

            assertEquals(1, counted("pinfold.election.terms", "election", "scheduler"));
            assertEquals(1, counted("pinfold.election.term.ends", "reason", "RESIGNED"));
            assertEquals(0, counted("pinfold.election.term.ends", "reason", "SESSION_EXPIRED"));
            double led = registry.get("pinfold.election.led").timeGauge().value(TimeUnit.MILLISECONDS);
            assertEquals(election.stats().led().toMillis(), led);
            assertEquals(0, registry.get("pinfold.election.leading").gauge().value());
            await().until(() ->
                    registry.get("pinfold.election.without.leader").timeGauge().value(TimeUnit.MILLISECONDS) > 0);
        }
    }

    @Test
    void flightRecorderIsToldOfTheEndOfATerm(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("recording.jfr");
        try (Recording recording = new Recording();
                LeaderElection election = LeaderElection.builder(client, "/recorded")
                        .candidate("me")
                        .build()) {
            recording.enable("io.pinfold.Term");
            recording.start();
            Leadership leadership = election.campaign();
            leadership.close();
            leadership.ended().get(20, TimeUnit.SECONDS);
            recording.stop();
            recording.dump(file);
            List<RecordedEvent> all = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals("io.pinfold.Term"))
                    .toList();

            assertEquals(1, all.size());
            assertEquals("me", all.get(0).getString("candidate"));
            assertEquals(leadership.term(), all.get(0).getLong("term"));
            assertEquals("RESIGNED", all.get(0).getString("reason"));
            assertTrue(all.get(0).getString("path").startsWith("/recorded/"));
        }
    }
}
