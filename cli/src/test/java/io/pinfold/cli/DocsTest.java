package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.wire.OpCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import picocli.CommandLine;

/** What the documents say is so: tests exist, code compiles, commands are known, links lead somewhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern TEST_NAME = Pattern.compile("`([A-Z]\\w*Test)\\.(\\w+)`");
    private static final Pattern CODE = Pattern.compile("`([A-Za-z][\\w-]*)(\\.\\w+)?`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#: ]+)(#[^)]*)?\\)");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```(\\w+)\\R(.*?)^ *```");

    /** The first word of what is logged. */
    private static final Pattern LOGGED =
            Pattern.compile("LOG\\s*\\.(?:trace|debug|info|warn|error)\\((?:\\s*\\w+\\s*\\?)?\\s*\"([^\" ]*)");

    /** Commands of the documents that are not {@code ./pinfold}; each was tried by hand. */
    private static final Set<String> OTHER_COMMANDS = Set.of(
            "mvn verify",
            "mvn -q install -DskipTests",
            "mvn spotless:apply",
            "mvn test -pl recipes-locks -am",
            "mvn -B -T1 test -Dpinfold.rates=true",
            "mvn -B test -pl recipes-locks,recipes-queue,recipes-config -am -Dtest='*Compar*'",
            "mvn test -pl testing -am -Dtest=EnsembleSimulationTest",
            "git clone",
            "kill -TERM");

    private List<Path> documents = List.of();
    private List<Path> sources = List.of();

    @BeforeAll
    void findFiles() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            documents = Stream.concat(
                            Stream.of(ROOT.resolve("README.md")),
                            files.filter(file -> file.toString().endsWith(".md")))
                    .toList();
        }
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path src : modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(src)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
                }
            }
        }
        sources = found;
    }

    @Test
    void compatibilityKnowsEveryOperation() throws IOException {
        Set<Integer> told = Files.readAllLines(ROOT.resolve("docs/compatibility.md")).stream()
                .filter(line -> line.matches("\\| -?\\d.*"))
                .flatMap(line -> Arrays.stream(line.split("\\|")[1].trim().split(", ")))
                .map(Integer::valueOf)
                .collect(Collectors.toSet());

        assertEquals(Arrays.stream(OpCode.values()).map(OpCode::number).collect(Collectors.toSet()), told);
    }

    @Test
    void everyGuaranteeNamesATest() throws IOException {
        List<String> rows = Files.readAllLines(ROOT.resolve("docs/guarantees.md")).stream()
                .filter(line -> line.startsWith("|") && !line.startsWith("|--") && !line.contains("| shown by"))
                .toList();

        assertFalse(rows.isEmpty());
        assertAll(rows.stream()
                .map(row -> () -> assertTrue(TEST_NAME.matcher(row).find(), "No test behind: " + row)));
    }

    @Test
    void everyHistoricDefectIsRuledOutOrTested() throws IOException {
        List<String> rows = Files.readAllLines(ROOT.resolve("docs/internals/defects.md")).stream()
                .filter(line -> line.startsWith("| ") && Character.isDigit(line.charAt(2)))
                .toList();

        assertEquals(54, rows.size());
        assertAll(rows.stream()
                .map(row -> () -> assertTrue(
                        row.contains("ruled out by `") || row.contains("tested by `"), "Neither is said in: " + row)));
        assertAll(CODE.matcher(String.join("\n", rows))
                .results()
                .map(name ->
                        () -> assertTrue(isInSources(name.group(1), name.group(2)), "There is no " + name.group())));
    }

    /** {@return whether there is a script, a class, or a method or constant of one} */
    private boolean isInSources(String name, String member) {
        if (".script".equals(member)) {
            return Files.exists(
                    ROOT.resolve("core-server/src/test/resources/io/pinfold/server/consensus/" + name + member));
        }
        String declared = member == null ? "\\b(class|record|enum) " + name : "\\b" + member.substring(1) + "\\b";
        return sources.stream()
                .filter(source -> source.getFileName().toString().equals(name + ".java"))
                .anyMatch(source ->
                        Pattern.compile(declared).matcher(read(source)).find());
    }

    @Test
    void testsThatTheDocumentsNameExist() {
        assertAll(documents.stream()
                .flatMap(document -> TEST_NAME
                        .matcher(read(document))
                        .results()
                        .map(name -> () -> assertTrue(
                                exists(name.group(1), name.group(2)),
                                document.getFileName() + " names " + name.group() + ", which does not exist"))));
    }

    @Test
    void classesThatTheArchitectureNamesExist() {
        Set<String> names = sources.stream()
                .map(source -> source.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());

        assertAll(Pattern.compile("`([A-Z][a-z]\\w*)(\\.\\w+)?`")
                .matcher(read(ROOT.resolve("docs/architecture.md")))
                .results()
                .map(name -> () -> assertTrue(names.contains(name.group(1)), "There is no class " + name.group(1))));
    }

    @Test
    void javaInTheDocumentsIsPartOfCompiledSources() {
        List<String> compiled =
                sources.stream().map(source -> squeeze(read(source))).toList();

        assertAll(blocks("java")
                .map(block -> () -> assertTrue(
                        compiled.stream().anyMatch(source -> source.contains(squeeze(block.text()))),
                        block.document() + " has code that is in no source file:\n" + block.text())));
    }

    @Test
    void commandsInTheDocumentsAreKnown() {
        assertAll(blocks("sh")
                .flatMap(block -> block.text().lines().map(line -> new Block(block.document(), line)))
                .map(line -> line.text().replaceFirst("\\s+#.*", "").trim())
                .filter(line -> !line.isEmpty())
                .map(line -> () -> assertTrue(isKnown(line), "Nobody knows this command: " + line)));
    }

    @Test
    void linksLeadToFiles() {
        assertAll(documents.stream()
                .flatMap(document -> LINK.matcher(read(document)).results().map(link -> (Executable) () -> assertTrue(
                        Files.exists(document.resolveSibling(link.group(1))),
                        document.getFileName() + " links to " + link.group(1) + ", which does not exist"))));
    }

    /** What operators look for in a log must not change with its words. */
    @Test
    void everyLineInTheLogBeginsWithAnEventThatIsExplained() {
        String manual = read(ROOT.resolve("docs/operations.md"));
        Set<String> events = new TreeSet<>();
        for (Path source : sources) {
            String path = source.toString();
            if (path.contains("/src/main/") && !path.contains("/testing/") && !path.contains("/samples/")) {
                LOGGED.matcher(read(source)).results().forEach(call -> events.add(call.group(1)));
            }
        }
        events.remove("{}"); // the audit log, which has a format of its own

        assertTrue(events.size() > 50, events::toString);
        assertAll(events.stream()
                .map(event -> () -> assertTrue(
                        event.matches("[a-z]+(-[a-z]+)*") && manual.contains("`" + event + "`"),
                        "The event " + event + " is not explained")));
    }

    @Test
    void theReadmeIsShort() {
        assertTrue(read(ROOT.resolve("README.md")).lines().count() <= 200);
    }

    private Stream<Block> blocks(String language) {
        return documents.stream()
                .flatMap(document -> BLOCK.matcher(read(document))
                        .results()
                        .filter(block -> block.group(1).equals(language))
                        .map(block -> new Block(document.getFileName().toString(), block.group(2))));
    }

    private boolean exists(String testClass, String method) {
        Pattern declaration = Pattern.compile("\\bvoid " + method + "\\(");
        return sources.stream()
                .filter(source -> source.getFileName().toString().equals(testClass + ".java"))
                .anyMatch(source -> declaration.matcher(read(source)).find());
    }

    private static boolean isKnown(String line) {
        if (OTHER_COMMANDS.stream().anyMatch(line::startsWith)) {
            return true;
        }
        Matcher pinfold = Pattern.compile("(?:\\w+=\\S+ )*\\./pinfold\\b ?(.*)").matcher(line);
        if (!pinfold.matches()) {
            return false;
        }
        String[] args = Arrays.stream(pinfold.group(1).split(" +"))
                .filter(arg -> !arg.isEmpty())
                .toArray(String[]::new);
        try {
            Main.commandLine().parseArgs(args);
            return true;
        } catch (CommandLine.ParameterException e) {
            return false;
        }
    }

    /** Without indentation and empty lines, in which a document and a source may differ. */
    private static String squeeze(String text) {
        return text.lines().map(String::trim).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Block(String document, String text) {}
}
