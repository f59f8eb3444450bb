package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.Ensemble;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.server.ServicePolicy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line of Apache ZooKeeper as it is released prints the same for one script, whichever server it talks to. */
@Timeout(180)
class StockCommandLineTest {
    private static final List<String> SCRIPT = List.of("""
            ls /
            ls -s /zookeeper
            ls -R /zookeeper
            create /a value
            create /a again
            create /missing/child
            create -s /a/s- one
            create -s -e /a/s- two
            create -e /a/e three
            create /a/e/child four
            create -c /c
            create /c/in
            create -t 3600000 /t time
            create -t 0 /t2
            create /not/../legal
            create /a/\u00fc-\u4e2d \u00e4\u00f6
            ls /a
            ls -s /a
            ls -R /
            ls /none
            ls relative
            get /a
            get -s /a
            get -s /a/e
            get -s /a/s-0000000000
            get /none
            set /a changed
            set -s -v 1 /a more
            set -v 7 /a wrong
            set /none x
            stat /a
            stat /c
            stat /t
            stat /none
            get -w /a
            stat -w /a
            ls -w /a
            ls -w /zookeeper
            removewatches /zookeeper -c
            removewatches /zookeeper -a
            addWatch -m PERSISTENT /a
            addWatch -m PERSISTENT_RECURSIVE /c
            addWatch -m NONE /c
            set /a told
            create /a/told
            set /c/in told
            delete /a/told
            removewatches /a -a
            printwatches off
            printwatches
            printwatches on
            getAcl /a
            getAcl -s /a
            setAcl /a world:anyone:cdrwa
            setAcl -s -v 7 /a world:anyone:r
            setAcl /a nonesuch:x:r
            addauth digest bob:pw
            addauth
            create /mine secret auth::cdrwa
            getAcl /mine
            setAcl -R /c digest:bob:ikIaKsbtGweaHnb/jKn7OHqbunM=:cdrwa
            getAcl /c/in
            whoami
            setAcl /c/in ip:10.9.8.7:cdrwa
            get /c/in
            delete /c/in
            setquota -n 30 /a
            setquota -b 100 /a
            setquota -n 3 -b 100 /a
            setquota -N 50 /c
            setquota -n 1 /a/e
            listquota /a
            listquota /c
            listquota /none
            delquota -n /a
            listquota /a
            delquota /a
            delquota /a
            ls -R /zookeeper/quota
            getAllChildrenNumber /
            getAllChildrenNumber /a
            getAllChildrenNumber /none
            getEphemerals
            getEphemerals /a
            getEphemerals /c
            sync /
            sync /none
            delete -v 9 /a/told
            delete /a
            delete /none
            delete /
            delete /zookeeper
            deleteall /none
            version
            history
            redo 3
            redo 4000
            nonesuch
            get
            create
            get -q /a
            close
            ls /
            connect SERVER
            ls -R /
            getEphemerals
            get /mine
            deleteall -b 2 /a
            deleteall /c
            deleteall /t
            ls /
            CONFIG
            quit
            """.split("\n"));
    private static final String[] SINGLE = {"get", "-s", "/nothing-here"};

    private static ApacheZooKeeper theirs;
    private static CommandLineRun expected;
    private static CommandLineRun expectedOfOne;

    @BeforeAll
    static void start() throws Exception {
        theirs = ApacheZooKeeper.builder()
                .systemProperty("zookeeper.extendedTypesEnabled", "true")
                .start();
        expectedOfOne = CommandLineRun.start(theirs.connectString(), List.of(SINGLE), List.of());
        expected = session(theirs.connectString(), "config");
    }

    @AfterAll
    static void stop() {
        theirs.close();
    }

    @Test
    void aSessionPrintsTheSameOnOneServer(@TempDir Path directory) throws Exception {
        try (PinfoldServer server = PinfoldServer.start(
                served(ServerConfig.standalone()).withClientPort(0).withDataDir(directory))) {
            assertPrintsTheSame(session(server.connectString(), "config"));
        }
    }

    @Test
    void aSessionPrintsTheSameOnThreeMembers() throws Exception {
        try (Ensemble ensemble =
                Ensemble.builder(3).config(StockCommandLineTest::served).start()) {
            CommandLineRun ours = session(ensemble.connectString(), "get /zookeeper/config");
            List<String> lines = ours.lines();
            int config = lines.indexOf("server.1=SERVER:0:participant;SERVER");
            assertTrue(config > 0 && lines.get(config + 3).startsWith("version="), () -> String.join("\n", lines));
            lines.subList(config, config + 4).clear(); // what only an ensemble has
            assertEquals(String.join("\n", expected.lines()), String.join("\n", lines));
            assertEquals(expected.events(), ours.events());
        }
    }

    @Test
    void aSingleCommandEndsWithTheSameCode() throws Exception {
        try (PinfoldServer server =
                PinfoldServer.start(ServerConfig.standalone().withClientPort(0))) {
            CommandLineRun ours = CommandLineRun.start(server.connectString(), List.of(SINGLE), List.of());
            assertEquals(expectedOfOne.lines(), ours.lines());
            assertEquals(1, ours.exitCode());
            assertEquals(expectedOfOne.exitCode(), ours.exitCode());
        }
    }

    private static void assertPrintsTheSame(CommandLineRun ours) throws Exception {
        assertEquals(String.join("\n", expected.lines()), String.join("\n", ours.lines()));
        assertEquals(expected.events(), ours.events());
        assertTrue(expected.events().size() > 4, () -> "few events: " + expected);
    }

    private static CommandLineRun session(String servers, String config) throws Exception {
        String[] script = SCRIPT.stream()
                .map(line -> line.replace("SERVER", servers).replace("CONFIG", config))
                .toArray(String[]::new);
        return CommandLineRun.start(servers, List.of(), Arrays.asList(script));
    }

    private static ServerConfig served(ServerConfig config) {
        return config.withPolicy(ServicePolicy.defaults().withExtendedTypes(true));
    }
}
