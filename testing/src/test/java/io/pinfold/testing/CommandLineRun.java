package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Apache ZooKeeper's own command line in a process of its own, and what it printed: times, sessions and addresses are left
 * out, zxids are replaced by their rank among those shown. Not thread-safe; owner of one child process.
 */
final class CommandLineRun {
    private static final Pattern ZXID = Pattern.compile("(?<=[cmp]Zxid = )0x[0-9a-f]+|(?<=zxid: )-?\\d+");
    private static final Pattern TIME = Pattern.compile("([cm]time = ).*");
    private static final Pattern OWNER = Pattern.compile("(ephemeralOwner = 0x)[0-9a-f]{3,}");
    private static final Pattern ADDRESSES = Pattern.compile("127\\.0\\.0\\.1:\\d+(,127\\.0\\.0\\.1:\\d+)*");

    private final Process process;
    private final Path printed;
    private List<String> lines = List.of();
    private List<String> events = List.of();

    private CommandLineRun(Process process, Path printed) {
        this.process = process;
        this.printed = printed;
    }

    /** Starts the command line with a command, or without one and lines to read. */
    static CommandLineRun start(String servers, List<String> command, List<String> script) throws IOException {
        Path files = ScratchDirectory.create("command-line");
        Path logging = Files.writeString(files.resolve("logback.xml"), "<configuration/>");
        List<String> arguments = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Dfile.encoding=UTF-8",
                "-Dlogback.configurationFile=" + logging,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "org.apache.zookeeper.ZooKeeperMain",
                "-server",
                servers));
        arguments.addAll(command);
        Path input = Files.write(files.resolve("input"), script);
        Path output = files.resolve("output");
        Process started = new ProcessBuilder(arguments)
                .redirectErrorStream(true)
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .start();
        return new CommandLineRun(started, output);
    }

    /** {@return what it printed, but for the events, which have a thread of their own} */
    List<String> lines() throws IOException, InterruptedException {
        finish();
        return new ArrayList<>(lines);
    }

    /** {@return the events that it told of, in order} */
    List<String> events() throws IOException, InterruptedException {
        finish();
        return events;
    }

    int exitCode() throws IOException, InterruptedException {
        finish();
        return process.exitValue();
    }

    private void finish() throws IOException, InterruptedException {
        if (lines.isEmpty()) {
            boolean ended = process.waitFor(90, TimeUnit.SECONDS);
            process.destroyForcibly();
            String text = Files.readString(printed, StandardCharsets.UTF_8);
            assertTrue(ended, () -> "The command line did not end:\n" + text);
            ScratchDirectory.delete(printed.getParent());
            sort(masked(text).split("\n"));
        }
    }

    private void sort(String[] all) {
        lines = new ArrayList<>();
        events = new ArrayList<>();
        for (String line : all) {
            if (line.startsWith("WatchedEvent ")) {
                if (!line.contains("type:None")) {
                    events.add(line);
                }
            } else if (line.startsWith("digest: ")
                    && lines.get(lines.size() - 1).startsWith("ip: ")) {
                lines.add(lines.size() - 1, line); // Apache ZooKeeper has no order for identities
            } else if (!line.isBlank() && !line.equals("WATCHER::")) {
                lines.add(line);
            }
        }
    }

    private static String masked(String text) {
        TreeMap<Long, Integer> ranks = new TreeMap<>();
        ZXID.matcher(text).results().forEach(zxid -> ranks.put(Long.decode(zxid.group()), 0));
        int rank = 0;
        for (Long zxid : ranks.keySet()) {
            ranks.put(zxid, zxid <= 0 ? zxid.intValue() : ++rank);
        }
        String ranked = ZXID.matcher(text).replaceAll((MatchResult zxid) -> "#" + ranks.get(Long.decode(zxid.group())));
        String timeless = TIME.matcher(ranked).replaceAll("$1TIME");
        String ownerless = OWNER.matcher(timeless).replaceAll("$1SESSION");
        return ADDRESSES.matcher(ownerless).replaceAll(Matcher.quoteReplacement("SERVER"));
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n" + String.join("\n", events);
    }
}
