package io.pinfold.server.admin;

import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.MemberText;
import io.pinfold.server.consensus.Role;
import io.pinfold.server.engine.Connection;
import io.pinfold.server.engine.Inspection;
import io.pinfold.server.engine.Sizes;
import io.pinfold.server.engine.Status;
import io.pinfold.server.engine.Traffic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers the words that operators and their scripts send to the port for clients, with Apache ZooKeeper's words and fields. A
 * word is what would be the length of a client's first frame, far beyond any that is allowed. Confined to the node loop.
 */
public final class FourLetterWords {
    private static final String NOT_SERVING = "This ZooKeeper instance is not currently serving requests\n";

    /** ZooKeeper's mask of what it traces, as it begins; there is nothing here that it could turn on or off. */
    static final long TRACE_MASK = 0x132;

    private final MemberFacts facts;

    /** Answers for one member. */
    public FourLetterWords(MemberFacts facts) {
        this.facts = facts;
    }

    /** {@return the word that a number spells; null if it spells none} */
    static @Nullable String spell(int number) {
        StringBuilder word = new StringBuilder();
        for (int shift = 24; shift >= 0; shift -= 8) {
            char letter = (char) (number >>> shift & 0xff);
            if (letter < 'a' || letter > 'z') {
                return null;
            }
            word.append(letter);
        }
        return word.toString();
    }

    /**
     * {@return the answer, behind which the connection closes; null if it is no word}
     *
     * @param number the first four bytes of a connection
     * @param seen the member
     * @param nowNanos the time on the engine's clock
     */
    public @Nullable String answer(int number, Inspection seen, long nowNanos) {
        String word = spell(number);
        if (word == null || !KNOWN.containsKey(word)) {
            return null;
        }
        if (!facts.words().contains(word)) {
            return word + " is not executed because it is not in the whitelist.\n";
        }
        boolean always = word.equals("ruok") || word.equals("isro") || word.equals("envi") || word.equals("conf");
        DirectoryFacts directory = tellsBytes(word) ? facts.directory().get() : DirectoryFacts.NONE;
        Asked asked = new Asked(facts, seen, nowNanos, directory);
        return always || asked.isServing() ? KNOWN.get(word).answer(asked) : NOT_SERVING;
    }

    private static boolean tellsBytes(String word) {
        return word.equals("conf") || word.equals("dirs");
    }

    /** {@return the words that can be answered} */
    public static Iterable<String> known() {
        return KNOWN.keySet();
    }

    /** How one word is answered. */
    private interface Answer {
        String answer(Asked asked);
    }

    private static final Map<String, Answer> KNOWN = Map.ofEntries(
            Map.entry("ruok", asked -> "imok"),
            Map.entry(
                    "isro",
                    asked -> asked.seen().status().serving()
                            ? "rw"
                            : asked.seen().readOnly() ? "ro" : "null"),
            Map.entry("srvr", asked -> version(asked) + statistics(asked)),
            Map.entry("stat", asked -> version(asked) + clients(asked) + statistics(asked)),
            Map.entry("cons", FourLetterWords::connections),
            Map.entry("conf", FourLetterWords::configuration),
            Map.entry("envi", FourLetterWords::environment),
            Map.entry("mntr", FourLetterWords::measures),
            Map.entry(
                    "dirs",
                    asked -> "datadir_size: " + asked.directory().bytes() + "\nlogdir_size: "
                            + asked.directory().bytes() + "\n"),
            Map.entry("hash", asked -> ""), // as a server that keeps no digests of its history
            Map.entry("gtmk", asked -> Long.toString(TRACE_MASK)),
            Map.entry("stmk", asked -> Long.toString(TRACE_MASK)),
            Map.entry("dump", SessionDump::of),
            Map.entry("wchs", FourLetterWords::watchSummary),
            Map.entry("wchc", FourLetterWords::watchesByConnection),
            Map.entry("wchp", FourLetterWords::watchesByPath),
            Map.entry("srst", asked -> {
                asked.seen().traffic().reset();
                return "Server stats reset.\n";
            }),
            Map.entry("crst", asked -> {
                asked.seen()
                        .connections()
                        .forEach(connection -> connection.traffic().reset());
                return "Connection stats reset.\n";
            }));

