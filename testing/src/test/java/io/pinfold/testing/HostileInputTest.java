package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strangers of every kind, and many of them, against a server with a heap of 64 MiB: the healthy clients keep their sessions and
 * get their answers, and the process stays small. {@code -Dpinfold.hostile=long} has the numbers of the day when everybody comes.
 */
@Timeout(3600)
class HostileInputTest {
    private static final boolean LONG = "long".equals(System.getProperty("pinfold.hostile"));
    private static final Duration SESSION = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int READ_WRITE = 3;
    private static final int ALL_BUT_ADMIN = 15;
    /** Where fuzzed requests go, one after the other: in each of them everything is taken or locked after some time. */
    private static final int PLACES = LONG ? 50 : 2;
    /** The heap, as much outside of it, and what a JVM needs for itself. */
    private static final int MOST_MEGABYTES = 300;

    @TempDir
    private static Path dir;

    private static ServerProcess server;
    private final List<Bystander> bystanders = new ArrayList<>();
    private long started;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(
                List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError"),
                SmallServerMain.class.getName(),
                dir.toString(),
                Integer.toString(FreePort.pick()));
        try (RawSession operator = RawSession.open(server.port(), SESSION)) {
            for (String path : List.of("/bystanders", "/fuzz", "/zookeeper/quota/fuzz", "/crowd", "/much")) {
                assertEquals(0, operator.errorOf(Call.create(path, 0)));
            }
            for (int place = 0; place < PLACES; place++) {
                makePlace(operator, Integer.toString(place));
            }
            assertEquals(0, operator.errorOf(withData("/much/data", new byte[100_000])));
            assertEquals(0, operator.errorOf(acl("/fuzz", READ_WRITE)));
            assertEquals(0, operator.errorOf(acl("/", READ_WRITE)));
        }
    }

    /** A znode for fuzzed requests, below which only so much can be; nobody can lock the others out of it. */
    private static void makePlace(RawSession operator, String name) throws IOException {
        String quota = "/zookeeper/quota/fuzz/" + name;
        String limits = "count=500,bytes=500000=;byteHardLimit=500000;countHardLimit=500";
        assertEquals(0, operator.errorOf(Call.create("/fuzz/" + name, 0)));
        assertEquals(0, operator.errorOf(Call.create(quota, 0)));
        assertEquals(0, operator.errorOf(withData(quota + "/zookeeper_limits", limits.getBytes(UTF_8))));
        assertEquals(0, operator.errorOf(withData(quota + "/zookeeper_stats", "count=1,bytes=0".getBytes(UTF_8))));
        assertEquals(0, operator.errorOf(acl("/fuzz/" + name, ALL_BUT_ADMIN)));
    }

    private static Call acl(String path, int permissions) {
        return new Call(
                Call.SET_ACL,
                "permissions " + permissions,
                (out, zxids) -> out.text(path)
                        .int32(1)
                        .int32(permissions)
                        .text("world")
                        .text("anyone")
                        .int32(-1));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void begin() throws IOException {
        for (int i = 0; i < 3; i++) {
            bystanders.add(new Bystander(server.port(), "/bystanders"));
        }
        started = System.nanoTime();
    }

    @AfterEach
    void nobodyWasHurt(TestInfo test) throws Exception {
        long slowest = 0;
        for (Bystander bystander : bystanders) {
            bystander.assertUndisturbed(server::output);
            slowest = Math.max(slowest, bystander.slowestMillis());
            bystander.close();
        }
        int megabytes = ResidentMemory.mostMegabytes(server.pid());
        if (LONG) {
            tell(test.getDisplayName() + " " + (System.nanoTime() - started) / 1_000_000_000
                    + " s, slowest answer to a healthy client " + slowest + " ms, most memory of the process so far "
                    + megabytes + " MB");
        }
        assertTrue(megabytes < MOST_MEGABYTES, "the process takes " + megabytes + " MB");
    }

    private static void tell(String line) throws IOException {
        Files.writeString(
                Path.of("target", "hostile.txt"),
                LocalTime.now() + " " + line + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @Test
    void nobodyNoticesFramesThatAreNearlyRight() throws Exception {
        int each = many(4_000, 5_000_000);
        List<Future<Integer>> attackers = new ArrayList<>();
        for (int attacker = 0; attacker < 2; attacker++) {
            long seed = System.nanoTime();
            attackers.add(CuratorClients.inThread(() -> attack(seed, each)));
        }
        for (Future<Integer> attacker : attackers) {
            assertTrue(attacker.get(1, TimeUnit.HOURS) >= each);
        }
    }

    /** {@return how many frames were answered, or hung up on} */
    private static int attack(long seed, int frames) throws IOException {
        Random random = new Random(seed);
        int answered = 0;
        int place = -1;
        FuzzedFrames fuzz = new FuzzedFrames(seed, "/fuzz/0");
        while (answered < frames) {
            if (place < (int) ((long) answered * PLACES / frames)) {
                place++;
                fuzz = new FuzzedFrames(seed + place, "/fuzz/" + place);
                if (LONG) {
                    tell("seed " + seed + ": " + answered + " frames");
                }
            }
            for (int i = 0; i < 4; i++) {
                greet(fuzz.greeting());
                answered++;
            }
            answered += converse(fuzz, 1 + random.nextInt(400), random.nextBoolean());
        }
        return answered;
    }

    private static void greet(byte[] greeting) throws IOException {
        try (RawConnection connection = RawConnection.open(server.port())) {
            send(connection, greeting);
            connection.endOutput();
            readToTheEnd(connection);
            connection.reset();
        }
    }

    private static int converse(FuzzedFrames fuzz, int count, boolean toTheEnd) throws IOException {
        try (RawSession session = RawSession.open(server.port(), Duration.ofSeconds(1))) {
            RawConnection connection = session.connection();
            Jute burst = new Jute();
            for (int i = 0; i < count; i++) {
                burst.raw(fuzz.request());
            }
            send(connection, toTheEnd ? burst.raw(fuzz.lastRequest()).bytes() : burst.bytes());
            int answered = toTheEnd ? 1 : 0;
            try {
                for (int replies = 0; replies < count; ) {
                    boolean event =
                            ByteBuffer.wrap(connection.receive(PATIENCE)).getInt() == -1;
                    replies += event ? 0 : 1;
                    answered += event ? 0 : 1;
                }
            } catch (EOFException e) {
                return answered + 1;
            }
            connection.endOutput();
            readToTheEnd(connection);
            connection.reset();
            return answered;
        }
    }

    private static void send(RawConnection connection, byte[] bytes) {
        try {
            connection.send(bytes);
        } catch (IOException e) {
            return; // hung up on: the attempt to read will tell
        }
    }

    private static void readToTheEnd(RawConnection connection) throws IOException {
        try {
            while (true) {
                connection.receive(PATIENCE);
            }
        } catch (EOFException e) {
            return;
        }
    }

    @Test
    void nobodyNoticesConnectionsThatDoNothing() throws Exception {
        List<RawConnection> silent = new ArrayList<>();
        try (Crowd idle = new Crowd(server.port(), many(150, 2500), SESSION)) {
            for (int i = 0; i < many(150, 2500); i++) {
                silent.add(RawConnection.open(server.port()));
            }
            assertFalse(new CountDownLatch(1).await(many(0, 40), TimeUnit.SECONDS)); // time in which nothing comes
            try (RawSession another = RawSession.open(server.port(), SESSION)) {
                assertEquals(0, another.errorOf(Call.read(Call.EXISTS, "/", false)));
            }
            assertEquals(many(150, 2500), idle.size());
        } finally {
            for (RawConnection connection : silent) {
                connection.reset();
            }
        }
    }

    @Test
    void nobodyNoticesOneByteASecond() throws Exception {
        byte[] greeting = new Jute()
                .buffer(RawSession.connectRequest(SESSION, new byte[24]))
                .bytes();
        byte[] request = new Jute()
                .buffer(Call.setData("/fuzz/0/slow", new byte[200], -1).encode(1, back -> 0))
                .bytes();
        List<RawConnection> strangers = new ArrayList<>();
        try (Crowd known = new Crowd(server.port(), many(30, 500), SESSION)) {
            for (int i = 0; i < known.size(); i++) {
                strangers.add(RawConnection.open(server.port()));
            }
            for (int second = 0; second < many(2, 60); second++) {
                int at = second;
                known.each(connection -> send(connection, new byte[] {request[at]})); // until its session expires
                for (RawConnection stranger : strangers) {
                    send(stranger, new byte[] {greeting[Math.min(at, greeting.length - 1)]});
                }
                assertFalse(new CountDownLatch(1).await(many(100, 1000), TimeUnit.MILLISECONDS)); // that is the pace
            }
        } finally {
            for (RawConnection stranger : strangers) {
                stranger.reset();
            }
        }
    }

    @Test
    void nobodyNoticesReadersThatNeverRead() throws Exception {
        ByteBuffer greeting = ByteBuffer.wrap(new Jute()
                .buffer(RawSession.connectRequest(SESSION, new byte[24]))
                .bytes());
        Jute questions = new Jute();
        for (int i = 0; i < 100; i++) {
            questions.buffer(Call.read(Call.GET_DATA, "/much/data", true).encode(1, back -> 0));
        }
        List<SocketChannel> deaf = new ArrayList<>();
        try {
            for (int i = 0; i < many(20, 300); i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
                channel.write(greeting.duplicate());
                channel.configureBlocking(false);
                deaf.add(channel);
            }
            for (int round = 0; round < many(3, 300); round++) {
                for (SocketChannel channel : deaf) {
                    ask(channel, ByteBuffer.wrap(questions.bytes()));
                }
                assertFalse(new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS)); // time to answer and be stuck
            }
        } finally {
            for (SocketChannel channel : deaf) {
                channel.close();
            }
        }
    }

    private static void ask(SocketChannel channel, ByteBuffer questions) {
        try {
            channel.write(questions); // as much as the server takes
        } catch (IOException e) {
            return; // it was hung up on
        }
    }

    @Test
    void everybodyKeepsTheSessionWhenAllComeBackAtOnce() throws Exception {
        int count = many(100, 2000);
        try (Crowd crowd = new Crowd(server.port(), count, SESSION)) {
            crowd.createEphemerals("/crowd");
            for (int round = 0; round < many(1, 10); round++) {
                crowd.reconnect();
                crowd.ask(List.of(Call.read(Call.EXISTS, "/crowd/" + round, false)));
            }
            try (RawSession operator = RawSession.open(server.port(), SESSION)) {
                ByteBuffer reply = operator.call(Call.plain(Call.GET_ALL_CHILDREN_NUMBER, "/crowd"));
                assertEquals(count, reply.getInt(16));
            }
        }
    }

    @Test
    void nobodyNoticesSessionsThatAreLeftBehind() throws Exception {
        byte[] greeting = new Jute()
                .buffer(RawSession.connectRequest(Duration.ofSeconds(many(1, 60)), new byte[24]))
                .bytes();
        List<Future<Integer>> visitors = new ArrayList<>();
        for (int visitor = 0; visitor < 2; visitor++) {
            visitors.add(CuratorClients.inThread(() -> comeAndGo(greeting, many(200, 100_000))));
        }
        for (Future<Integer> visitor : visitors) {
            visitor.get(1, TimeUnit.HOURS);
        }
        await().atMost(Duration.ofMinutes(3)).ignoreExceptions().until(() -> {
            try (RawSession another = RawSession.open(server.port(), SESSION)) {
                return another.isAlive(); // there is room again when enough of them are over
            }
        });
    }

    private static int comeAndGo(byte[] greeting, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            RawConnection connection = RawConnection.open(server.port());
            send(connection, greeting);
            try {
                connection.receive(PATIENCE);
            } catch (EOFException e) {
                continue; // there are too many
            } finally {
                connection.reset();
            }
        }
        return times;
    }

    @Test
    void everybodyIsToldWhenAllWatchOneZnode() throws Exception {
        int changes = many(4, 20);
        try (Crowd crowd = new Crowd(server.port(), many(100, 5000), SESSION);
                RawSession writer = RawSession.open(server.port(), SESSION)) {
            assertEquals(0, writer.errorOf(Call.create("/much/watched", 1)));
            crowd.ask(List.of(
                    Call.read(Call.GET_DATA, "/much/watched", true),
                    Call.watches(Call.ADD_WATCH, "/much/watched", 0),
                    Call.watches(Call.ADD_WATCH, "/much/watched", 1)));
            List<Call> parts = new ArrayList<>();
            for (int i = 0; i < changes; i++) {
                parts.add(Call.setData("/much/watched", new byte[1], -1));
            }
            assertEquals(0, writer.errorOf(Call.multi(Call.MULTI, parts)));
            crowd.awaitEvents(changes);
        }
    }

    @Test
    void everybodyIsToldWhenAllWatchManyZnodes() throws Exception {
        int znodes = many(4, 20);
        try (Crowd crowd = new Crowd(server.port(), many(100, 5000), SESSION);
                RawSession writer = RawSession.open(server.port(), SESSION)) {
            List<Call> watches = new ArrayList<>();
            List<Call> changes = new ArrayList<>();
            for (int i = 0; i < znodes; i++) {
                assertEquals(0, writer.errorOf(Call.create("/much/watched-" + i, 1)));
                watches.add(Call.read(Call.GET_DATA, "/much/watched-" + i, true));
                changes.add(Call.setData("/much/watched-" + i, new byte[1], -1));
            }
            crowd.ask(watches);
            assertEquals(0, writer.errorOf(Call.multi(Call.MULTI, changes)));
            crowd.awaitEvents(znodes);
        }
    }

    private static Call withData(String path, byte[] data) {
        return Call.create(Call.CREATE2, path, data, Call.AclKind.OPEN, 0, -1);
    }

    private static int many(int inEachBuild, int onTheDay) {
        return LONG ? onTheDay : inEachBuild;
    }
}
