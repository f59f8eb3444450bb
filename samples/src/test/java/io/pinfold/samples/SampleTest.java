package io.pinfold.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SampleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final StringWriter told = new StringWriter();
    private final Narrator say = new Narrator(new PrintWriter(told), false);

    static List<String> names() {
        return Sample.all().stream().map(Sample::name).toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void runsToItsEndOnAServerOfItsOwn(String name) {
        String checked = assertTimeoutPreemptively(PATIENCE, () -> {
            try (Stage stage = Stage.embedded()) {
                return sample(name).run(stage, say);
            }
        });

        assertFalse(checked.isBlank());
        assertTrue(told.toString().contains("fault"), told.toString());
    }

    @ParameterizedTest
    @MethodSource("names")
    void runsTwiceOnServersThatRunElsewhere(String name) {
        assertTimeoutPreemptively(PATIENCE, () -> {
            try (Stage host = Stage.embedded();
                    Stage guest = Stage.at(host.servers())) {
                sample(name).run(guest, say);
                sample(name).run(guest, say);
            }
        });
    }

    @Test
    void theTourVisitsEverySampleAndMeasures() {
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            try (Stage stage = Stage.embedded()) {
                new Tour(stage, say, 20).run();
            }
        });

        String story = told.toString();
        for (Sample sample : Sample.all()) {
            assertTrue(story.contains("\n" + sample.name() + "  " + sample.shows()), story);
        }
        assertTrue(story.contains("operation"), story);
        assertFalse(story.contains("\033["), "No colours where nobody asked for them");
    }

    @Test
    void aBrokenPromiseIsToldInWords() {
        BrokenPromise e = assertThrows(BrokenPromise.class, () -> BrokenPromise.unless(false, "locks lock"));

        assertEquals("This did not hold: locks lock", e.getMessage());
    }

    private static Sample sample(String name) {
        return Sample.named(name).orElseThrow();
    }
}
