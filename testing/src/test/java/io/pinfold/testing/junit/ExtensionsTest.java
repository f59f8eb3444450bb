package io.pinfold.testing.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.pinfold.PinfoldException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.kit.LiveEnsemble;
import io.pinfold.testing.kit.SimulatedEnsemble;
import io.pinfold.testing.kit.TestEnsemble;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What the extensions do around tests, some of which fail: classes of tests are run as JUnit runs them. */
class ExtensionsTest {
    /** What was seen in the tests that are run; they run one after the other. */
    static final List<Object> SEEN = new ArrayList<>();

    private record Finished(String name, Optional<Throwable> failure) {}

    private static List<Finished> run(Class<?> tests) {
        SEEN.clear();
        List<Finished> finished = new ArrayList<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false")
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    finished.add(new Finished(test.getDisplayName(), result.getThrowable()));
                }
            }
        });
        return finished;
    }

    /** Run by a test below. */
    @PinfoldTest
    static final class SharedCases {
        @Test
        void one(LiveEnsemble ensemble) throws Exception {
            SEEN.add(ensemble);
            ensemble.faults().kill(1);
            throw new IllegalStateException("as expected");
        }

        @Test
        void other(LiveEnsemble ensemble, PinfoldClient client) {
            SEEN.add(ensemble);
            client.sync("/");
        }

        @Nested
        final class Inner {
            @Test
            void inner(TestEnsemble ensemble, PinfoldClient client) {
                SEEN.add(ensemble);
                client.sync("/");
            }
        }
    }

    @Test
    void oneEnsembleServesAClassAndIsMendedAfterAFailure() {
        List<Finished> finished = run(SharedCases.class);

        assertEquals(3, finished.size());
        assertEquals(
                1, finished.stream().filter(test -> test.failure().isPresent()).count(), finished.toString());
        assertEquals(1, SEEN.stream().distinct().count());
        assertClosed((LiveEnsemble) SEEN.get(0));
    }

    private static void assertClosed(LiveEnsemble ensemble) {
        assertTrue(ensemble.servers().running().isEmpty());
        assertThrows(PinfoldException.class, () -> ensemble.read("/"));
    }

    /** Run by a test below. */
    @PinfoldTest(share = Share.PER_METHOD)
    static final class OwnCases {
        @BeforeEach
        void begin(LiveEnsemble ensemble) {
            SEEN.add(ensemble);
        }

        @Test
        void one() {
            throw new IllegalStateException("as expected");
        }

        @Test
        void other() {}
    }

    @Test
    void eachTestHasAnEnsembleOfItsOwnIfItWants() {
        run(OwnCases.class);

        assertEquals(2, SEEN.size());
        assertNotSame(SEEN.get(0), SEEN.get(1));
        SEEN.forEach(ensemble -> assertClosed((LiveEnsemble) ensemble));
    }

    /** Run by a test below. */
    static final class FieldCases {
        @RegisterExtension
        static final EnsembleExtension ENSEMBLE = EnsembleExtension.of(1, config -> config.withMaxClientCnxns(7));

        @Test
        void one(LiveEnsemble ensemble) {
            SEEN.add(ensemble);
        }

        @Test
        void other(LiveEnsemble ensemble) {
            SEEN.add(ensemble);
        }
    }

    @Test
    void aStaticFieldMakesOneForTheClass() {
        List<Finished> finished = run(FieldCases.class);

        assertTrue(finished.stream().allMatch(test -> test.failure().isEmpty()), finished.toString());
        assertEquals(2, SEEN.size());
        assertEquals(1, SEEN.stream().distinct().count());
        assertClosed((LiveEnsemble) SEEN.get(0));
    }

    /** Run by a test below. */
    static final class SimulatedCases {
        @BeforeEach
        void begin(PinfoldClient client) {
            client.create("/begun", new byte[0]);
        }

        @SimulatedTest(members = 1, seed = 40, seeds = 3)
        void failsOnce(SimulatedEnsemble ensemble) {
            if (ensemble.seed() == 41) {
                throw new IllegalStateException("as expected");
            }
        }

        @AfterEach
        void end(SimulatedEnsemble ensemble, PinfoldClient client) {
            client.delete("/begun");
            SEEN.add(ensemble);
        }
    }

    @Test
    void aFailureSaysItsSeedAndHowToSeeItAgain() {
        List<Finished> finished = run(SimulatedCases.class);

        assertEquals(
                List.of("seed 40", "seed 41", "seed 42"),
                finished.stream().map(Finished::name).toList());
        Throwable failure = finished.get(1).failure().orElseThrow();
        assertEquals("as expected", failure.getMessage());
        assertEquals(
                "seed 41; again: -Dtest=SimulatedCases#failsOnce -Dpinfold.seed=41",
                failure.getSuppressed()[0].getMessage());
        assertFalse(finished.get(0).failure().isPresent());
        assertEquals(3, SEEN.size());
    }
}
