package io.pinfold.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * An ensemble of real processes on the loopback interface, configured by files as Apache ZooKeeper's is. Members are
 * numbered from 1. Not thread-safe.
 */
final class MemberProcesses implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final List<Integer> ports = new ArrayList<>();
    private final List<ServerProcess> members;

    private MemberProcesses(Path directory, int count, List<String> jvmOptions, String settings) {
        StringBuilder servers = new StringBuilder();
        for (int member = 1; member <= count; member++) {
            ports.add(FreePort.pick());
            servers.append("server.%d=127.0.0.1:%d:%d%n".formatted(member, FreePort.pick(), FreePort.pick()));
        }
        members = together(IntStream.rangeClosed(1, count)
                .mapToObj(member -> configure(directory.resolve("member" + member), member, settings + servers))
                .map(config ->
                        starting(() -> ServerProcess.start(jvmOptions, MemberMain.class.getName(), config.toString())))
                .toList());
    }

    /** {@return members that serve already} */
    static MemberProcesses start(Path directory, int count) {
        return start(directory, count, List.of(), "");
    }

    /** {@return members that serve already, with options for the JVM and more lines for the configuration} */
    static MemberProcesses start(Path directory, int count, List<String> jvmOptions, String settings) {
        return new MemberProcesses(directory, count, jvmOptions, settings);
    }

    /** {@return the most physical memory that a member had, where the system tells it; 0 elsewhere} */
    int residentMegabytes(int member) throws IOException {
        return ResidentMemory.mostMegabytes(members.get(member - 1).pid());
    }

    int size() {
        return members.size();
    }

    int port(int member) {
        return ports.get(member - 1);
    }

    String connectString() {
        return String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
    }

    /** {@return the member that says that it leads; empty while none does} */
    OptionalInt leader() {
        return IntStream.rangeClosed(1, size())
                .filter(member -> mode(member).equals("leader"))
                .findFirst();
    }

    /** Kills a member as kill -9 does. */
    void kill(int member) {
        members.get(member - 1).kill9();
    }

    /** Stops a member in its tracks; its connections stay open. */
    void pause(int member) {
        members.get(member - 1).pause();
    }

    void resume(int member) {
        members.get(member - 1).resume();
    }

    /** Starts members again on their data, at the same time; returns when all of them serve. */
    void restart(List<Integer> stopped) {
        together(stopped.stream()
                .map(member -> starting(() -> {
                    members.get(member - 1).restart();
                    return member;
                }))
                .toList());
    }

    /** {@return the end of what every member wrote since its last start} */
    String output() {
        StringBuilder all = new StringBuilder();
        for (int member = 1; member <= size(); member++) {
            all.append("--- member ").append(member).append('\n');
            all.append(members.get(member - 1).output()).append('\n');
        }
        return all.toString();
    }

    @Override
    public void close() {
        members.forEach(ServerProcess::close);
    }

    private String mode(int member) {
        try {
            String answer = FourLetterWord.ask(port(member), "srvr", PATIENCE);
            int at = answer.indexOf("Mode: ");
            return at < 0 ? "" : answer.substring(at + 6, answer.indexOf('\n', at));
        } catch (IOException e) {
            return "";
        }
    }

    private Path configure(Path home, int member, String servers) {
        try {
            Path data = Files.createDirectories(home.resolve("data"));
            Files.writeString(data.resolve("myid"), member + "\n");
            return Files.writeString(home.resolve("zoo.cfg"), """
                    dataDir=%s
                    clientPort=%d
                    clientPortAddress=127.0.0.1
                    tickTime=500
                    initLimit=20
                    syncLimit=10
                    minSessionTimeout=1000
                    maxSessionTimeout=60000
                    maxClientCnxns=0
                    snapCount=3000
                    pinfold.electionTimeout=1000
                    pinfold.heartbeat=100
                    %s""".formatted(data, port(member), servers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starting waits until the member serves, which takes a majority: so each in a thread of its own. */
    private static <T> CompletableFuture<T> starting(Supplier<T> start) {
        CompletableFuture<T> started = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                started.complete(start.get());
            } catch (RuntimeException e) {
                started.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return started;
    }

    private static <T> List<T> together(List<CompletableFuture<T>> starting) {
        return starting.stream().map(CompletableFuture::join).toList();
    }
}
