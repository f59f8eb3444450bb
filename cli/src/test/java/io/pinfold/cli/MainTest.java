package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.samples.Sample;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -h                   | Usage: pinfold
            ''                   | Usage: pinfold
            --version            | pinfold development on Java
            demo --help          | Usage: pinfold demo
            sample --help        | Usage: pinfold sample
            server --help        | SIGTERM
            sample               | pinfold sample lock
            """)
    void answersOnStandardOutput(String args, String part) {
        Invocation run = Invocation.of(args);

        assertEquals(0, run.exitCode());
        assertTrue(run.out().contains(part), run.out());
        assertEquals("", run.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            serve                | Unmatched argument at index 0: 'serve'
            server --prot        | Unknown option: '--prot'
            server --port x      | Invalid value for option '--port': 'x' is not an int
            server --port 70000  | --port 70000 is out of range; allowed is 0 to 65535
            server --tick-time 0 | --tick-time 0 is out of range; allowed is 1 to 3600000
            server --memory --data d | give either --memory or --data d, not both
            server zoo.cfg --port 1  | give either CONFIG or options, not both: zoo.cfg says it all
            server no-such.cfg   | no-such.cfg: there is no such file
            server --address no.such.host.invalid | --address no.such.host.invalid is not known; give a local host name or IP address
            demo now             | Unmatched argument at index 1: 'now'
            """)
    void aWrongCallIsOneSentenceAndExitCode2(String args, String sentence) {
        Invocation run = Invocation.of(args);

        assertEquals(2, run.exitCode());
        assertEquals("", run.out());
        assertEquals("pinfold: " + sentence, run.err().lines().findFirst().orElse(""));
        assertFalse(run.err().contains("\tat "), run.err());
    }

    @Test
    void aSampleThatDoesNotExistIsAnsweredByThoseThatDo() {
        Invocation run = Invocation.of("sample nothing");

        assertEquals(2, run.exitCode());
        String names = Sample.all().stream().map(Sample::name).collect(Collectors.joining(", "));
        assertEquals(
                "pinfold: there is no sample nothing; there are " + names,
                run.err().lines().findFirst().orElse(""));
    }

    @ParameterizedTest
    @CsvSource({"rwlock,rw-lock", "lockset,lock-set", "delay-queue,delay-queue"})
    void hyphensInTheNameOfASampleDoNotMatter(String given, String name) {
        assertEquals(name, Sample.named(given).orElseThrow().name());
    }

    @Test
    void aMisspeltKeyIsOneSentenceAndExitCode2(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("zoo.cfg"), "dataDir=data\nclientprot=2181\n");

        Invocation run = Invocation.of("server " + file);

        assertEquals(2, run.exitCode());
        assertEquals(
                "pinfold: " + file + ": clientprot is unknown; did you mean clientPort?" + System.lineSeparator(),
                run.err());
    }

    @Test
    void aPortInUseIsOneSentenceAndExitCode1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Invocation run = Invocation.of("server --memory --port " + taken.getLocalPort());

            assertEquals(1, run.exitCode());
            assertEquals("", run.out());
            assertEquals(1, run.err().lines().count(), run.err());
            assertTrue(run.err().contains(":" + taken.getLocalPort()), run.err());
        }
    }

    @ParameterizedTest
    @CsvSource({"true,,xterm,true", "false,,xterm,false", "true,1,xterm,false", "true,,dumb,false"})
    void coloursAreForTerminalsThatWantThem(boolean terminal, String noColor, String term, boolean coloured) {
        Map<String, String> environment =
                noColor == null ? Map.of("TERM", term) : Map.of("TERM", term, "NO_COLOR", noColor);

        assertEquals(coloured, Terminal.coloured(environment, terminal));
    }
}
