package io.pinfold.testing.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeterminismTest {
    @Test
    void twoProcessesTellTheSameStories() throws IOException {
        Process one = start("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
        // Objects have other hashes there, so that an order that depends on them would differ.
        Process other = start("-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=3", "-XX:+UseParallelGC");

        String story = output(one);

        assertEquals(Stories.SEEDS, story.split(" ").length, story);
        assertEquals(story, output(other));
    }

    @Test
    void otherSeedsTellOtherStories() {
        String[] stories = Stories.digests().split(" ");

        assertNotEquals(stories[0].substring(2), stories[1].substring(2));
    }

    private static Process start(String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Stories.class.getName()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(Process process) throws IOException {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return String.join("\n", out.lines().toList());
        } finally {
            process.destroyForcibly();
        }
    }
}