    private static String version(Asked asked) {
        return "Zookeeper version: " + asked.facts().version() + "\n";
    }

    /** {@return how ZooKeeper calls what the member is} */
    static String mode(MemberFacts facts, Status status, Inspection seen) {
        if (!facts.ensemble()) {
            return "standalone";
        }
        if (status.role() == Role.LEADER) {
            return "leader";
        }
        if (seen.readOnly()) {
            return "read-only";
        }
        return seen.membership().isVoter(facts.memberId()) ? "follower" : "observer";
    }

    private static String statistics(Asked asked) {
        Inspection seen = asked.seen();
        Traffic traffic = seen.traffic();
        return "Latency min/avg/max: " + traffic.minMillis() + "/"
                + String.format(Locale.ROOT, "%.4f", traffic.averageMillis()) + "/" + traffic.maxMillis()
                + "\nReceived: " + traffic.received()
                + "\nSent: " + traffic.sent()
                + "\nConnections: " + seen.connections().size()
                + "\nOutstanding: " + seen.outstanding()
                + "\nZxid: 0x" + Long.toHexString(seen.status().appliedZxid())
                + "\nMode: " + mode(asked.facts(), seen.status(), seen)
                + "\nNode count: " + seen.znodes() + "\n"
                + (isLeader(asked)
                        ? "Proposal sizes last/min/max: "
                                + text(seen.latencies().proposals()) + "\n"
                        : "");
    }

    /** {@return whether it leads others} */
    static boolean isLeader(Asked asked) {
        return asked.facts().ensemble() && asked.seen().status().role() == Role.LEADER;
    }

    private static String text(Sizes sizes) {
        return sizes.last() + "/" + sizes.least() + "/" + sizes.most();
    }

    private static String clients(Asked asked) {
        StringBuilder text = new StringBuilder("Clients:\n");
        for (Connection connection : asked.seen().connections()) {
            text.append(brief(connection)).append(")\n");
        }
        return text.append('\n').toString();
    }

    private static String brief(Connection connection) {
        Traffic traffic = connection.traffic();
        return " /" + connection.remoteSocket() + "[1](queued=" + connection.queued() + ",recved=" + traffic.received()
                + ",sent=" + traffic.sent();
    }

    private static String connections(Asked asked) {
        StringBuilder text = new StringBuilder();
        for (Connection connection : asked.seen().connections()) {
            text.append(brief(connection));
            if (connection.sessionId() != 0) {
                Traffic traffic = connection.traffic();
                long ago = (asked.nowNanos() - traffic.lastAnswerNanos()) / 1_000_000;
                text.append(",sid=0x").append(Long.toHexString(connection.sessionId()));
                text.append(",lop=").append(OpNames.of(traffic.lastOp()));
                text.append(",est=").append(connection.sinceWallMillis());
                text.append(",to=").append(connection.timeoutMillis());
                if (traffic.lastXid() >= 0) {
                    text.append(",lcxid=0x").append(Integer.toHexString(traffic.lastXid()));
                }
                text.append(",lzxid=0x").append(Long.toHexString(traffic.lastZxid()));
                text.append(",lresp=").append(asked.nowNanos() / 1_000_000 - ago);
                text.append(",llat=").append(traffic.lastMillis());
                text.append(",minlat=").append(traffic.minMillis());
                text.append(",avglat=").append(Math.round(traffic.averageMillis()));
                text.append(",maxlat=").append(traffic.maxMillis());
            }
            text.append(")\n");
        }
        return text.append('\n').toString();
    }

