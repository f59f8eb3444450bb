package io.pinfold.cli;

import io.pinfold.server.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pinfold ensemble}: several members on this machine, one process each, until a signal ends them. Confined to the thread
 * that runs it. */
@Command(
        name = "ensemble",
        description = "Runs an ensemble on this machine, one process for each member, until SIGTERM or Ctrl-C.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Member I serves clients on port P+I-1 and its peers on P+1000+I-1. Its configuration, data and log are in",
            "DIR/member-I; a member that you end comes back with: pinfold server DIR/member-I/zoo.cfg"
        })
final class EnsembleCommand implements Callable<Integer> {
    private static final int PEERS = 1000;
    private static final int MAX_MEMBERS = 9;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "N", description = "How many members: 1 to 9; 3 bear the loss of 1, 5 of 2.")
    private int members;

    @Option(
            names = "--base-port",
            paramLabel = "P",
            description = "Port for clients of the first member; default 2181.")
    private int basePort = 2181;

    @Option(names = "--data", paramLabel = "DIR", description = "Directory of all members; default pinfold-ensemble.")
    private Path data = Path.of("pinfold-ensemble");

    @Override
    public Integer call() throws IOException {
        if (members < 1 || members > MAX_MEMBERS) {
            throw new ConfigException("N is " + members + "; allowed is 1 to " + MAX_MEMBERS);
        }
        if (basePort < 1 || basePort + PEERS + members > 65_536) {
            throw new ConfigException(
                    "--base-port " + basePort + " is out of range; allowed is 1 to " + (65_536 - PEERS - members));
        }
        if (Files.exists(folder(members + 1))
                || members > 1 && Files.exists(folder(1)) && !Files.exists(folder(members))) {
            throw new ConfigException("--data " + data + " belongs to an ensemble with another number of members");
        }
        List<Process> processes = new ArrayList<>();
        Thread stop = new Thread(() -> stop(processes), "pinfold-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        for (int id = 1; id <= members; id++) {
            processes.add(launch(id));
        }
        return follow(processes);
    }

    private Path folder(int id) {
        return data.resolve("member-" + id);
    }

    private Process launch(int id) throws IOException {
        Path folder = folder(id);
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data/myid"), id + "\n");
        Path config = Files.writeString(folder.resolve("zoo.cfg"), config(id));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+ExitOnOutOfMemoryError");
        String options = System.getenv().getOrDefault("PINFOLD_JAVA_OPTS", "");
        command.addAll(options.isBlank() ? List.of() : List.of(options.trim().split("\\s+")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "server"));
        command.add(config.toString());
        return new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private String config(int id) {
        String peers = IntStream.rangeClosed(1, members)
                .mapToObj(i -> "server." + i + "=127.0.0.1:" + (basePort + PEERS + i - 1) + ":0;127.0.0.1:"
                        + (basePort + i - 1) + "\n")
                .collect(Collectors.joining());
        return "dataDir=" + folder(id).resolve("data").toAbsolutePath() + "\ntickTime=2000\nmaxClientCnxns=0\n" + peers;
    }

    /** Tells what becomes of the members; returns when none is left. */
    private int follow(List<Process> processes) {
        PrintWriter out = spec.commandLine().getOut();
        List<CompletableFuture<String>> announcements = new ArrayList<>();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            int id = i + 1;
            Process process = processes.get(i);
            out.println("pinfold: member " + id + " is process " + process.pid() + ", its log is "
                    + folder(id).resolve("log"));
            announcements.add(CompletableFuture.supplyAsync(() -> firstLine(process), EnsembleCommand::inBackground));
            ends.add(process.onExit()
                    .thenAccept(ended -> out.println("pinfold: member " + id + " ended with exit code "
                            + ended.exitValue() + "; it comes back with: pinfold server "
                            + folder(id).resolve("zoo.cfg"))));
        }
        CompletableFuture<Void> allServe = CompletableFuture.allOf(announcements.toArray(CompletableFuture[]::new));
        CompletableFuture<Void> allEnded = CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
        CompletableFuture.anyOf(allServe, allEnded).join();
        if (announcements.stream()
                .allMatch(line -> line.isDone() && !line.join().isEmpty())) {
            out.println("pinfold: serving clients on "
                    + IntStream.range(0, members)
                            .mapToObj(i -> "127.0.0.1:" + (basePort + i))
                            .collect(Collectors.joining(",")));
        }
        allEnded.join();
        return 1;
    }

    private static void inBackground(Runnable task) {
        Thread thread = new Thread(task, "pinfold-member");
        thread.setDaemon(true);
        thread.start();
    }

    private static String firstLine(Process process) {
        try {
            String line = process.inputReader(StandardCharsets.UTF_8).readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            return "";
        }
    }

    private static void stop(List<Process> processes) {
        processes.forEach(Process::destroy);
        processes.forEach(process -> process.onExit().join());
    }
}
