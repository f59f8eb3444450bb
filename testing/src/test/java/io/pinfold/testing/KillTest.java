package io.pinfold.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process is killed at any moment, and everything that it acknowledged is there when it is back. */
class KillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(4);
    private static final int ROUNDS = 5;
    private static final int WRITERS = 3;
    private static final int BATCH = 500;

    private ServerProcess server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = ServerProcess.start(
                ServerMain.class.getName(), directory.toString(), Integer.toString(ServerProcess.freePort()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void losesNoAcknowledgedWriteAndDoesNoneTwice() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        create("/load", 0);
        Map<String, String> promised = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            int killAfter = 200 + random.nextInt(4000);
            List<PipeliningWriter> writers = writeUntilKilled("round" + round, killAfter);
            server.restart();
            Map<String, String> present = contents();
            for (PipeliningWriter writer : writers) {
                for (int i = 0; i < writer.acknowledged().size(); i++) {
                    promised.put(writer.acknowledged().get(i), writer.content(i));
                }
                assertIsPrefix(writer, present, "seed " + seed + ", round " + round);
            }
            promised.forEach(
                    (path, content) -> assertEquals(content, present.get(path), () -> path + ", seed " + seed));
            assertEquals(present.size(), Set.copyOf(present.values()).size(), "a write was done twice, seed " + seed);
        }
    }

    @Test
    void keepsSessionsAndTheirEphemeralsOverAKillUntilTheyExpire() throws Exception {
        RawSession resuming = RawSession.open(server.port(), LONG);
        RawSession vanishing = RawSession.open(server.port(), SHORT);
        assertEquals(0, resuming.errorOf(Call.create("/resuming", 1)));
        assertEquals(0, vanishing.errorOf(Call.create("/vanishing", 1)));
        server.kill9();
        resuming.close();
        vanishing.close();
        server.restart();
        try (RawSession observer = RawSession.open(server.port(), LONG)) {
            assertTrue(exists(observer, "/vanishing"), "a session lives for its whole timeout after a restart");
            RawSession resumed = RawSession.open(server.port(), LONG, resuming.credential());
            assertTrue(resumed.isAlive());
            assertEquals(resuming.id(), resumed.id());
            await().atMost(PATIENCE).until(() -> !exists(observer, "/vanishing"));
            assertTrue(exists(observer, "/resuming"));
            assertEquals(0, resumed.errorOf(Call.bare(Call.CLOSE_SESSION)));
            assertTrue(!exists(observer, "/resuming"));
            resumed.close();
        }
    }

    @Test
    void givesEndedSessionsNoSecondLife() throws Exception {
        RawSession ended = RawSession.open(server.port(), LONG);
        assertEquals(0, ended.errorOf(Call.create("/ended", 1)));
        assertEquals(0, ended.errorOf(Call.bare(Call.CLOSE_SESSION)));
        server.restart();
        try (RawSession back = RawSession.open(server.port(), LONG, ended.credential());
                RawSession observer = RawSession.open(server.port(), LONG)) {
            assertTrue(!back.isAlive());
            assertTrue(!exists(observer, "/ended"));
        }
        ended.close();
    }

    @Test
    void stopsCleanlyWhenAsked() throws Exception {
        create("/stopped", 0);
        server.stop();
        server.restart();
        try (RawSession observer = RawSession.open(server.port(), LONG)) {
            assertTrue(exists(observer, "/stopped"));
        }
    }

    @Test
    void servesItsSessionsAgainAfterAPause() throws Exception {
        try (RawSession session = RawSession.open(server.port(), LONG)) {
            assertEquals(0, session.errorOf(Call.create("/paused", 1)));
            server.pause();
            session.send(Call.read(Call.EXISTS, "/paused", false));
            server.resume();
            assertEquals(0, ByteBuffer.wrap(session.connection().receive()).getInt(12));
        }
    }

    private List<PipeliningWriter> writeUntilKilled(String round, int killAfter) throws Exception {
        AtomicInteger acknowledged = new AtomicInteger();
        List<PipeliningWriter> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(PipeliningWriter.start(round + "-writer" + i, server.port(), acknowledged));
        }
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> acknowledged.get() >= killAfter);
        server.kill9();
        for (PipeliningWriter writer : writers) {
            writer.join();
        }
        return writers;
    }

    /** Requests of one client are done in order: what is there of an unfinished burst has no hole. */
    private static void assertIsPrefix(PipeliningWriter writer, Map<String, String> present, String where) {
        Set<String> contents = new HashSet<>(present.values());
        int done = 0;
        while (contents.contains(writer.content(done))) {
            done++;
        }
        assertTrue(done >= writer.acknowledged().size(), where);
        for (int i = done; i < writer.sent(); i++) {
            assertTrue(!contents.contains(writer.content(i)), where + ": a hole before request " + i);
        }
    }

    private Map<String, String> contents() throws IOException {
        try (RawSession session = RawSession.open(server.port(), LONG)) {
            ByteBuffer children = session.call(Call.read(Call.GET_CHILDREN, "/load", false));
            children.position(16);
            List<String> paths = new ArrayList<>();
            for (int count = children.getInt(); count > 0; count--) {
                paths.add("/load/" + text(children));
            }
            Map<String, String> contents = new HashMap<>();
            for (int from = 0; from < paths.size(); from += BATCH) {
                List<String> batch = paths.subList(from, Math.min(from + BATCH, paths.size()));
                for (String path : batch) {
                    session.send(Call.read(Call.GET_DATA, path, false));
                }
                for (String path : batch) {
                    ByteBuffer reply = ByteBuffer.wrap(session.connection().receive());
                    contents.put(path, text(reply.position(16)));
                }
            }
            return contents;
        }
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void create(String path, int flags) throws IOException {
        try (RawSession session = RawSession.open(server.port(), LONG)) {
            assertEquals(0, session.errorOf(Call.create(path, flags)));
        }
    }

    private static boolean exists(RawSession session, String path) throws IOException {
        return session.errorOf(Call.read(Call.EXISTS, path, false)) == 0;
    }
}
