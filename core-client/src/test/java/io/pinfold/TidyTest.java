package io.pinfold;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Habits that no source file of the whole repository may have; each rule says what to do instead. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TidyTest {
    /** Where a rule looks. */
    private enum Where {
        ALL,
        MAIN
    }

    /**
     * One habit.
     *
     * @param pattern how it looks
     * @param example one that the pattern must find
     * @param where which sources it is banned from
     * @param except names of files and of modules that may
     * @param instead what to do instead
     */
    private record Rule(String pattern, String example, Where where, Set<String> except, String instead) {}

    /** Loops that must survive whatever a guest throws, and that report it. */
    private static final Set<String> LOOP_BOUNDARIES = Set.of(
            "Lane.java", // the threads that users' callbacks run on
            "SerialExecutor.java", // the order in which a recipe's tasks run
            "NodeLoop.java", // stops the member when an invariant is broken
            "DiskThread.java", // stops the member when the log cannot be written
            "SnapshotThread.java", // gives a snapshot up, so that the next one can be taken
            "ProgramThread.java", // runs the tests of users, and says how they failed
            "SimulatedEnsemble.java", // says besides how to see the failure again
            "SimulatedRun.java", // between a test and JUnit
            "TwoClients.java"); // looks at what a test says

    /** What runs the tests of users, which may throw whatever they like. */
    private static final Set<String> HOSTS_OF_TESTS =
            Set.of("Body.java", "Programs.java", "SimulatedEnsemble.java", "SimulatedRun.java", "TwoClients.java");

    /** Modules that talk to a person on a terminal. */
    private static final Set<String> TALKATIVE = Set.of("cli", "samples");

    private static final Set<String> NOBODY = Set.of();

    private static final List<Rule> RULES = List.of(
            new Rule(
                    "\\b(Thread|TimeUnit\\.\\w+)\\.sleep\\(",
                    "Thread.sleep(100);",
                    Where.ALL,
                    NOBODY,
                    "wait for what you wait for: a future, a latch, a timer; Awaitility in end-to-end tests"),
            new Rule(
                    "\\bprintStackTrace\\(",
                    "e.printStackTrace();",
                    Where.ALL,
                    NOBODY,
                    "log it, with the exception as the last argument"),
            new Rule(
                    "\\b(TODO|FIXME|XXX)\\b",
                    "// TODO: later",
                    Where.ALL,
                    NOBODY,
                    "do it now, or say in plain words what is not done"),
            new Rule("@Disabled\\b", "@Disabled(\"flaky\")", Where.ALL, NOBODY, "mend the test, or delete it"),
            new Rule(
                    "\\bSystem\\.(out|err)\\b",
                    "System.out.println(1)",
                    Where.MAIN,
                    TALKATIVE,
                    "log it: only the command talks to people"),
            new Rule(
                    "\\bcatch \\((final )?([\\w.]+ \\| )*(Exception|Throwable|Error) ",
                    "} catch (Exception e) {",
                    Where.MAIN,
                    LOOP_BOUNDARIES,
                    "catch what the call declares; loops that must survive their guests are named in this test"),
            new Rule(
                    "\\bthrows ([\\w.]+,\\s*)*(Exception|Throwable)\\b",
                    "void run() throws IOException, Exception {",
                    Where.MAIN,
                    HOSTS_OF_TESTS,
                    "declare what can happen"),
            new Rule(
                    "\\bsynchronized \\(",
                    "synchronized (this) {",
                    Where.MAIN,
                    NOBODY,
                    "use a ReentrantLock, whose waiting can be interrupted and timed, or one owner"),
            new Rule(
                    "\"(file:)?(/home/|/Users/|/root/|/tmp/|[A-Za-z]:\\\\\\\\)",
                    "Path.of(\"/tmp/data\")",
                    Where.ALL,
                    NOBODY,
                    "use @TempDir, or a path relative to the module"));

    private Path root;
    private List<Path> sources;

    @BeforeAll
    void findTheSources() throws IOException {
        root = findRoot();
        sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.sorted().toList()) {
                Path src = module.resolve("src");
                if (Files.isDirectory(src)) {
                    try (Stream<Path> files = Files.walk(src)) {
                        sources.addAll(
                                files.filter(TidyTest::isChecked).sorted().toList());
                    }
                }
            }
        }
    }

    @Test
    void looksAtTheWholeRepository() {
        assertTrue(sources.stream().anyMatch(file -> file.endsWith("io/pinfold/Stat.java")), "in " + root);
        assertTrue(
                sources.stream().anyMatch(file -> file.endsWith("io/pinfold/server/PinfoldServer.java")), "in " + root);
    }

    @Test
    void eachRuleFindsItsExample() {
        assertAll(RULES.stream()
                .map(rule -> () -> assertTrue(
                        Pattern.compile(rule.pattern()).matcher(rule.example()).find(), rule.pattern())));
    }

    @Test
    void noSourceHasABadHabit() {
        List<String> found = new ArrayList<>();
        for (Path file : sources) {
            String text = read(file);
            for (Rule rule : RULES) {
                if (applies(rule, file)) {
                    find(rule, file, text, found);
                }
            }
        }
        assertEquals("", String.join("\n", found));
    }

    @Test
    void everyPackageIsDescribed() {
        List<String> missing = sources.stream()
                .filter(file -> isMain(file) && !file.endsWith("module-info.java"))
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                .map(folder -> root.relativize(folder).toString())
                .toList();
        assertEquals("", String.join("\n", missing), "packages without package-info.java");
    }

    private boolean applies(Rule rule, Path file) {
        String module = root.relativize(file).getName(0).toString();
        return (rule.where() == Where.ALL || isMain(file))
                && !rule.except().contains(module)
                && !rule.except().contains(file.getFileName().toString());
    }

    private void find(Rule rule, Path file, String text, List<String> found) {
        Matcher matcher = Pattern.compile(rule.pattern()).matcher(text);
        while (matcher.find()) {
            long line = text.substring(0, matcher.start() + 1).lines().count();
            found.add(root.relativize(file) + ":" + line + ": " + matcher.group() + " - instead: " + rule.instead());
        }
    }

    private boolean isMain(Path file) {
        return root.relativize(file).subpath(1, 3).equals(Path.of("src", "main"));
    }

    /** This file has to name what it bans. */
    private static boolean isChecked(Path file) {
        return file.toString().endsWith(".java") && !file.endsWith("io/pinfold/TidyTest.java");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The tests of a module run in its folder; the repository is the outermost folder above with a build file. */
    private static Path findRoot() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder.getParent() != null && Files.exists(folder.getParent().resolve("pom.xml"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