    private static String configuration(Asked asked) {
        MemberFacts facts = asked.facts();
        String dataDir = facts.dataDir() == null ? "" : facts.dataDir().toString();
        String text = "clientPort=" + facts.port()
                + "\nsecureClientPort=-1\ndataDir=" + dataDir
                + "\ndataDirSize=" + asked.directory().bytes()
                + "\ndataLogDir=" + dataDir
                + "\ndataLogSize=" + asked.directory().bytes()
                + "\ntickTime=" + facts.tickMillis()
                + "\nmaxClientCnxns=" + facts.maxClientCnxns()
                + "\nminSessionTimeout=" + facts.minSessionMillis()
                + "\nmaxSessionTimeout=" + facts.maxSessionMillis()
                + "\nclientPortListenBacklog=-1\nserverId=" + facts.memberId() + "\n";
        if (!facts.ensemble()) {
            return text;
        }
        Member self = asked.seen().membership().find(facts.memberId());
        StringBuilder members =
                new StringBuilder(text).append("initLimit=0\nsyncLimit=0\nelectionAlg=3\nelectionPort=");
        members.append(self == null ? -1 : self.electionPort()).append("\nquorumPort=");
        members.append(self == null ? -1 : self.peerPort()).append("\npeerType=");
        members.append(self != null && self.observer() ? 1 : 0).append("\nmembership: \n");
        asked.seen()
                .membership()
                .members()
                .forEach(member -> members.append(MemberText.line(member)).append('\n'));
        members.append("version=").append(Long.toHexString(asked.seen().membershipVersion()));
        return members.toString();
    }

    private static String environment(Asked asked) {
        StringBuilder text = new StringBuilder("Environment:\n");
        environment(asked.facts())
                .forEach((key, value) ->
                        text.append(key).append('=').append(value).append('\n'));
        return text.toString();
    }

    /** {@return what an operator may want to know of the JVM; its properties at large may hold secrets} */
    static Map<String, String> environment(MemberFacts facts) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("zookeeper.version", facts.version());
        environment.put("host.name", facts.hostName());
        for (String key : List.of(
                "java.version",
                "java.vendor",
                "java.home",
                "java.class.path",
                "java.library.path",
                "java.io.tmpdir",
                "java.compiler",
                "os.name",
                "os.arch",
                "os.version",
                "user.name",
                "user.home",
                "user.dir")) {
            environment.put(key, System.getProperty(key, "<NA>"));
        }
        Runtime jvm = Runtime.getRuntime();
        environment.put("os.memory.free", (jvm.freeMemory() >> 20) + "MB");
        environment.put("os.memory.max", (jvm.maxMemory() >> 20) + "MB");
        environment.put("os.memory.total", (jvm.totalMemory() >> 20) + "MB");
        return environment;
    }

    private static String measures(Asked asked) {
        StringBuilder text = new StringBuilder();
        Measures.flat(asked.facts(), asked.seen(), asked.nowNanos())
                .forEach((name, value) -> text.append("zk_")
                        .append(name)
                        .append('\t')
                        .append(value)
                        .append('\n'));
        return text.toString();
    }

    private static String watchSummary(Asked asked) {
        return asked.seen().watchers() + " connections watching " + asked.seen().watchedPaths()
                + " paths\nTotal watches:" + asked.seen().watches() + "\n";
    }

    private static String watchesByConnection(Asked asked) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        SessionCommands.bySession(asked).forEach((session, paths) -> lists.put(hex(session), paths));
        return listing(lists);
    }

    private static String watchesByPath(Asked asked) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        SessionCommands.byPath(asked)
                .forEach((path, sessions) -> lists.put(
                        path, sessions.stream().map(FourLetterWords::hex).toList()));
        return listing(lists);
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    private static String listing(Map<String, List<String>> lists) {
        StringBuilder text = new StringBuilder();
        lists.forEach((title, lines) -> {
            text.append(title).append('\n');
            lines.forEach(line -> text.append('\t').append(line).append('\n'));
        });
        return text.append('\n').toString();
    }
}
