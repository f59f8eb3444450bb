package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What servers, clients and recipes log are events with a name that stays, then keys and values, and the documents list them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern CALL = Pattern.compile(
            "\\bLOG\\s*\\.\\s*(?:(?:trace|debug|info|warn|error)|at\\w+\\((?:[^()]|\\([^()]*\\))*\\)\\s*\\.\\s*log)\\(");

    /** What has spaces in it comes last: a reason is a sentence. */
    private static final Pattern EVENT = Pattern.compile("[a-z]+(-[a-z]+)*( [a-z-]+=\\S+)*( reason=.*)?");

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final List<String> lines = new ArrayList<>();

    @BeforeAll
    void readTheSources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(EventsTest::isLibrary).sorted().toList()) {
                linesOf(Files.readString(file), lines);
            }
        }
    }

    /** The lines of the audit log have the form that Apache ZooKeeper gives them. */
    private static boolean isLibrary(Path file) {
        Path inside = ROOT.relativize(file);
        return file.toString().endsWith(".java")
                && !file.endsWith("AuditLog.java")
                && inside.getNameCount() > 3
                && inside.subpath(1, 3).equals(Path.of("src", "main"))
                && inside.getName(0).toString().matches("core-.*|recipes-.*");
    }

    private static void linesOf(String source, List<String> lines) {
        Matcher call = CALL.matcher(source);
        while (call.find()) {
            String first = firstArgument(source, call.end()).replaceAll("\"\\s*\\+\\s*\"", "");
            Matcher literal = LITERAL.matcher(first);
            int before = lines.size();
            while (literal.find()) {
                lines.add(literal.group(1));
            }
            assertTrue(lines.size() > before, "No text in " + call.group() + first);
        }
    }

    /** {@return the text up to the comma behind the first argument, or the end of all} */
    private static String firstArgument(String source, int from) {
        int depth = 0;
        boolean quoted = false;
        for (int at = from; ; at++) {
            char letter = source.charAt(at);
            if (letter == '"' && source.charAt(at - 1) != '\\') {
                quoted = !quoted;
            } else if (!quoted && (letter == ',' || letter == ')') && depth == 0) {
                return source.substring(from, at);
            } else if (!quoted) {
                depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
            }
        }
    }

    @Test
    void everyLineIsAnEventWithKeysAndValues() {
        assertTrue(lines.size() > 50, "found " + lines.size());
        assertEquals(
                List.of(),
                lines.stream().filter(line -> !EVENT.matcher(line).matches()).toList());
    }

    @Test
    void theDocumentsListEveryEventAndNoOther() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/operations.md"));
        int begin = page.indexOf("\n## Events\n");
        String section = page.substring(begin, page.indexOf("\n## ", begin + 4));
        TreeSet<String> listed = Pattern.compile("`([a-z-]+)`(?=[^|\n]*\\|[^|\n]*\\|[^|\n]*\\|$)", Pattern.MULTILINE)
                .matcher(section)
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> known =
                lines.stream().map(line -> line.replaceFirst(" .*", "")).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(String.join("\n", known), String.join("\n", listed));
    }
}
