package io.pinfold.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinfold.BadVersionException;
import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.testing.junit.SimulatedTest;
import io.pinfold.testing.kit.SimulatedEnsemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Changes that happen once or not at all, while the leader dies again and again. */
class ConfigInSimulationTest {
    private static final int STEPS = 6;

    @SimulatedTest(seeds = 10)
    void eachStepOfAMigrationIsMadeOnce(SimulatedEnsemble ensemble, PinfoldClient a, PinfoldClient b) throws Exception {
        a.create("/data", new byte[0]);
        List<String> made = new ArrayList<>();
        for (PinfoldClient client : List.of(a, b)) {
            ensemble.start(
                    "migrations",
                    () -> insist(() -> made.addAll(migrations(client).run())));
        }
        killLeaders(ensemble);

        migrations(a).run();

        assertEquals(STEPS, a.get("/data").version());
        assertEquals(made.stream().distinct().toList(), made, "nobody made what another one did");
    }

    @SimulatedTest(seeds = 10)
    void whatIsTakenBackIsTakenBackAsAWhole(SimulatedEnsemble ensemble, PinfoldClient a, PinfoldClient b)
            throws Exception {
        int[] published = new int[1];
        for (PinfoldClient client : List.of(a, b)) {
            ensemble.start("publisher", () -> {
                ConfigTree config = ConfigTree.at(client, "/config");
                for (int i = 0; i < STEPS; i++) {
                    byte[] value = Codec.INT_TEXT.encode(++published[0]);
                    insist(() ->
                            config.publish(Map.of("one", value, "two", value)).undo());
                }
            });
        }
        killLeaders(ensemble);

        ConfigTree config = ConfigTree.at(a, "/config");
        Publication last = config.publish(Map.of("one", "last".getBytes(UTF_8), "two", "last".getBytes(UTF_8)));
        assertEquals(text(ensemble, "/config/one"), text(ensemble, "/config/two"));
        last.undo();
        assertEquals(text(ensemble, "/config/one"), text(ensemble, "/config/two"));
    }

    private static void killLeaders(SimulatedEnsemble ensemble) throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            ensemble.advance(Duration.ofMillis(40));
            ensemble.faults().killLeader();
            ensemble.advance(Duration.ofMillis(400));
            ensemble.faults().heal();
        }
        ensemble.advance(Duration.ofSeconds(30));
    }

    /** What was overtaken, or is unknown, is what it is; all else is not to happen. */
    private static void insist(Runnable change) {
        try {
            change.run();
        } catch (BadVersionException | OutcomeUnknownException told) {
            return;
        }
    }

    private static String text(SimulatedEnsemble ensemble, String path) {
        return ensemble.read(path).map(bytes -> new String(bytes, UTF_8)).orElse("none");
    }

    private static Migrations migrations(PinfoldClient client) {
        Migrations migrations = Migrations.at(client, "/migrations");
        for (int i = 0; i < STEPS; i++) {
            migrations.step("step-" + i, List.of(Op.set("/data", new byte[] {(byte) i}, i)));
        }
        return migrations;
    }
}
